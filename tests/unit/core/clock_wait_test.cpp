// Waits for a time of a clock that need not be the machine's.
#include "core/clock_wait.hpp"

#include "support/manual_time.hpp"
#include "support/watchdog.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace core_clock_wait_test {

using namespace dynamo;
using namespace std::chrono_literals;
using detail::clock_look_interval;
using detail::sleep_before_look;

class clock_wait : public testing::Test {
 protected:
  deadline shown = std::chrono::steady_clock::now() + 100h;
  std::function<deadline()> now = [this] { return shown; };
  std::mutex mutex;

 private:
  test::watchdog watch_{"clock_wait"};
};

TEST_F(clock_wait, a_time_that_has_come_is_not_waited_for) {
  EXPECT_EQ(sleep_before_look(shown, now), 0ns);
  EXPECT_EQ(sleep_before_look(shown - 1ns, now), 0ns);
  EXPECT_EQ(sleep_before_look(deadline::min(), now), 0ns);
}

TEST_F(clock_wait, a_clock_of_another_time_is_looked_at_often) {
  EXPECT_EQ(sleep_before_look(shown + 5ms, now), 5ms);
  EXPECT_EQ(sleep_before_look(shown + 1h, now), clock_look_interval);
  shown -= 200h;
  EXPECT_EQ(sleep_before_look(shown + 1h, now), clock_look_interval);
}

TEST_F(clock_wait, the_machines_clock_is_waited_for_in_one_piece) {
  const auto real = [] { return std::chrono::steady_clock::now(); };
  const auto sleep = sleep_before_look(real() + 1h, real);
  EXPECT_LE(sleep, 1h);
  EXPECT_GT(sleep, 59min);
}

TEST_F(clock_wait, no_time_is_too_far) {
  EXPECT_EQ(sleep_before_look(deadline::max(), now), clock_look_interval);
  shown = deadline::min();
  EXPECT_EQ(sleep_before_look(deadline::max(), now), clock_look_interval);
  EXPECT_EQ(sleep_before_look(deadline() - 1h, now), clock_look_interval);
}

TEST_F(clock_wait, ends_when_what_it_waits_for_is_there_and_when_the_time_has_come) {
  std::condition_variable changed;
  std::unique_lock lock(mutex);
  EXPECT_TRUE(detail::wait_until(changed, lock, shown, now, [] { return true; }));
  EXPECT_FALSE(detail::wait_until(changed, lock, shown, now, [] { return false; }));
  // Moved by another thread, which reports it to nobody.
  test::manual_clock moved;
  const auto moved_now = [&] { return moved.now(); };
  const auto then = moved.now() + 24h;
  const std::jthread moves([&] { moved.advance(24h); });
  EXPECT_FALSE(detail::wait_until(changed, lock, then, moved_now, [] { return false; }));
}

TEST_F(clock_wait, ends_at_a_stop) {
  std::condition_variable_any changed;
  std::stop_source stop;
  std::unique_lock lock(mutex);
  const std::jthread stops([&] { stop.request_stop(); });
  EXPECT_FALSE(
      detail::wait_until(changed, lock, stop.get_token(), shown + 24h, now, [] { return false; }));
}

}  // namespace core_clock_wait_test
