// The token that the AWS CLI keeps after a sign-in to IAM Identity Center.
#pragma once

#include "auth/json_members.hpp"

#include <dynamo/core/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// What the cache file of a sign-in holds. Secrets all: never shown.
struct sso_token {
  using time_point = std::chrono::system_clock::time_point;

  std::string access_token{};
  time_point expires_at{};
  std::string refresh_token{};  ///< this and the next two are empty if it cannot be refreshed
  std::string client_id{};
  std::string client_secret{};
  std::optional<time_point> registration_expires_at{};  ///< of client id and secret
  json_members members{};  ///< the file as it stands, for what others wrote into it

  /// Whether a new one can be had for the refresh token.
  [[nodiscard]] bool can_be_refreshed(time_point now) const;
};

/// A token is refreshed when it has less than this left (botocore, SSOTokenProvider).
inline constexpr std::chrono::minutes sso_refresh_margin{15};

/// Reads a cache file's text; nothing if it is malformed, lacks accessToken or
/// expiresAt, or has a token that no header could carry. Pure.
[[nodiscard]] std::optional<sso_token> read_sso_token(std::string_view text);

/// The token that an answer of CreateToken makes of `old`; nothing if the answer is malformed. A
/// refresh token that the answer does not have stays the old one. Pure.
[[nodiscard]] std::optional<sso_token> refreshed_sso_token(const sso_token& old,
                                                           std::string_view answer,
                                                           sso_token::time_point now);

/// The token as a cache file, with the members that this library does not know as they were.
[[nodiscard]] std::string write_sso_token(const sso_token& token);

/// The body of CreateToken (SSO OIDC API Reference) that refreshes `token`.
[[nodiscard]] std::string refresh_request(const sso_token& token);

/// Where the AWS CLI keeps the token of a session's name or a start URL, below the home folder:
/// "/.aws/sso/cache/" and the SHA-1 of `cache_name`. errc::configuration when OpenSSL's
/// configuration offers no SHA-1.
[[nodiscard]] result<std::string> sso_cache_file(std::string_view cache_name);

}  // namespace dynamo::auth
