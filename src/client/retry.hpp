// When a failed request is sent again: the only retry of the project. No I/O, no clock, no
// randomness.
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

  /// The request may be tried again until `budget` has passed since its first failure. What was
  /// before that is no failure: a first attempt that took long to fail leaves all of the budget.
  retry_state(const retry_settings& settings, std::chrono::milliseconds budget)
      : settings_(settings), budget_(budget) {}

  /// Attempts that failed so far.
  [[nodiscard]] unsigned failures() const noexcept { return failures_; }

  /// An attempt failed at `now`. How long to wait before the next one, or nothing: give up.
  /// `answered_before` says whether the endpoint has ever answered; `random` is in [0, 1);
  /// `retry_after` is what the service asked for, which moves the delay into [t, t + 5 s].
  std::optional<std::chrono::milliseconds> after_failure(
      failure_class follow_up, time_point now, double random, bool answered_before,
      std::optional<std::chrono::milliseconds> retry_after = std::nullopt);

  /// The last attempt waited so long for memory on this side, which is nobody's failure and does
  /// not count against the budget.
  void exclude_wait(std::chrono::nanoseconds waited);

 private:
  retry_settings settings_;
  std::chrono::milliseconds budget_;
  std::optional<time_point> give_up_at_;  // set by the first failure
  unsigned failures_ = 0;
  // Since the service last failed in a way that has nothing to do with who asks.
  bool refreshed_ = false;
  bool corrected_ = false;
};

}  // namespace dynamo::wire
