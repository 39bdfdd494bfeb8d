// Time and randomness under a test's control.
#pragma once

#include <dynamo/core/clock.hpp>

#include <chrono>
#include <mutex>
#include <stop_token>
#include <vector>

namespace dynamo::test {

/// A clock that stands still until it is moved. Sleeping moves it. Thread-safe.
class manual_clock final : public clock {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  [[nodiscard]] time_point now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  /// Noon of the first day of 2026, and what has passed since.
  [[nodiscard]] std::chrono::system_clock::time_point wall_time() const override {
    const std::lock_guard lock(mutex_);
    return std::chrono::sys_days(std::chrono::January / 1 / 2026) + std::chrono::hours(12) +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(now_ - start);
  }
  bool sleep_until(time_point when, std::stop_token stop) override {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) return false;
    naps_.push_back(std::chrono::round<std::chrono::milliseconds>(when - now_));
    if (now_ < when) now_ = when;
    return true;
  }
  void advance(std::chrono::nanoseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }
  /// How long each sleep was.
  [[nodiscard]] std::vector<std::chrono::milliseconds> naps() const {
    const std::lock_guard lock(mutex_);
    return naps_;
  }

 private:
  static constexpr time_point start = time_point(std::chrono::hours(1));
  mutable std::mutex mutex_;
  time_point now_ = start;
  std::vector<std::chrono::milliseconds> naps_;
};

/// Always the same number in [0, 1). Not thread-safe while it is set.
class fixed_random final : public random_source {
 public:
  explicit fixed_random(double value) : value_(value) {}
  double uniform() override { return value_; }
  void set(double value) { value_ = value; }

 private:
  double value_;
};

}  // namespace dynamo::test
