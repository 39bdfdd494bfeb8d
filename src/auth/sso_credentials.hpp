// Credentials by single sign-on with IAM Identity Center.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns a source that gets the credentials of the profile's account and role (see `plan_sso`)
/// with the token that `aws sso login` wrote into ~/.aws/sso/cache. The profile is `profile`, else
/// AWS_PROFILE, else "default". It has nothing if the profile has no single sign-on. Every `find`
/// reads the files.
///
/// A token with less than 15 minutes remaining is refreshed, if it has a refresh token, and written
/// back to the cache for other programs; if the cache cannot be written, it is kept in memory. If
/// refreshing fails, the old token is used until it expires.
///
/// Errors name the profile, and `aws sso login` if the user must sign in.
[[nodiscard]] std::unique_ptr<credential_source> sso_credentials(
    source_context context, std::optional<std::string> profile);

}  // namespace dynamo::auth
