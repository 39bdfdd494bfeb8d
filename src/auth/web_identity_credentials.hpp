// Credentials of a role for which a file holds a token: EKS service accounts, CI systems.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME, each by itself before the
/// profile's web_identity_token_file, role_arn and role_session_name; a `profile` that is given
/// leaves the variables out. Nothing if there is no token file. File and settings are read at every
/// `find`: the token is replaced while a program runs.
///
/// Errors: no role, an unreadable, empty or too large token file, a refusal of STS; they name the
/// file, never what it holds.
[[nodiscard]] std::unique_ptr<credential_source> web_identity_credentials(
    source_context context, std::optional<std::string> profile);

}  // namespace dynamo::auth
