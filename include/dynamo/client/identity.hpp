// AWS identity: the credentials in use, their source, and their owner.
#pragma once

#include <dynamo/client/client_config.hpp>
#include <dynamo/core/error.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo {

/// The identity that requests would be made with. Contains no secret.
struct identity {
  std::string provider{};        ///< source of the credentials, for people
  std::string access_key_end{};  ///< the last four characters of the access key id
  std::string account{};         ///< twelve digits; empty if unknown
  std::string arn{};             ///< of the user or role; empty unless STS has confirmed it
  std::string user_id{};         ///< likewise
  std::string region{};          ///< empty: none is set
  std::string endpoint{};  ///< DynamoDB's URL for this region and account; empty without region
  std::optional<std::chrono::system_clock::time_point> expiration{};  ///< unset: does not expire
  /// The error if STS was asked but has not confirmed the identity; nothing if it has.
  /// errc::unavailable if it could not be reached, errc::credentials if it refused the credentials,
  /// errc::configuration if it names another account than the settings do.
  std::optional<error> unconfirmed{};
};

struct identity_options {
  bool offline = false;                        ///< do not ask STS: account and ARN may be unknown
  std::stop_token stop{};                      ///< errc::cancelled
  std::optional<dynamo::deadline> deadline{};  ///< errc::deadline_exceeded
};

/// Returns the credentials, region and endpoint that a client of this configuration would use, and
/// their owner, requested from STS (GetCallerIdentity, which needs no permission). Sends nothing to
/// DynamoDB. If STS does not confirm the identity, `identity::unconfirmed` has the error; the other
/// members are set regardless.
///
///     const dynamo::identity me = dynamo::caller_identity({.profile = "work"});
///     std::cout << me.arn << " by " << me.provider << '\n';
///
/// Blocks. Throws, or returns, the errors of the providers and of settings: errc::credentials,
/// errc::configuration. Thread safety: may be called on any thread except those on which a custom
/// credential provider answers.
[[nodiscard]] identity caller_identity(const client_config& config = {},
                                       const identity_options& options = {});
[[nodiscard]] result<identity> try_who_am_i(const client_config& config = {},
                                            const identity_options& options = {});

}  // namespace dynamo
