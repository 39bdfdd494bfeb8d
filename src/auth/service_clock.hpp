// The service's time, for signatures.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>

namespace dynamo::auth {

/// The difference between the service's clock and this machine's, from the responses that refuse a
/// signature because of its time. A signature may be five minutes off.
///
/// Thread safety: thread-safe.
class service_clock {
 public:
  using time_point = std::chrono::system_clock::time_point;

  /// Returns the time of the service's clock when this machine's shows `local`.
  [[nodiscard]] time_point at(time_point local) const noexcept { return local + offset_.load(); }

  /// Records that a response at `local`, with the HTTP Date header `date`, refused a signature for
  /// the time `signed_for`. Returns whether the time may be the reason: it differs by more than a
  /// minute from `date`. Then `at` uses the clock of the response from now on, and the request
  /// should be signed again: either this machine's clock is wrong, or the request took long to
  /// arrive. Returns false without a valid date.
  bool learn(std::string_view date, time_point signed_for, time_point local);

  /// Returns by how much the service's clock is ahead, 0 if unknown.
  [[nodiscard]] std::chrono::seconds offset() const noexcept { return offset_.load(); }

 private:
  std::atomic<std::chrono::seconds> offset_{std::chrono::seconds(0)};
};

}  // namespace dynamo::auth
