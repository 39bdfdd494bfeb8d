#include "auth/credential_refresh.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::auth {
namespace {

using namespace std::chrono_literals;
using duration = credential_refresh::time_point::duration;

constexpr duration advisory_margin = 15min;
constexpr duration mandatory_margin = 10min;
constexpr duration longest_pause = 1min;

}  // namespace

bool credential_refresh::expired(time_point now) const {
  return held_->expiration && *held_->expiration <= now;
}

credential_refresh::action credential_refresh::ask(time_point now) {
  const bool usable = held_ && !expired(now);
  if (usable && (!held_->expiration || now < renew_from_)) return action::use;
  if (searching_) return usable && now < wait_from_ ? action::use : action::wait;
  if (usable && now < next_try_) return action::use;
  searching_ = true;
  return usable && now < wait_from_ ? action::use_begin : action::wait_begin;
}

void credential_refresh::found(credentials fresh, time_point now) {
  searching_ = false;
  held_ = std::move(fresh);
  next_try_ = {};
  if (!held_->expiration) return;
  const duration left = *held_->expiration - now;
  renew_from_ = *held_->expiration - std::min(advisory_margin, left / 2);
  wait_from_ = *held_->expiration - std::min(mandatory_margin, left / 4);
}

bool credential_refresh::failed(time_point now) {
  searching_ = false;
  if (!held_ || expired(now)) return false;
  if (held_->expiration)
    next_try_ = now + std::min(longest_pause, duration((*held_->expiration - now) / 4));
  return true;
}

bool credential_refresh::outdated() {
  return std::exchange(forgotten_, false);
}

void credential_refresh::forget() {
  held_.reset();
  forgotten_ = searching_;
}

}  // namespace dynamo::auth
