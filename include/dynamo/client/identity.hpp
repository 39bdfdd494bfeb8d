// Who one is for AWS: which credentials were found where, and for whom.
#pragma once

#include <dynamo/client/client_config.hpp>
#include <dynamo/core/error.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo {

/// What requests would be made as. Holds no secret.
struct identity {
  std::string provider{};        ///< where the credentials come from, for people
  std::string access_key_end{};  ///< the last four characters of the access key id
  std::string account{};         ///< twelve digits; empty if unknown
  std::string arn{};             ///< of the user or role; empty unless STS has confirmed it
  std::string user_id{};         ///< likewise
  std::string region{};          ///< empty: none is set
  std::string endpoint{};  ///< DynamoDB's URL for this region and account; empty without region
  std::optional<std::chrono::system_clock::time_point> expiration{};  ///< unset: does not expire
  /// Why STS has not confirmed the identity, though it was asked; nothing if it has. Of kind
  /// errc::unavailable if it could not be reached, errc::credentials if it refused them,
  /// errc::configuration if it names another account than the settings do.
  std::optional<error> unconfirmed{};
};

struct identity_options {
  bool offline = false;                        ///< STS is not asked: account and ARN may be unknown
  std::stop_token stop{};                      ///< errc::cancelled
  std::optional<dynamo::deadline> deadline{};  ///< errc::deadline_exceeded
};

/// Finds credentials, region and endpoint as a client of this configuration would, and asks STS
/// (GetCallerIdentity, which needs no permission) whose they are. Sends nothing to DynamoDB. What
/// STS does not confirm is told in `identity::unconfirmed`; the rest is there all the same.
///
///     const dynamo::identity me = dynamo::who_am_i({.profile = "work"});
///     std::cout << me.arn << " by " << me.provider << '\n';
///
/// Blocks; may be called by any thread but those that a credential provider of the program's own
/// answers on. Throws or returns the providers' errors, and those of settings: errc::credentials,
/// errc::configuration.
[[nodiscard]] identity who_am_i(const client_config& config = {},
                                const identity_options& options = {});
[[nodiscard]] result<identity> try_who_am_i(const client_config& config = {},
                                            const identity_options& options = {});

}  // namespace dynamo
