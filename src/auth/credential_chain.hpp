// Several places for credentials, asked in order.
#pragma once

#include "auth/credential_source.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/clock.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace dynamo::auth {

using renewal_observer = std::function<void(const error&)>;

/// A thread-safe provider that asks `sources` one after the other. The first that has credentials,
/// or an error, ends the search; no source further down is asked. From the first success on, only
/// the source that had it is asked, so that a program never changes its identity half-way; that it
/// has nothing any more is an error then.
///
/// Credentials are remembered until `invalidate`, and renewed ahead of their end as
/// `credential_refresh` decides; errors are not remembered. There is one search at a time, and
/// callers that must wait for it share its outcome. When it fails, credentials that have not
/// expired yet stay in use.
///
/// Of a failed search that no caller hears of, since what is held still serves, `renewal_failed` is
/// told; on any thread.
///
/// If every source has nothing, the error, of kind errc::credentials, lists their places and ends
/// with `advice`. Expired credentials are an error of that kind, too.
[[nodiscard]] std::shared_ptr<credential_provider> make_credential_chain(
    std::vector<std::unique_ptr<credential_source>> sources, std::shared_ptr<const clock> time,
    std::string advice, renewal_observer renewal_failed = {});

}  // namespace dynamo::auth
