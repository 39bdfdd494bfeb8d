// Credentials of the role of a profile.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/profile_chain.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns a source that assumes the role of the profile, after the roles of its source profiles,
/// with STS (see `plan_role`). The profile is `profile`, else AWS_PROFILE, else "default". It has
/// nothing if the profile has no role. Every `find` repeats everything: files, source credentials,
/// roles.
///
/// The account is that of the role. Errors name the role, its profile and the source credentials.
[[nodiscard]] std::unique_ptr<credential_source> role_credentials(
    source_context context, std::optional<std::string> profile, profile_places places);

}  // namespace dynamo::auth
