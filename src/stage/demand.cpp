#include <dynamo/core/error.hpp>
#include <dynamo/stage/demand.hpp>

#include <algorithm>
#include <string>

namespace dynamo::stage {

subscription_demand::subscription_demand(std::size_t max_demand, std::size_t min_demand, asking who)
    : max_(max_demand), min_(min_demand), who_(who) {
  if (min_demand >= max_demand) {
    throw exception({.kind = errc::invalid_argument,
                     .message = "min_demand is " + std::to_string(min_demand) +
                                ": use less than max_demand, which is " +
                                std::to_string(max_demand)});
  }
}

std::size_t subscription_demand::first_ask() {
  if (who_ == asking::manual) return 0;
  pending_ = max_;
  return max_;
}

std::size_t subscription_demand::ask(std::size_t count) {
  if (who_ == asking::automatic) return 0;
  pending_ = detail::sum_of_demands(pending_, count);
  return count;
}

std::size_t subscription_demand::handled(std::size_t count) {
  pending_ -= std::min(count, pending_);
  if (who_ == asking::manual || pending_ > min_) return 0;
  const std::size_t more = max_ - pending_;
  pending_ = max_;
  return more;
}

}  // namespace dynamo::stage
