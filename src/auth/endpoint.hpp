// Resolves the endpoint of a service, and the region and name to sign requests for.
#pragma once

#include <dynamo/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::auth {

enum class service : std::uint8_t {
  dynamodb,
  streams,
  sts,       ///< AWS STS: roles and web identity
  sso,       ///< portal of IAM Identity Center
  sso_oidc,  ///< tokens of IAM Identity Center
};

/// Whether requests go to the host of the account, {account}.ddb.{region}.amazonaws.com.
enum class account_endpoint_mode : std::uint8_t {
  preferred,  ///< yes, if the account is known and its partition has such hosts
  required,   ///< yes, otherwise an error
  disabled,
};

/// Inputs of endpoint resolution. Only the service "dynamodb" uses the account.
struct endpoint_params {
  service target = service::dynamodb;
  std::string region = {};  ///< empty: not set
  bool use_fips = false;
  bool use_dual_stack = false;
  /// Only for STS: its oldest regions use sts.amazonaws.com.
  bool use_legacy_global = false;
  std::string custom_url = {};     ///< empty: the endpoint of AWS
  std::string custom_source = {};  ///< where `custom_url` was set, for messages
  account_endpoint_mode account_mode = account_endpoint_mode::preferred;
  std::string account_id = {};    ///< account of the credentials; empty if unknown
  std::string resource_arn = {};  ///< ARN of the requested table, if it was given by ARN
  std::vector<std::string> resource_arns = {};  ///< of the tables of one request; the first counts
};

struct endpoint {
  std::string url = {};   ///< with a path, at least "/"
  std::string host = {};  ///< value of the Host header
  std::string path = {};  ///< path of `url`
  std::string signing_region = {};
  std::string signing_name = {};
};

/// Returns true for a label of a host name: 1 to 63 letters, digits and inner hyphens.
[[nodiscard]] bool is_host_label(std::string_view text) noexcept;

/// Returns the error for a missing region.
[[nodiscard]] error missing_region();

/// Returns the endpoint by the endpoint rules of AWS (botocore's endpoint-rule-set-1.json of each
/// service). Does no I/O.
///
/// A custom endpoint is used as given. Without a region, requests to it are signed for us-east-1 if
/// its host is a loopback address, where DynamoDB Local and Alternator accept any region; otherwise
/// a region is required. The region "local" means DynamoDB Local on its default port. STS without a
/// region, or with the region "local", uses its global endpoint.
///
/// Errors are of kind errc::configuration and name the settings that contradict each other, are
/// malformed or missing; the error for a malformed account id is of kind errc::credentials.
[[nodiscard]] result<endpoint> resolve_endpoint(const endpoint_params& params);

}  // namespace dynamo::auth
