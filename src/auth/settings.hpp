// Everything a connection needs besides credentials, from options, environment and shared files.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/environment.hpp"
#include "auth/loaded_profile.hpp"
#include "auth/shared_files.hpp"

#include <dynamo/core/result.hpp>

#include <optional>
#include <string>

namespace dynamo::auth {

/// What the caller set itself; it goes before environment and files.
struct settings_overrides {
  service target = service::dynamodb;
  std::optional<std::string> region = {};
  std::optional<std::string> endpoint = {};  ///< for DynamoDB and DynamoDB Streams alike
  std::optional<std::string> profile = {};
  std::optional<bool> use_fips = {};
  std::optional<bool> use_dual_stack = {};
  std::optional<std::string> ca_bundle = {};
  /// Of the resolved credentials, if already known; empty otherwise. Needed when
  /// AWS_ACCOUNT_ID_ENDPOINT_MODE is "required".
  std::string account_id = {};
};

struct connection_settings {
  std::string endpoint_url = {};  ///< with a path, at least "/"
  std::string host = {};          ///< the value of the header Host
  std::string path = {};          ///< of `endpoint_url`, for the signature
  std::string signing_region = {};
  std::string signing_name = {};
  std::string ca_bundle = {};  ///< a file of PEM certificates; empty: the system's
  std::string profile = {};    ///< "default" if none was chosen
  /// What the endpoint was resolved from. With another account, ARN or service in it,
  /// `resolve_endpoint` gives the endpoint for those without reading the files again.
  endpoint_params resolved_from = {};
};

/// Collects the settings of the endpoint, without resolving it. A custom endpoint is, in this
/// order: the option, AWS_ENDPOINT_URL_DYNAMODB (or _DYNAMODB_STREAMS, _STS, _SSO, _SSO_OIDC),
/// AWS_ENDPOINT_URL, `endpoint_url` under `dynamodb` (or `dynamodb_streams`, `sts`, `sso`,
/// `sso_oidc`) in the profile's `services` section, the profile's `endpoint_url`.
/// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or the profile's `ignore_configured_endpoint_urls`, leaves
/// only the option. Pure. Errors are of kind errc::configuration and name the setting.
[[nodiscard]] result<endpoint_params> collect_endpoint_params(const settings_overrides& overrides,
                                                              const environment& variables,
                                                              const shared_files& files,
                                                              const profile_choice& profile);

/// The endpoint of a service that hands out credentials, for the region of `overrides`, else the
/// profile's. STS is asked in the region, as AWS's tools do since 2025, unless
/// AWS_STS_REGIONAL_ENDPOINTS (`sts_regional_endpoints`) is "legacy"; without a region its global
/// endpoint is. Pure; errors as above and as `resolve_endpoint`.
[[nodiscard]] result<endpoint> identity_endpoint(const settings_overrides& overrides,
                                                 const environment& variables,
                                                 const loaded_profile& profile);

/// All settings of a connection but those that follow from the endpoint.
struct service_settings {
  endpoint_params endpoint = {};
  std::string ca_bundle = {};  ///< as in `connection_settings`
  std::string profile = {};    ///< likewise
  /// See `auth::exposed_keys`.
  std::optional<std::string> exposed_keys = {};
};

/// Reads the shared files and collects all settings, without resolving the endpoint. Blocks on the
/// file system, so call it at first use, not at construction. Thread-safe. Errors are of kind
/// errc::configuration and name the setting at fault.
[[nodiscard]] result<service_settings> read_settings(const settings_overrides& overrides,
                                                     const environment& variables);

/// The same with the endpoint; see `resolve_endpoint` for the rules.
[[nodiscard]] result<connection_settings> resolve_settings(const settings_overrides& overrides,
                                                           const environment& variables);

}  // namespace dynamo::auth
