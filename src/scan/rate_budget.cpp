#include "scan/rate_budget.hpp"

#include <algorithm>
#include <cmath>

namespace dynamo::scan {
namespace {

using seconds = std::chrono::duration<double>;

constexpr std::size_t remembered_pages = 32;
constexpr std::size_t telling_pages = 8;
// A request may be held up by its own scan, whose consumer has paused: other scans do not wait for
// it forever.
constexpr std::chrono::seconds patience(5);
// Sums of fractions do not return exactly to 0.
constexpr double nothing = 1e-6;
// A waiting scan asks again at least this often: no duration exceeds the range of a clock.
constexpr double longest_wait = 3600;

}  // namespace

void rate_budget::refill(time_point now) {
  if (last_ && rate_ && now > *last_) {
    const double full = *rate_;
    const double added = *rate_ * seconds(now - *last_).count();
    balance_ = std::max(balance_, std::min(balance_ + added, full));
  }
  last_ = last_ ? std::max(*last_, now) : now;
  if (rate_ == next_rate_) return;
  rate_ = next_rate_;
  // Units saved at a higher rate are limited to one second of the new rate.
  if (rate_) balance_ = std::min(balance_, *rate_);
}

double rate_budget::dearest() const {
  return last_costs_.empty() ? 0 : *std::ranges::max_element(last_costs_);
}

rate_budget::verdict rate_budget::ask(time_point now) {
  refill(now);
  verdict answer;
  if (rate_) {
    if (last_costs_.size() < telling_pages && under_way_ != 0 && now < last_left_ + patience) {
      answer.ask_at = last_left_ + patience;
      return answer;
    }
    if (balance_ < -nothing) {
      const double wait = std::min(-balance_ / *rate_, longest_wait);
      answer.ask_at = now + std::chrono::ceil<std::chrono::microseconds>(seconds(wait));
      return answer;
    }
    answer.reserved = dearest();
    balance_ -= answer.reserved;
  }
  answer.may_leave = true;
  last_left_ = now;
  ++under_way_;
  return answer;
}

void rate_budget::settle(double reserved, std::optional<double> cost) {
  --under_way_;
  if (cost) {
    consumed_ += *cost;
    last_costs_.push_back(*cost);
    if (last_costs_.size() > remembered_pages) last_costs_.pop_front();
  }
  // Without a limit there is no debt, also not later.
  if (rate_) balance_ += reserved - cost.value_or(0);
}

}  // namespace dynamo::scan
