// Credentials of a role that a profile names.
#pragma once

#include "auth/credential_source.hpp"
#include "auth/profile_chain.hpp"
#include "auth/source_context.hpp"

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Assumes the role of the profile, and before it those of its source profiles, over STS (see
/// `plan_role`). The profile is `profile`, else AWS_PROFILE, else "default". Nothing if it has no
/// role. Everything is done anew at every `find`: files, source credentials, roles.
///
/// The account is that of the role. Errors name the role, its profile and what it was assumed with.
[[nodiscard]] std::unique_ptr<credential_source> role_credentials(
    source_context context, std::optional<std::string> profile, profile_places places);

}  // namespace dynamo::auth
