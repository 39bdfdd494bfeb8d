// Credentials from environment variables.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/environment.hpp"

#include <memory>

namespace dynamo::auth {

/// Returns a source that reads AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN
/// (or the older AWS_SECURITY_TOKEN), AWS_ACCOUNT_ID and AWS_CREDENTIAL_EXPIRATION. It calls the
/// handler at once. One key without the other and a malformed expiration are errors of kind
/// errc::configuration.
[[nodiscard]] std::unique_ptr<credential_source> environment_credentials(
    std::shared_ptr<const environment> variables);

}  // namespace dynamo::auth
