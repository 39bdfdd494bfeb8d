// The settings of a connection, except credentials, from options, environment and shared files.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/environment.hpp"
#include "auth/loaded_profile.hpp"
#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>

namespace dynamo::auth {

/// Options set by the caller; they override environment and files.
struct settings_overrides {
  service target = service::dynamodb;
  std::optional<std::string> region = {};
  std::optional<std::string> endpoint = {};  ///< for DynamoDB and DynamoDB Streams
  std::optional<std::string> profile = {};
  std::optional<bool> use_fips = {};
  std::optional<bool> use_dual_stack = {};
  std::optional<std::string> ca_bundle = {};
  /// Account of the resolved credentials; empty if unknown. Required when
  /// AWS_ACCOUNT_ID_ENDPOINT_MODE is "required".
  std::string account_id = {};
};

struct connection_settings {
  std::string endpoint_url = {};  ///< with a path, at least "/"
  std::string host = {};          ///< value of the Host header
  std::string path = {};          ///< path of `endpoint_url`, for the signature
  std::string signing_region = {};
  std::string signing_name = {};
  std::string ca_bundle = {};  ///< file of PEM certificates; empty: those of the system
  std::string profile = {};    ///< "default" if none was chosen
  /// The inputs of the endpoint. With another account, ARN or service in it, `resolve_endpoint`
  /// returns the endpoint for those without reading the files again.
  endpoint_params resolved_from = {};
};

/// Collects the settings of the endpoint, without resolving it. A custom endpoint is the first of:
/// the option, AWS_ENDPOINT_URL_DYNAMODB (or _DYNAMODB_STREAMS, _STS, _SSO, _SSO_OIDC),
/// AWS_ENDPOINT_URL, `endpoint_url` under `dynamodb` (or `dynamodb_streams`, `sts`, `sso`,
/// `sso_oidc`) in the profile's `services` section, the profile's `endpoint_url`. With
/// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile's `ignore_configured_endpoint_urls`, only the
/// option counts. Does no I/O. Errors are of kind errc::configuration and name the setting.
[[nodiscard]] result<endpoint_params> collect_endpoint_params(const settings_overrides& overrides,
                                                              const environment& variables,
                                                              const shared_files& files,
                                                              const profile_choice& profile);

/// Returns the endpoint of a service that returns credentials, for the region of `overrides`, else
/// of the profile. STS uses the endpoint of the region, as AWS tools do since 2025, unless
/// AWS_STS_REGIONAL_ENDPOINTS (`sts_regional_endpoints`) is "legacy"; without a region it uses its
/// global endpoint. Does no I/O; errors as above and as `resolve_endpoint`.
[[nodiscard]] result<endpoint> identity_endpoint(const settings_overrides& overrides,
                                                 const environment& variables,
                                                 const loaded_profile& profile);

/// All settings of a connection, except those that follow from the endpoint.
struct service_settings {
  endpoint_params endpoint = {};
  std::string ca_bundle = {};  ///< as in `connection_settings`
  std::string profile = {};    ///< likewise
  /// See `auth::exposed_keys`.
  std::optional<std::string> exposed_keys = {};
};

/// Reads the shared files and collects all settings, without resolving the endpoint. Blocks on the
/// file system, so call it at first use, not at construction. Errors are of kind
/// errc::configuration and name the wrong setting.
///
/// Thread safety: thread-safe.
[[nodiscard]] result<service_settings> read_settings(const settings_overrides& overrides,
                                                     const environment& variables);

/// Returns the same settings with the endpoint; see `resolve_endpoint` for the rules.
[[nodiscard]] result<connection_settings> resolve_settings(const settings_overrides& overrides,
                                                           const environment& variables);

}  // namespace dynamo::auth
