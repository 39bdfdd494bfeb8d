// Scans that deliver to receivers, ended from each place at moments that a seed decides.
#include "support/manual_backend.hpp"
#include "support/threaded_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/process/paged_table.hpp"

#include <dynamo/dynamo.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace {

using namespace dynamo;
using namespace std::chrono_literals;
using test::paged_table;
using test::seat;

using seat_message = scan_message<seat>;

constexpr int rounds = 200;
constexpr paged_table seats{.segments = 4, .pages = 6, .items = 7};

// What every scan must keep, however it ends.
class listener {
 public:
  void take(const seat_message& message) {
    ASSERT_EQ(ends_, 0) << "the end is the last message";
    visit(
        message, [&](const scan_item<seat>& one) { note(one.item); },
        [&](const scan_batch<seat>& batch) {
          ASSERT_FALSE(batch.items.empty());
          for (const seat& each : batch.items) note(each);
        },
        [&](const scan_complete& end) { finish(end.summary); },
        [&](const scan_error& end) {
          failure_ = end.error;
          finish(end.summary);
        });
  }

  [[nodiscard]] std::size_t items() const { return ids_.size(); }
  [[nodiscard]] int ends() const { return ends_; }
  [[nodiscard]] const std::optional<error>& failure() const { return failure_; }
  [[nodiscard]] errc kind_or(errc otherwise) const { return failure_ ? failure_->kind : otherwise; }

  // Behind a mailbox that was emptied to its end.
  void expect_whole(const scan_task& task) const {
    EXPECT_EQ(ends_, 1);
    const scan_summary summary = task.summary();
    EXPECT_EQ(summary, summary_);
    EXPECT_EQ(summary.items, items());
    const auto outcome = task.try_wait();
    EXPECT_EQ(outcome.has_value(), !failure_.has_value());
    EXPECT_EQ(summary.end == scan_end::complete, outcome.has_value());
    if (outcome) {
      EXPECT_EQ(items(), seats.size());
    } else {
      EXPECT_EQ(outcome.error(), failure_);
    }
  }

 private:
  void note(const seat& one) { EXPECT_TRUE(ids_.insert(one.id).second) << one.id << " came twice"; }
  void finish(const scan_summary& summary) {
    ++ends_;
    summary_ = summary;
  }

  std::set<std::string> ids_;
  int ends_ = 0;
  scan_summary summary_;
  std::optional<error> failure_;
};

// One round: a scan of a random shape, and a moment at which something happens.
class round_of {
 public:
  explicit round_of(unsigned seed, bool with_failure) : random_(seed) {
    scan.segments = static_cast<std::uint32_t>(seats.segments);
    scan.max_concurrency = static_cast<std::uint32_t>(pick(1, 4));
    scan.max_buffered_bytes = pick(0, 1) == 0 ? 300 : 8 << 20;
    if (pick(0, 1) == 0) scan.batch_size = pick(1, 40);
    box.capacity = pick(1, 8);
    messages_before = static_cast<int>(pick(0, 12));
    yields_before = static_cast<int>(pick(0, 30));
    std::shared_ptr<backend> from;
    before_all = seed % 4 == 0;
    if (before_all) {
      scan.batch_size.reset();  // more messages than the mailbox holds
      messages_before = 0;
    }
    std::optional<std::pair<std::uint32_t, std::string>> failing;
    if (with_failure) failing = place_of_failure();
    auto answer = [failing](const backend_request& request) -> result<std::string> {
      if (failing && request.segment == failing->first &&
          request.body.find(failing->second) != std::string::npos) {
        return test::failure_of(errc::access_denied);
      }
      return seats(request);
    };
    if (pick(0, 3) == 0) {
      from = std::make_shared<test::manual_backend>(answer);
    } else {
      from = std::make_shared<test::threaded_backend>(answer);
    }
    table.emplace(test::seats_of(std::move(from)));
  }

