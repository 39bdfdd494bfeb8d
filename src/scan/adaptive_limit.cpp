#include "scan/adaptive_limit.hpp"

#include <algorithm>

namespace dynamo::scan {

void adaptive_limit::answered(std::uint32_t under_way) noexcept {
  if (stale_ != 0) --stale_;
  // With fewer under way it is unknown whether more would be accepted; with more, they are the load
  // before the last cut.
  if (under_way != limit_ || limit_ == most_) return;
  if (limit_ < borne_) {
    ++limit_;
    answers_ = 0;
  } else if (++answers_ >= patience_ * limit_) {
    borne_ = ++limit_;
    answers_ = 0;
    patience_ = std::max(patience_ / 2, 1U);
  }
}

void adaptive_limit::throttled(std::uint32_t under_way) noexcept {
  if (stale_ != 0) {
    --stale_;
    return;
  }
  const std::uint32_t load = std::clamp(under_way, 1U, limit_);
  borne_ = std::max(load - 1, 1U);
  limit_ = std::max(load / 2, 1U);
  stale_ = under_way == 0 ? 0 : under_way - 1;
  answers_ = 0;
  patience_ = most_patience;
}

}  // namespace dynamo::scan
