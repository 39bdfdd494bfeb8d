// Credentials by single sign-on: IAM Identity Center.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// The role of the account that the profile names (see `plan_sso`), with the token that `aws sso
/// login` has put into ~/.aws/sso/cache. The profile is `profile`, else AWS_PROFILE, else
/// "default"; nothing if it has no single sign-on. Files are read at every `find`.
///
/// A token with less than a quarter of an hour left is refreshed, where it can be, and put back
/// into the cache for all other programs; where the cache cannot be written it is kept in memory.
/// An old token that has not expired stays good when refreshing fails.
///
/// Errors name the profile, and `aws sso login` where a person must sign in.
[[nodiscard]] std::unique_ptr<credential_source> sso_credentials(
    source_context context, std::optional<std::string> profile);

}  // namespace dynamo::auth