  std::size_t pick(std::size_t from, std::size_t to) {
    return std::uniform_int_distribution<std::size_t>(from, to)(random_);
  }
  // Lets others run for a while; the receiver takes some messages before.
  void reach_the_moment(mailbox<seat_message>& inbox, listener& hears) const {
    for (int i = 0; i < messages_before; ++i) {
      const auto message = inbox.receive();
      if (!message) break;
      hears.take(*message);
    }
    pause();
  }
  void pause() const {
    for (int i = 0; i < yields_before; ++i) std::this_thread::yield();
  }
  static void empty(mailbox<seat_message>& inbox, listener& hears) {
    while (const auto message = inbox.receive()) hears.take(*message);
  }

  scan_options scan;
  mailbox_options box;
  int messages_before = 0;
  int yields_before = 0;
  bool before_all = false;  // the fault comes before the receiver takes anything
  std::optional<dynamo::table<seat>> table;

 private:
  // A segment, and what its request for some page but the first has in its body.
  std::pair<std::uint32_t, std::string> place_of_failure() {
    return {static_cast<std::uint32_t>(pick(0, seats.segments - 1)),
            R"("page":{"N":")" + std::to_string(pick(1, seats.pages - 1)) + "\""};
  }

  std::mt19937 random_;
};

class scan_faults : public testing::Test {
 protected:
  template <class F>
  static void repeat(F&& one_round, int expected = rounds / 4, bool with_failure = false) {
    int interrupted = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      round_of round(seed, with_failure);
      if (one_round(round)) ++interrupted;
      if (HasFatalFailure()) return;
    }
    // In a quarter of the rounds the fault is sure to come before the end.
    EXPECT_GE(interrupted, expected);
  }
  static void expect_complete_or_without_receiver(const scan_task& task) {
    const auto outcome = task.try_wait();
    if (!outcome) {
      EXPECT_NE(outcome.error().message.find("receiver"), std::string::npos);
    }
  }

 private:
  test::watchdog watch_{"scan_faults", 300s};
};

TEST_F(scan_faults, nothing_happens) {
  repeat(
      [](round_of& round) {
        mailbox<seat_message> inbox(round.box);
        const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
        listener hears;
        round_of::empty(inbox, hears);
        hears.expect_whole(task);
        EXPECT_TRUE(task.try_wait());
        return false;
      },
      0);
}

TEST_F(scan_faults, a_segment_fails) {
  repeat(
      [](round_of& round) {
        mailbox<seat_message> inbox(round.box);
        const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
        listener hears;
        round_of::empty(inbox, hears);
        hears.expect_whole(task);
        EXPECT_EQ(hears.kind_or(errc::cancelled), errc::access_denied);
        EXPECT_EQ(task.summary().end, scan_end::failed);
        return hears.failure() && hears.failure()->segment;
      },
      rounds, true);
}

