#include "scan/shared_budget.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/scan/scan_budget.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace dynamo {
namespace scan {

namespace {

using waker_ptr = std::shared_ptr<shared_budget::waker>;

// All waiting scans are woken at the same time; without this, the first one would be first forever.
constexpr std::chrono::milliseconds courtesy(1);

bool is(const std::weak_ptr<shared_budget::waker>& one, const waker_ptr& other) {
  return !one.owner_before(other) && !other.owner_before(one);
}

}  // namespace

bool shared_budget::others_wait(const waker_ptr& who) const {
  return std::ranges::any_of(waiting_,
                             [&](const auto& each) { return !is(each, who) && !each.expired(); });
}

rate_budget::verdict shared_budget::ask(rate_budget::time_point now, const waker_ptr& who) {
  const std::lock_guard lock(mutex_);
  const auto last = rate_.last_asked();
  if (last && now + who->behind_ < *last) who->behind_ = *last - now;
  const auto behind = who->behind_;
  auto answer = rate_.ask(now + behind);
  answer.ask_at -= behind;
  if (answer.may_leave && is(last_, who) && !yielded_ && others_wait(who)) {
    rate_.settle(answer.reserved, std::nullopt);
    yielded_ = true;
    answer = {.may_leave = false, .reserved = 0, .ask_at = now + courtesy};
  }
  if (answer.may_leave) {
    last_ = who;
    yielded_ = false;
  } else if (std::ranges::none_of(waiting_, [&](const auto& each) { return is(each, who); })) {
    waiting_.push_back(who);
  }
  return answer;
}

void shared_budget::settle(double reserved, std::optional<double> cost) {
  std::vector<std::weak_ptr<waker>> woken;
  {
    const std::lock_guard lock(mutex_);
    rate_.settle(reserved, cost);
    woken.swap(waiting_);
  }
  wake(woken);
}

void shared_budget::set_rate(std::optional<double> per_second) {
  std::vector<std::weak_ptr<waker>> woken;
  {
    const std::lock_guard lock(mutex_);
    rate_.set_rate(per_second);
    woken.swap(waiting_);
  }
  wake(woken);
}

void shared_budget::wake(const std::vector<std::weak_ptr<waker>>& those) {
  for (const std::weak_ptr<waker>& each : those) {
    if (const auto who = each.lock()) who->wake_();
  }
}

std::optional<double> shared_budget::rate() const {
  const std::lock_guard lock(mutex_);
  return rate_.rate();
}

double shared_budget::consumed() const {
  const std::lock_guard lock(mutex_);
  return rate_.consumed();
}

std::optional<double> checked_rate(std::optional<double> per_second) {
  if (per_second && (!std::isfinite(*per_second) || *per_second <= 0)) {
    throw exception({.kind = errc::invalid_argument,
                     .message = "max_rcu is " + std::to_string(*per_second) +
                                ": use a number above 0, or leave it out"});
  }
  return per_second;
}

}  // namespace scan

scan_budget::scan_budget(std::optional<double> max_rcu)
    : shared_(std::make_shared<scan::shared_budget>(scan::checked_rate(max_rcu))) {}

void scan_budget::set_max_rcu(std::optional<double> max_rcu) const {
  shared_->set_rate(scan::checked_rate(max_rcu));
}

std::optional<double> scan_budget::max_rcu() const {
  return shared_->rate();
}

double scan_budget::consumed() const {
  return shared_->consumed();
}

}  // namespace dynamo
