// What a profile with a role means.
#pragma once

#include "auth/shared_files.hpp"
#include "auth/sts.hpp"

#include <dynamo/core/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::auth {

/// Where the first role of a plan is assumed from.
enum class role_base : std::uint8_t {
  profile,      ///< `source_profile`: a profile's own credentials
  environment,  ///< `credential_source`: Environment
  container,    ///< EcsContainer
  instance,     ///< Ec2InstanceMetadata
};

/// One role, and the profile that names it.
struct role_step {
  std::string profile{};
  role_request role{};
};

struct role_plan {
  role_base base = role_base::profile;
  std::string base_profile{};      ///< for role_base::profile
  std::vector<role_step> steps{};  ///< in the order of assuming: the last is what was asked for
};

/// The roles that `profile` asks for: role_arn with either source_profile or credential_source,
/// external_id, role_session_name (else `session_name`), duration_seconds from 900 to 43200. A
/// source profile with a role is assumed before; one with keys gives those, even if it is the
/// profile itself. Nothing if the profile has no role, or has one for web identity. Pure.
///
/// Errors, of kind errc::configuration, name the setting: both sources or none, a source profile
/// that does not exist, profiles that name each other in a circle, a malformed value, an
/// mfa_serial: nobody is there to type its code.
[[nodiscard]] result<std::optional<role_plan>> plan_role(const shared_files& files,
                                                         const std::string& profile,
                                                         const std::string& session_name);

/// The role's ARN and session name, checked; `arn` and `session`, if given, say where they were
/// set. Errors of kind errc::configuration.
[[nodiscard]] result<role_request> checked_role(const found_setting& arn,
                                                const std::optional<found_setting>& session,
                                                const std::string& session_name);

/// A session name for roles that name none: "dynamo-1767225600", from the time.
[[nodiscard]] std::string generated_session_name(std::chrono::system_clock::time_point now);

}  // namespace dynamo::auth
