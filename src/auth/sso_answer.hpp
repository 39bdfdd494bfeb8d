// What the portal of IAM Identity Center and its token service answer.
#pragma once

#include <dynamo/auth/credentials.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// The answer of GetRoleCredentials (SSO Portal API Reference), whose expiration counts
/// milliseconds; nothing if it is malformed or lacks a member. Pure.
[[nodiscard]] std::optional<credentials> read_role_credentials(std::string_view text);

/// A refusal of either service.
struct sso_fault {
  std::string code{};     ///< "UnauthorizedException", "invalid_grant"; may be empty
  std::string message{};  ///< as it came, of any length; may be empty
};

/// Nothing if the answer is no JSON object. Pure.
[[nodiscard]] std::optional<sso_fault> read_sso_fault(std::string_view text);

}  // namespace dynamo::auth
