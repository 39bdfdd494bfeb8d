// Time and randomness as parameters, so that retries and budgets are tested without sleeping.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>

namespace dynamo {

/// A time after which an operation must not continue. Monotonic time.
using deadline = std::chrono::steady_clock::time_point;

/// The source of time. Implementations are thread-safe.
class clock {
 public:
  virtual ~clock() = default;
  /// Returns monotonic time, for waits and deadlines.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
  /// Returns the time of day, for request signatures and expiry of credentials.
  [[nodiscard]] virtual std::chrono::system_clock::time_point wall_time() const = 0;
  /// Blocks until `when`, or until a stop is requested. Returns false if stopped.
  virtual bool sleep_until(std::chrono::steady_clock::time_point when, std::stop_token stop) = 0;
};

/// The source of random numbers (for jitter, never for secrets). Implementations are thread-safe.
class random_source {
 public:
  virtual ~random_source() = default;
  /// Returns a number in [0, 1), uniformly distributed.
  virtual double uniform() = 0;
};

/// Returns the system's clocks.
[[nodiscard]] std::shared_ptr<clock> system_clock_source();

/// Returns a generator seeded from the operating system.
[[nodiscard]] std::shared_ptr<random_source> system_random_source();

}  // namespace dynamo
