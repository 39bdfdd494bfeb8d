// Reads the single sign-on settings of a profile.
#pragma once

#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>

namespace dynamo::auth {

/// A role of an account in IAM Identity Center, and the sign-in it requires.
struct sso_login {
  std::string profile{};
  std::string region{};      ///< region of Identity Center; a host label
  std::string start_url{};   ///< URL of the portal
  std::string account_id{};  ///< twelve digits
  std::string role_name{};
  /// Input of the file name in the AWS CLI's cache: the session's name, or, in the older form of
  /// configuration, the start URL.
  std::string cache_name{};
};

/// Returns sso_account_id and sso_role_name of the profile, with sso_region and sso_start_url of
/// its sso_session section or of the profile. Returns nothing if it has neither account nor role:
/// as in the AWS CLI, a session alone does not configure credentials. Does no I/O.
///
/// Errors, of kind errc::configuration, name the setting: a missing one, a session that does not
/// exist, a contradiction between session and profile, a malformed value.
[[nodiscard]] result<std::optional<sso_login>> plan_sso(const shared_files& files,
                                                        const std::string& profile);

}  // namespace dynamo::auth