TEST_F(scan_faults, the_receiver_is_destroyed) {
  repeat([](round_of& round) {
    std::optional<mailbox<seat_message>> inbox(std::in_place, round.box);
    const scan_task task = round.table->stream_scan_to_process(*inbox, round.scan);
    listener hears;
    round.reach_the_moment(*inbox, hears);
    inbox.reset();
    expect_complete_or_without_receiver(task);
    EXPECT_LE(hears.items(), task.summary().items);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_receiver_is_closed_by_another_thread) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    std::jthread closes([&] {
      round.pause();
      inbox.close();
    });
    if (round.before_all) closes.join();
    round_of::empty(inbox, hears);
    expect_complete_or_without_receiver(task);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_task_is_cancelled) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    round.reach_the_moment(inbox, hears);
    task.cancel();
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    EXPECT_EQ(hears.kind_or(errc::cancelled), errc::cancelled);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_task_is_cancelled_by_another_thread) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    std::jthread cancels([&] {
      round.pause();
      task.cancel();
    });
    if (round.before_all) cancels.join();
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, a_stop_is_requested) {
  repeat([](round_of& round) {
    std::stop_source stop;
    round.scan.stop = stop.get_token();
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    std::jthread stops([&] {
      round.pause();
      stop.request_stop();
    });
    if (round.before_all) stops.join();
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    EXPECT_EQ(hears.kind_or(errc::cancelled), errc::cancelled);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_deadline_passes) {
  repeat([](round_of& round) {
    const auto left = std::chrono::microseconds(round.pick(0, 1500));
    round.scan.deadline = std::chrono::steady_clock::now() + left;
    mailbox<seat_message> inbox(round.box);
    const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
    listener hears;
    if (round.before_all) {
      EXPECT_FALSE(task.try_wait()) << "nobody makes room";
    }
    round.reach_the_moment(inbox, hears);
    round_of::empty(inbox, hears);
    hears.expect_whole(task);
    EXPECT_EQ(hears.kind_or(errc::deadline_exceeded), errc::deadline_exceeded);
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_task_ends) {
  repeat([](round_of& round) {
    mailbox<seat_message> inbox(round.box);
    listener hears;
    {
      const scan_task task = round.table->stream_scan_to_process(inbox, round.scan);
      round.reach_the_moment(inbox, hears);
    }
    round_of::empty(inbox, hears);
    EXPECT_EQ(hears.ends(), 1);
    EXPECT_EQ(hears.kind_or(errc::cancelled), errc::cancelled);
    return hears.failure().has_value();
  });
}

TEST_F(scan_faults, task_and_receiver_end_in_either_order_and_at_once) {
  repeat([](round_of& round) {
    std::optional<mailbox<seat_message>> inbox(std::in_place, round.box);
    std::optional<scan_task> task = round.table->stream_scan_to_process(*inbox, round.scan);
    listener hears;
    round.reach_the_moment(*inbox, hears);
    std::jthread ends([&] { task.reset(); });
    if (round.pick(0, 1) == 0) std::this_thread::yield();
    inbox.reset();
    return true;
  });
}

// Processes as receivers

struct seat_process {
  using message = seat_message;

  template <class Message>
  void on(Message&& one) {
    hears.take(message(std::forward<Message>(one)));
    if (hears.ends() != 0) return self.stop();
    if (before-- == 0) happens(*this);
  }

  process_sender<message> self;
  std::function<void(seat_process&)> happens;
  int before = 0;
  std::optional<scan_task> task{};
  listener hears{};
};

process<seat_process> start(const round_of& round, std::function<void(seat_process&)> happens) {
  return process<seat_process>(
      [&](process_sender<seat_message> self) {
        return seat_process{.self = std::move(self),
                            .happens = std::move(happens),
                            .before = round.messages_before};
      },
      round.box);
}

void begin(process<seat_process>& receiver, const round_of& round) {
  receiver.call([&](seat_process& state) {
    state.task = round.table->stream_scan_to_process(state.self, round.scan);
  });
}

TEST_F(scan_faults, a_handler_cancels_the_task) {
  repeat([](round_of& round) {
    auto receiver = start(round, [](seat_process& state) { state.task->cancel(); });
    begin(receiver, round);
    const seat_process last = receiver.join();
    last.hears.expect_whole(*last.task);
    return last.hears.failure().has_value();
  });
}

TEST_F(scan_faults, a_handler_ends_the_task) {
  repeat([](round_of& round) {
    auto receiver = start(round, [](seat_process& state) { state.task.reset(); });
    begin(receiver, round);
    const seat_process last = receiver.join();
    EXPECT_EQ(last.hears.ends(), 1);
    return last.hears.failure().has_value();
  });
}

TEST_F(scan_faults, a_handler_throws) {
  repeat([](round_of& round) {
    auto receiver = start(round, [](seat_process&) { throw std::runtime_error("fault"); });
    const scan_task task = round.table->stream_scan_to_process(receiver, round.scan);
    const auto outcome = task.try_wait();
    if (!outcome) {
      EXPECT_NE(outcome.error().message.find("receiver"), std::string::npos);
      EXPECT_THROW(receiver.join(), std::runtime_error);
    }
    return !task.try_wait();
  });
}

TEST_F(scan_faults, the_process_ends) {
  repeat([](round_of& round) {
    std::optional<process<seat_process>> receiver(
        start(round, [hold = round.before_all](seat_process& state) {
          const auto ended = state.self.close_token();
          while (hold && !ended.stop_requested()) std::this_thread::yield();
        }));
    const scan_task task = round.table->stream_scan_to_process(*receiver, round.scan);
    round.pause();
    receiver.reset();
    expect_complete_or_without_receiver(task);
    return !task.try_wait();
  });
}

}  // namespace
