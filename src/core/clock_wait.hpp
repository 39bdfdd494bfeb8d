// Waiting until a clock that a program may have replaced shows a time.
#pragma once

#include <dynamo/core/clock.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace dynamo::detail {

/// How often a thread that waits looks at a clock that does not follow the machine's: nothing
/// reports that such a clock was moved.
inline constexpr std::chrono::milliseconds clock_look_interval{20};

/// How long a thread may sleep, in real time, before it must look again whether `when` has come;
/// 0 if it has. `now` returns the time of the clock that `when` is of, on any thread.
/// A clock that shows the machine's monotonic time is waited for in one piece.
template <class Now>
[[nodiscard]] std::chrono::nanoseconds sleep_before_look(deadline when, const Now& now) {
  using std::chrono::steady_clock;
  const deadline before = steady_clock::now();
  const deadline shown = now();
  if (when <= shown) return std::chrono::nanoseconds(0);
  const bool is_real = before <= shown && shown <= steady_clock::now();
  // Times before the clock's epoch and the largest time are farther apart than a duration holds.
  const bool far = shown < deadline() && when > deadline::max() + shown.time_since_epoch();
  const std::chrono::nanoseconds left = far ? std::chrono::nanoseconds::max() : when - shown;
  constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
  return std::min(left, is_real ? longest : std::chrono::nanoseconds(clock_look_interval));
}

/// Waits with `lock` held, as std::condition_variable::wait_until does, but for a time of the clock
/// that `now` reads. Returns `ready()`.
template <class Condition, class Now, class Ready>
bool wait_until(Condition& changed, std::unique_lock<std::mutex>& lock, deadline when,
                const Now& now, Ready ready) {
  while (!ready()) {
    const auto sleep = sleep_before_look(when, now);
    if (sleep == sleep.zero()) return false;
    changed.wait_until(lock, std::chrono::steady_clock::now() + sleep);
  }
  return true;
}

/// The same; a stop ends the wait, too.
template <class Now, class Ready>
bool wait_until(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                const std::stop_token& stop, deadline when, const Now& now, Ready ready) {
  while (!ready()) {
    const auto sleep = sleep_before_look(when, now);
    if (sleep == sleep.zero() || stop.stop_requested()) return false;
    (void)changed.wait_until(lock, stop, std::chrono::steady_clock::now() + sleep, ready);
  }
  return true;
}

}  // namespace dynamo::detail
