// Credentials of a role with a token from a file: EKS service accounts, CI systems.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns a source that assumes a role with the token of a file. Each of the variables
/// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME overrides the profile's
/// web_identity_token_file, role_arn and role_session_name; if `profile` is given, the variables
/// are ignored. It has nothing if no token file is set. Every `find` reads file and settings,
/// because the token is replaced while the program runs.
///
/// Errors: no role, an unreadable, empty or too large token file, a refusal of STS. They name the
/// file, never its contents.
[[nodiscard]] std::unique_ptr<credential_source> web_identity_credentials(
    source_context context, std::optional<std::string> profile);

}  // namespace dynamo::auth
