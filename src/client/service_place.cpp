#include "client/service_place.hpp"

#include "auth/instance_credentials.hpp"

#include <utility>

namespace dynamo::wire {
namespace {

// Stands for the account that the credentials will name, so that the settings can be tried first.
constexpr std::string_view some_account = "000000000000";

}  // namespace

bool service_place::wants_settings() {
  const std::lock_guard lock(mutex_);
  return !located_ && !asking_;
}

void service_place::set(auth::endpoint_params settings) {
  const std::lock_guard lock(mutex_);
  if (!located_ && !asking_) settings_ = std::move(settings);
}

result<void> service_place::check() {
  const result<auth::endpoint> tried = endpoint_for(std::string(some_account));
  if (!tried) return tried.error();
  located_ = true;
  return {};
}

void service_place::locate(handler done) {
  std::unique_lock lock(mutex_);
  if (!asking_) {
    result<void> found = located_ ? result<void>() : check();
    if (found || found.error() != auth::missing_region()) {
      lock.unlock();
      done(std::move(found));
      return;
    }
  }
  waiting_.push_back(std::move(done));
  if (std::exchange(asking_, true)) return;
  lock.unlock();
  auth::find_instance_region(
      context_, profile_, [this](std::optional<std::string> region) { take(std::move(region)); });
}

void service_place::take(std::optional<std::string> region) {
  std::unique_lock lock(mutex_);
  asking_ = false;
  if (region) settings_.region = *std::move(region);
  const result<void> outcome = check();
  const std::vector<handler> waiting = std::exchange(waiting_, {});
  lock.unlock();
  for (const handler& done : waiting) done(outcome);
}

result<auth::endpoint> service_place::endpoint_for(const std::string& account_id) const {
  // The endpoint rules may lead to an endpoint of the account's own.
  auth::endpoint_params params = settings_;
  params.account_id = account_id;
  return auth::resolve_endpoint(params);
}

}  // namespace dynamo::wire
