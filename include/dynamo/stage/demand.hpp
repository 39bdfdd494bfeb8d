// How much one subscription has asked for: bookkeeping without I/O or threads.
#pragma once

#include <cstddef>

namespace dynamo::stage {

namespace detail {
/// The sum of two demands. The largest number, which no stream reaches, if it is not larger.
[[nodiscard]] constexpr std::size_t sum_of_demands(std::size_t one, std::size_t other) noexcept {
  const std::size_t most = static_cast<std::size_t>(-1);
  return other < most - one ? one + other : most;
}
}  // namespace detail

/// Who asks in a subscription.
enum class asking : unsigned char {
  automatic,  ///< the stage: `max_demand` at once, and again as events are handled
  manual,     ///< the program: with `handle::ask` and `delivery::ask`
};

/// The consumer's side of a subscription. Demand is what was asked for and is not handled yet. Not
/// thread-safe.
class subscription_demand {
 public:
  /// Throws errc::invalid_argument unless min_demand < max_demand.
  subscription_demand(std::size_t max_demand, std::size_t min_demand, asking who);

  /// What to ask for when the subscription begins.
  [[nodiscard]] std::size_t first_ask();
  /// Asks for `count` more, in manual subscriptions. Returns what to send: 0 is nothing to do.
  [[nodiscard]] std::size_t ask(std::size_t count);
  /// `count` events were handled. Returns what to ask for now; 0: nothing yet.
  [[nodiscard]] std::size_t handled(std::size_t count);

  /// Events that are handled at a time, at most.
  [[nodiscard]] std::size_t batch_limit() const noexcept { return max_ - min_; }
  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }

 private:
  std::size_t max_;
  std::size_t min_;
  asking who_;
  std::size_t pending_ = 0;
};

}  // namespace dynamo::stage
