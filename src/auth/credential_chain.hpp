// Several places for credentials, asked in order.
#pragma once

#include "auth/credential_source.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/clock.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace dynamo::auth {

/// Credentials are looked for again when they have less than this left.
inline constexpr std::chrono::minutes credential_refresh_margin{5};

/// A thread-safe provider that asks `sources` one after the other. The first that has credentials,
/// or an error, ends the search; no source further down is asked. Credentials are remembered until
/// `invalidate` or shortly before they expire, errors are not. Callers that come while a search is
/// under way wait for its outcome. When looking again fails, credentials that have not expired yet
/// stay in use.
///
/// If every source has nothing, the error, of kind errc::credentials, lists their places and ends
/// with `advice`. Expired credentials are an error of that kind, too.
[[nodiscard]] std::shared_ptr<credential_provider> make_credential_chain(
    std::vector<std::unique_ptr<credential_source>> sources, std::shared_ptr<const clock> time,
    std::string advice);

}  // namespace dynamo::auth
