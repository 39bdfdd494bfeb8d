// The same with processes as receivers: ended by their handlers, at moments that a seed decides.
#include "unit/process/scan_faults.hpp"

#include <dynamo/dynamo.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace process_scan_faults_process_test {

using namespace dynamo;
using namespace dynamo::test::faults;
using namespace std::chrono_literals;

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

}  // namespace process_scan_faults_process_test
