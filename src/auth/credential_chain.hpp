// A provider that searches several sources in order.
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

/// Returns a provider that searches `sources` one after the other. The first source with
/// credentials or an error ends the search. After the first success only that source is used, so
/// that a program never changes its identity; if it then has no credentials, that is an error.
///
/// Credentials are cached until `invalidate`, and renewed before they expire as
/// `credential_refresh` decides; errors are not cached. There is one search at a time, and callers
/// that must wait for it share its result. If it fails, credentials that have not expired stay in
/// use; `renewal_failed` is then called, on any thread, with the error that no caller receives.
///
/// If no source has credentials, the error, of kind errc::credentials, lists their places and ends
/// with `advice`. Expired credentials are also an error of that kind.
///
/// Thread safety: thread-safe.
[[nodiscard]] std::shared_ptr<credential_provider> make_credential_chain(
    std::vector<std::unique_ptr<credential_source>> sources, std::shared_ptr<const clock> time,
    std::string advice, renewal_observer renewal_failed = {});

}  // namespace dynamo::auth
