// Reads the role settings of a profile.
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

/// The source of the credentials for the first role of a plan.
enum class role_base : std::uint8_t {
  profile,      ///< `source_profile`: the credentials of a profile
  environment,  ///< `credential_source`: Environment
  container,    ///< `credential_source`: EcsContainer
  instance,     ///< `credential_source`: Ec2InstanceMetadata
};

/// A role, and the profile that names it.
struct role_step {
  std::string profile{};
  role_request role{};
};

struct role_plan {
  role_base base = role_base::profile;
  std::string base_profile{};      ///< for role_base::profile
  std::vector<role_step> steps{};  ///< in the order of assuming; the last is the profile's
};

/// Returns the roles of `profile`: role_arn with either source_profile or credential_source,
/// external_id, role_session_name (else `session_name`), duration_seconds from 900 to 43200. The
/// role of a source profile is assumed first; a source profile with keys provides these, even if it
/// is the profile itself. Returns nothing if the profile has no role, or one for web identity. Does
/// no I/O.
///
/// Errors, of kind errc::configuration, name the setting: both sources or none, a source profile
/// that does not exist, a cycle of source profiles, a malformed value, or an mfa_serial, whose code
/// cannot be entered here.
[[nodiscard]] result<std::optional<role_plan>> plan_role(const shared_files& files,
                                                         const std::string& profile,
                                                         const std::string& session_name);

/// Checks and returns the ARN and session name of a role. Errors are of kind errc::configuration
/// and name the setting.
[[nodiscard]] result<role_request> checked_role(const found_setting& arn,
                                                const std::optional<found_setting>& session,
                                                const std::string& session_name);

/// Returns the session name for roles without one: "dynamo-1767225600", with the time.
[[nodiscard]] std::string generated_session_name(std::chrono::system_clock::time_point now);

}  // namespace dynamo::auth
