// When a failed request is sent again: the only retry of the project. No I/O, no clock, no dice.
#pragma once

#include "client/service_error.hpp"

#include <chrono>
#include <optional>

namespace dynamo::wire {

/// AWS's retry behaviour of 2026 for DynamoDB: full jitter over a base that doubles with every
/// attempt; but ended by a time budget, not by a count, since a scan that takes a day must outlive
/// a bad minute.
struct retry_settings {
  std::chrono::milliseconds transient_base{25};
  std::chrono::milliseconds throttled_base{1000};
  std::chrono::milliseconds longest_delay{20000};
  /// Where nobody has ever answered, an address is more likely wrong than down: attempts then.
  unsigned first_contact_attempts = 4;
};

/// Follows one request through its attempts.
class retry_state {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The request began at `begin` and may be tried until `begin + budget`.
  retry_state(const retry_settings& settings, time_point begin, std::chrono::milliseconds budget);

  /// Attempts that failed so far.
  [[nodiscard]] unsigned failures() const noexcept { return failures_; }

  /// An attempt failed at `now`. How long to wait before the next one, or nothing: give up.
  /// `answered_before` says whether the endpoint has ever answered; `dice` is in [0, 1);
  /// `retry_after` is what the service asked for, which moves the delay into [t, t + 5 s].
  std::optional<std::chrono::milliseconds> after_failure(
      failure_class follow_up, time_point now, double dice, bool answered_before,
      std::optional<std::chrono::milliseconds> retry_after = std::nullopt);

 private:
  retry_settings settings_;
  time_point give_up_at_;
  unsigned failures_ = 0;
  bool refreshed_ = false;
};

}  // namespace dynamo::wire
