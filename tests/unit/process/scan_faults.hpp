// Rounds of a scan that delivers, each of a shape and with a moment that its seed decides.
#pragma once

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
#include <string>
#include <thread>
#include <utility>

namespace dynamo::test::faults {

using seat_message = scan_message<seat>;

inline constexpr int rounds = 200;
inline constexpr paged_table seats{.segments = 4, .pages = 6, .items = 7};

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
        return failure_of(errc::access_denied);
      }
      return seats(request);
    };
    if (pick(0, 3) == 0) {
      from = std::make_shared<manual_backend>(answer);
    } else {
      from = std::make_shared<threaded_backend>(answer);
    }
    table.emplace(seats_of(std::move(from)));
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
  watchdog watch_{"scan_faults", std::chrono::seconds(300)};
};

}  // namespace dynamo::test::faults
