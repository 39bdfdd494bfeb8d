// What a profile with single sign-on means.
#pragma once

#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>

namespace dynamo::auth {

/// A role of an account in IAM Identity Center, and the sign-in that gives it.
struct sso_login {
  std::string profile{};
  std::string region{};      ///< of Identity Center; a host label
  std::string start_url{};   ///< of the portal
  std::string account_id{};  ///< twelve digits
  std::string role_name{};
  /// What the AWS CLI's cache names its file by: the session's name, or, in the older form of
  /// configuration, the start URL.
  std::string cache_name{};
};

/// sso_account_id and sso_role_name of the profile, with sso_region and sso_start_url of its
/// sso_session's section, or of its own. Nothing if it has neither account nor role: as for the AWS
/// CLI, a session alone is no way to credentials. Pure.
///
/// Errors, of kind errc::configuration, name the setting: a missing one, a session that does not
/// exist, session and profile that contradict each other, a malformed value.
[[nodiscard]] result<std::optional<sso_login>> plan_sso(const shared_files& files,
                                                        const std::string& profile);

}  // namespace dynamo::auth
