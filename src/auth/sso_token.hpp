// The token that the AWS CLI caches after a sign-in to IAM Identity Center.
#pragma once

#include "auth/json_members.hpp"

#include <dynamo/core/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// The contents of the cache file of a sign-in. All are secrets and never shown.
struct sso_token {
  using time_point = std::chrono::system_clock::time_point;

  std::string access_token{};
  time_point expires_at{};
  std::string refresh_token{};  ///< this and the next two are empty if it cannot be refreshed
  std::string client_id{};
  std::string client_secret{};
  std::optional<time_point> registration_expires_at{};  ///< expiration of client id and secret
  json_members members{};  ///< all members of the file, including unknown ones

  /// Returns whether the token can be refreshed.
  [[nodiscard]] bool can_be_refreshed(time_point now) const;
};

/// A token is refreshed if less than this time remains (botocore, SSOTokenProvider).
inline constexpr std::chrono::minutes sso_refresh_margin{15};

/// Parses the text of a cache file; returns nothing if it is malformed, lacks accessToken or
/// expiresAt, or has a token that cannot be sent in a header.
[[nodiscard]] std::optional<sso_token> read_sso_token(std::string_view text);

/// Returns `old` updated by a response of CreateToken; nothing if the response is malformed.
/// Without a refresh token in the response, the old one is kept.
[[nodiscard]] std::optional<sso_token> refreshed_sso_token(const sso_token& old,
                                                           std::string_view answer,
                                                           sso_token::time_point now);

/// Returns the token as the text of a cache file; unknown members are unchanged.
[[nodiscard]] std::string write_sso_token(const sso_token& token);

/// Returns the body of a CreateToken request (SSO OIDC API Reference) that refreshes `token`.
[[nodiscard]] std::string refresh_request(const sso_token& token);

/// Returns the path of the AWS CLI's cache file for a session name or a start URL, relative to the
/// home folder: "/.aws/sso/cache/" and the SHA-1 of `cache_name`. Returns errc::configuration if
/// OpenSSL's configuration provides no SHA-1.
[[nodiscard]] result<std::string> sso_cache_file(std::string_view cache_name);

}  // namespace dynamo::auth
