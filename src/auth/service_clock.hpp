// The service's time of day, which signatures are made for.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>

namespace dynamo::auth {

/// How far the service's clock is from this machine's, learnt from the answers that refuse a
/// signature for its time. A signature may be five minutes off. Thread-safe.
class service_clock {
 public:
  using time_point = std::chrono::system_clock::time_point;

  /// What the service's clock shows when this machine's shows `local`.
  [[nodiscard]] time_point at(time_point local) const noexcept { return local + offset_.load(); }

  /// An answer that came at `local`, dated `date` (an HTTP Date header), refused a signature made
  /// for `signed_for`. Returns whether its time may have been the reason: it is more than a minute
  /// from the answer's. Then `at` follows the answer from now on, and it is worth signing again:
  /// either this machine's clock is wrong, or the request was long on its way. Without a date
  /// nothing is known.
  bool learn(std::string_view date, time_point signed_for, time_point local);

  /// How far the service's clock is ahead, as far as it is known.
  [[nodiscard]] std::chrono::seconds offset() const noexcept { return offset_.load(); }

 private:
  std::atomic<std::chrono::seconds> offset_{std::chrono::seconds(0)};
};

}  // namespace dynamo::auth
