// Credentials and region of an Amazon EC2 instance.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns a source that gets the credentials of the instance's role from the instance metadata
/// service, version 2. See `metadata_settings` for its settings; the profile is `profile`, else
/// AWS_PROFILE, else "default". It has nothing if the service is disabled or does not exist, or the
/// instance has no role; `place` says which. After it has returned credentials once, that is an
/// error.
///
/// Errors: errc::configuration for a malformed setting; errc::credentials for a service that fails
/// after its first response, refuses, or returns something else or expired credentials.
[[nodiscard]] std::unique_ptr<credential_source> instance_credentials(
    source_context context, std::optional<std::string> profile);

/// Requests the region from the instance metadata service. Calls `done` exactly once, at once or as
/// `http_exchange` calls its handlers, with nothing if the service does not exist, is disabled or
/// fails: the caller, which has searched everywhere else, reports the missing region.
void find_instance_region(const source_context& context, const std::optional<std::string>& profile,
                          std::function<void(std::optional<std::string>)> done);

}  // namespace dynamo::auth
