#include "client/retry.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dynamo::wire {

namespace {

// "For ever" is written as the largest duration, which must not overflow.
retry_state::time_point later(retry_state::time_point begin, std::chrono::milliseconds by) {
  const auto left = std::chrono::floor<std::chrono::milliseconds>(
      retry_state::time_point::max() - std::max(begin, retry_state::time_point()));
  return by < left ? begin + by : retry_state::time_point::max();
}

}  // namespace

void retry_state::exclude_wait(std::chrono::nanoseconds waited) {
  if (give_up_at_)
    give_up_at_ = later(*give_up_at_, std::chrono::ceil<std::chrono::milliseconds>(waited));
}

std::optional<std::chrono::milliseconds> retry_state::after_failure(
    failure_class follow_up, time_point now, double random, bool answered_before,
    std::optional<std::chrono::milliseconds> retry_after) {
  using std::chrono::milliseconds;
  ++failures_;
  if (!give_up_at_) give_up_at_ = later(now, budget_);
  switch (follow_up) {
    case failure_class::permanent:
      return std::nullopt;
    case failure_class::expired_credentials:
      if (std::exchange(refreshed_, true)) return std::nullopt;
      return milliseconds(0);
    case failure_class::wrong_time:
      if (std::exchange(corrected_, true)) return std::nullopt;
      return milliseconds(0);
    case failure_class::no_connection:
    case failure_class::transient:
    case failure_class::throttled:
      break;
  }
  // A request that is throttled for an hour outlives several tokens.
  refreshed_ = corrected_ = false;
  if (!answered_before && follow_up != failure_class::throttled &&
      failures_ >= settings_.first_contact_attempts) {
    return std::nullopt;
  }
  const milliseconds base =
      follow_up == failure_class::throttled ? settings_.throttled_base : settings_.transient_base;
  // Beyond 2^20 any base is above the longest delay.
  const double grown = static_cast<double>(base.count()) * std::exp2(std::min(failures_ - 1, 20U));
  const double ceiling = std::min(grown, static_cast<double>(settings_.longest_delay.count()));
  milliseconds delay(static_cast<milliseconds::rep>(random * ceiling));
  if (retry_after) {
    delay = std::clamp(delay, *retry_after, *retry_after + milliseconds(5000));
  }
  if (now + delay >= *give_up_at_) return std::nullopt;
  return delay;
}

}  // namespace dynamo::wire
