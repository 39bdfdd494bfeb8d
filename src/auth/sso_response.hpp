// Parses responses of the portal and the token service of IAM Identity Center.
#pragma once

#include <dynamo/auth/credentials.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Parses the response of GetRoleCredentials (SSO Portal API Reference), whose expiration is in
/// milliseconds; returns nothing if it is malformed or lacks a member.
[[nodiscard]] std::optional<credentials> read_role_credentials(std::string_view text);

/// An error of either service.
struct sso_fault {
  std::string code{};     ///< "UnauthorizedException", "invalid_grant"; may be empty
  std::string message{};  ///< as received, of any length; may be empty
};

/// Parses an error; returns nothing if the response is not a JSON object.
[[nodiscard]] std::optional<sso_fault> read_sso_fault(std::string_view text);

}  // namespace dynamo::auth
