#include <dynamo/model/backend.hpp>

namespace dynamo {

// NOLINTBEGIN(performance-unnecessary-value-param): whoever overrides it keeps the task
result<void> backend::schedule(std::chrono::steady_clock::time_point /*when*/,
                               std::function<void()> /*task*/) {
  // NOLINTEND(performance-unnecessary-value-param)
  return error{.kind = errc::invalid_argument,
               .message =
                   "this backend has no timer, which max_rcu needs: override "
                   "backend::schedule and backend::now, or leave max_rcu out"};
}

}  // namespace dynamo
