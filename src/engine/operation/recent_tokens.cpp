#include "engine/operation/recent_tokens.hpp"

#include "engine/refusal.hpp"

namespace dynamo::engine {
namespace {

constexpr std::chrono::minutes lifetime{10};

}  // namespace

recent_tokens::outcome recent_tokens::take(std::string_view token, std::uint64_t fingerprint,
                                           time_point now) {
  const std::lock_guard lock(mutex_);
  while (!ends_.empty() && (ends_.front().first <= now || entries_.size() >= most_tokens)) {
    // A token that was released and taken again expires later than stated here.
    const auto found = entries_.find(ends_.front().second);
    if (found != entries_.end() && found->second.until == ends_.front().first) {
      if (!found->second.confirmed && found->second.until > now) break;  // in progress
      entries_.erase(found);
    }
    ends_.pop_front();
  }
  const auto [found, is_new] = entries_.try_emplace(std::string(token));
  if (is_new) {
    found->second = {fingerprint, now + lifetime, false};
    ends_.emplace_back(now + lifetime, token);
    return outcome::first;
  }
  if (found->second.fingerprint != fingerprint) {
    throw refusal("IdempotentParameterMismatchException",
                  "Specified idempotent token was used with different request parameters within "
                  "the idempotency window");
  }
  if (!found->second.confirmed) {
    throw refusal("TransactionInProgressException",
                  "The transaction with the given request token is already in progress.");
  }
  return outcome::repeated;
}

void recent_tokens::confirm(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(token);
  if (found != entries_.end()) found->second.confirmed = true;
}

void recent_tokens::release(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(token);
  if (found != entries_.end()) entries_.erase(found);
}

}  // namespace dynamo::engine
