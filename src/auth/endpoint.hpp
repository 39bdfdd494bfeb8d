// Which server answers for a region, and what requests to it are signed for.
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
  sts,       ///< roles and web identity
  sso,       ///< IAM Identity Center's portal
  sso_oidc,  ///< IAM Identity Center's tokens
};

/// Whether requests go to the account's own host, {account}.ddb.{region}.amazonaws.com.
enum class account_endpoint_mode : std::uint8_t {
  preferred,  ///< if the account is known and its partition has such hosts
  required,   ///< an error otherwise
  disabled,
};

/// What the endpoint depends on. Only the service "dynamodb" looks at the account.
struct endpoint_params {
  service target = service::dynamodb;
  std::string region = {};  ///< empty: not set
  bool use_fips = false;
  bool use_dual_stack = false;
  /// Only STS has one: its oldest regions are asked at sts.amazonaws.com.
  bool use_legacy_global = false;
  std::string custom_url = {};     ///< empty: AWS's own endpoint
  std::string custom_source = {};  ///< where `custom_url` was set, for messages
  account_endpoint_mode account_mode = account_endpoint_mode::preferred;
  std::string account_id = {};                  ///< of the credentials; empty if unknown
  std::string resource_arn = {};                ///< of the table asked for, if by ARN
  std::vector<std::string> resource_arns = {};  ///< of the tables of one request; the first counts
};

struct endpoint {
  std::string url = {};   ///< with a path, at least "/"
  std::string host = {};  ///< the value of the header Host
  std::string path = {};  ///< of `url`
  std::string signing_region = {};
  std::string signing_name = {};
};

/// True for what may be one label of a host name: letters, digits and inner hyphens, at most 63.
[[nodiscard]] bool is_host_label(std::string_view text) noexcept;

/// The error for a region that is set nowhere.
[[nodiscard]] error missing_region();

/// Applies AWS's endpoint rules (botocore's endpoint-rule-set-1.json of each service). Pure.
///
/// A custom endpoint is used as given. Without a region it is signed for us-east-1 if its host is a
/// loopback address, where DynamoDB Local and Alternator accept any; otherwise a region is
/// required. The region "local" is DynamoDB Local on its default port. STS without a region, or in
/// that one, is its global endpoint.
///
/// Errors are of kind errc::configuration and name the settings that contradict each other, are
/// malformed or missing; an account id of the wrong form is of kind errc::credentials.
[[nodiscard]] result<endpoint> resolve_endpoint(const endpoint_params& params);

}  // namespace dynamo::auth
