// The demand of one subscription, without I/O or threads.
#pragma once

#include <cstddef>

namespace dynamo::stage {

namespace detail {
/// Returns the sum of two demands, at most the largest number, which no stream reaches.
[[nodiscard]] constexpr std::size_t sum_of_demands(std::size_t one, std::size_t other) noexcept {
  const std::size_t most = static_cast<std::size_t>(-1);
  return other < most - one ? one + other : most;
}
}  // namespace detail

/// What asks for events in a subscription.
enum class asking : unsigned char {
  automatic,  ///< the stage: `max_demand` at first, and more as events are handled
  manual,     ///< the program, with `handle::ask` and `delivery::ask`
};

/// The consumer's side of a subscription. Demand is the number of events asked for and not handled
/// yet. Not thread-safe.
class subscription_demand {
 public:
  /// Throws errc::invalid_argument unless min_demand < max_demand.
  subscription_demand(std::size_t max_demand, std::size_t min_demand, asking who);

  /// Returns how many events to ask for when the subscription begins.
  [[nodiscard]] std::size_t first_ask();
  /// Adds `count` to the demand of a manual subscription. Returns how many events to ask for; 0:
  /// none.
  [[nodiscard]] std::size_t ask(std::size_t count);
  /// Records that `count` events were handled. Returns how many events to ask for now; 0: none yet.
  [[nodiscard]] std::size_t handled(std::size_t count);

  /// Returns the maximum number of events that are handled at a time.
  [[nodiscard]] std::size_t batch_limit() const noexcept { return max_ - min_; }
  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }

 private:
  std::size_t max_;
  std::size_t min_;
  asking who_;
  std::size_t pending_ = 0;
};

}  // namespace dynamo::stage
