#include <dynamo/model/backend.hpp>

namespace dynamo {

result<void> backend::schedule(std::chrono::steady_clock::time_point /*when*/,
                               std::function<void()> /*task*/) {
  return error{.kind = errc::invalid_argument,
               .message =
                   "this backend has no timer, which max_rcu needs: override "
                   "backend::schedule and backend::now, or leave max_rcu out"};
}

}  // namespace dynamo
