#include <dynamo/stage/restart_policy.hpp>

namespace dynamo::stage {

std::size_t restart_policy::add(restart when) {
  children_.push_back({when});
  return children_.size() - 1;
}

restart_policy::decision restart_policy::failed(std::size_t child, time_point now, bool counts) {
  if (children_[child].when == restart::temporary) {
    children_[child].ended = true;
    return {decision::kind::let_go};
  }
  return start_again(child, now, counts);
}

restart_policy::decision restart_policy::completed(std::size_t child, time_point now) {
  if (children_[child].when != restart::permanent) {
    children_[child].ended = true;
    return {decision::kind::let_go};
  }
  return start_again(child, now, true);
}

restart_policy::decision restart_policy::start_again(std::size_t child, time_point now,
                                                     bool counts) {
  if (counts) {
    while (!restarts_.empty() && now - restarts_.front() > period_) restarts_.pop_front();
    restarts_.push_back(now);
    if (restarts_.size() > max_restarts_) return {decision::kind::give_up};
  }
  decision what{decision::kind::restart};
  for (std::size_t each = 0; each < children_.size(); ++each) {
    const bool along = how_ == strategy::one_for_all ||
                       (how_ == strategy::rest_for_one && each > child) || each == child;
    if (along && !children_[each].ended) what.children.push_back(each);
  }
  return what;
}

}  // namespace dynamo::stage
