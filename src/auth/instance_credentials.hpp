// Credentials of an Amazon EC2 instance, and its region.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// The credentials of the instance's role, from the instance metadata service, version 2
/// (`metadata_settings` for all that can be set; the profile is `profile`, else AWS_PROFILE, else
/// "default"). Nothing if the service is disabled, is not there, or the instance has no role;
/// `place` says which. Once it has given credentials, its silence is an error.
///
/// Errors: a setting that is malformed (errc::configuration); a service that fails behind its first
/// answer, refuses, gives something else or credentials that have expired (errc::credentials).
[[nodiscard]] std::unique_ptr<credential_source> instance_credentials(
    source_context context, std::optional<std::string> profile);

/// Asks the instance metadata service for the region; nothing if there is none, or it is disabled
/// or fails: who asks has looked everywhere else and knows what to say. Calls `done` exactly once,
/// at once or as `http_exchange` calls its handlers.
void find_instance_region(const source_context& context, const std::optional<std::string>& profile,
                          std::function<void(std::optional<std::string>)> done);

}  // namespace dynamo::auth
