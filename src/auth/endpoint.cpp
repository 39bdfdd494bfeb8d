#include "auth/endpoint.hpp"

#include "auth/aws_names.hpp"
#include "auth/endpoint_url.hpp"
#include "auth/fault.hpp"
#include "auth/identity_hosts.hpp"
#include "auth/partition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace dynamo::auth {
namespace {

constexpr std::string_view default_signing_region = "us-east-1";

endpoint at(const endpoint_url& url, std::string_view signing_region) {
  return {.url = url.to_string(),
          .host = url.authority(),
          .path = url.path,
          .signing_region = std::string(signing_region),
          .signing_name = {}};
}

endpoint at_host(std::string host, std::string_view region) {
  return at({.scheme = "https", .host = std::move(host), .port = 443, .path = "/"}, region);
}

result<endpoint> resolve_custom(const endpoint_params& params) {
  const std::string& source = params.custom_source;
  if (params.use_fips)
    return configuration_fault(
        fmt::format("FIPS endpoints are enabled and {} sets a custom endpoint, which cannot be "
                    "combined: unset it, or AWS_USE_FIPS_ENDPOINT (use_fips_endpoint)",
                    source));
  if (params.use_dual_stack)
    return configuration_fault(fmt::format(
        "Dual-stack endpoints are enabled and {} sets a custom endpoint, which cannot be combined: "
        "unset it, or AWS_USE_DUALSTACK_ENDPOINT (use_dualstack_endpoint)",
        source));
  result<endpoint_url> url = parse_endpoint_url(params.custom_url, source);
  if (!url) return std::move(url).error();
  if (params.region.empty()) {
    if (url->is_loopback() || params.target == service::sts)
      return at(*url, default_signing_region);
    return missing_region();
  }
  if (params.target == service::dynamodb &&
      url->host == fmt::format("dynamodb.{}.{}", params.region,
                               partition_of(params.region).dual_stack_suffix))
    return configuration_fault(
        fmt::format("{} names AWS's dual-stack endpoint {}: unset it and set "
                    "AWS_USE_DUALSTACK_ENDPOINT=true instead",
                    source, url->host));
  return at(*url, params.region);
}

result<endpoint> resolve_local(const endpoint_params& params) {
  for (const auto& [enabled, what, setting] :
       {std::tuple(params.use_fips, "FIPS", "AWS_USE_FIPS_ENDPOINT (use_fips_endpoint)"),
        std::tuple(params.use_dual_stack, "Dual-stack",
                   "AWS_USE_DUALSTACK_ENDPOINT (use_dualstack_endpoint)")})
    if (enabled)
      return configuration_fault(
          fmt::format("{} endpoints are enabled, but the region is 'local', which has none: unset "
                      "{} or set another region",
                      what, setting));
  return at({.scheme = "http", .host = "localhost", .port = 8000, .path = "/"},
            default_signing_region);
}

// Returns the account that owns a DynamoDB resource of this region, or nothing.
std::optional<std::string_view> account_of(std::string_view arn, std::string_view region) {
  const auto parts = split_arn(arn);
  const bool usable = parts && !parts->partition.empty() && parts->service == "dynamodb" &&
                      parts->region == region && is_host_label(parts->account) &&
                      !parts->resource.empty();
  if (!usable) return std::nullopt;
  return parts->account;
}

// Returns the account whose host to use; empty for the host of the region.
result<std::string> find_account(const endpoint_params& params, const partition& home) {
  const bool required = params.account_mode == account_endpoint_mode::required;
  constexpr std::string_view mode = "AWS_ACCOUNT_ID_ENDPOINT_MODE (account_id_endpoint_mode)";
  if (params.account_mode == account_endpoint_mode::disabled) return std::string();
  if (params.use_fips) {
    if (!required) return std::string();
    return configuration_fault(
        fmt::format("{} is 'required', but account endpoints do not support FIPS: set it to "
                    "'preferred', or unset AWS_USE_FIPS_ENDPOINT (use_fips_endpoint)",
                    mode));
  }
  if (home.name != "aws") {
    if (!required) return std::string();
    return configuration_fault(
        fmt::format("{} is 'required', but the partition {} of region {} has no account endpoints: "
                    "set it to 'preferred'",
                    mode, home.name, params.region));
  }
  const std::string_view first =
      params.resource_arns.empty() ? std::string_view() : params.resource_arns.front();
  for (const std::string_view arn : {std::string_view(params.resource_arn), first})
    if (const auto account = account_of(arn, params.region)) return std::string(*account);
  if (params.account_id.empty() && required)
    return configuration_fault(
        fmt::format("{} is 'required', but the credentials have no account id: set AWS_ACCOUNT_ID "
                    "or the profile's aws_account_id, or set the mode to 'preferred'",
                    mode));
  if (!params.account_id.empty() && !is_host_label(params.account_id))
    return credentials_fault(
        "The account id of the credentials is malformed: AWS_ACCOUNT_ID (aws_account_id) is a "
        "number of twelve digits");
  return params.account_id;
}

std::string streams_host(const endpoint_params& params, const partition& home) {
  const std::string_view region = params.region;
  const std::string_view fips = params.use_fips ? "-fips" : "";
  if (params.use_dual_stack) {
    // The three oldest partitions use a hyphen.
    const bool hyphen = home.name == "aws" || home.name == "aws-cn" || home.name == "aws-us-gov";
    return fmt::format("streams{}dynamodb{}.{}.{}", hyphen ? '-' : '.', fips, region,
                       home.dual_stack_suffix);
  }
  if (home.name == "aws-us-gov")  // its ordinary host complies with FIPS
    return fmt::format("streams.dynamodb.{}.{}", region, home.dns_suffix);
  return fmt::format("streams.dynamodb{}.{}.{}", fips, region, home.dns_suffix);
}

std::string dynamodb_host(const endpoint_params& params, const partition& home,
                          std::string_view account) {
  const std::string_view suffix = params.use_dual_stack ? home.dual_stack_suffix : home.dns_suffix;
  if (!account.empty()) return fmt::format("{}.ddb.{}.{}", account, params.region, suffix);
  const bool ordinary_is_fips = home.name == "aws-us-gov" && !params.use_dual_stack;
  const std::string_view fips = params.use_fips && !ordinary_is_fips ? "-fips" : "";
  return fmt::format("dynamodb{}.{}.{}", fips, params.region, suffix);
}

result<endpoint> resolve_place(const endpoint_params& params) {
  const bool is_local = params.region == "local";
  // The global endpoint has no FIPS and no dual-stack form: these require a region.
  if (params.target == service::sts && (params.region.empty() || is_local) && !params.use_fips &&
      !params.use_dual_stack)
    return at_host(std::string(global_sts_host), default_signing_region);
  if (params.region.empty()) return missing_region();
  if (is_local) return resolve_local(params);
  const partition& home = partition_of(params.region);
  switch (params.target) {
    case service::dynamodb:
      break;
    case service::streams:
      return at_host(streams_host(params, home), params.region);
    case service::sts:
      if (is_at_global_sts(params))
        return at_host(std::string(global_sts_host), default_signing_region);
      return at_host(sts_host(params, home), params.region);
    case service::sso:
      return at_host(sso_host(params, home), params.region);
    case service::sso_oidc:
      return at_host(sso_oidc_host(params, home), params.region);
  }
  result<std::string> account = find_account(params, home);
  if (!account) return std::move(account).error();
  return at_host(dynamodb_host(params, home, *account), params.region);
}

// DynamoDB Streams also signs as "dynamodb"; requests to the portal are not signed.
std::string_view signing_name_of(service target) {
  switch (target) {
    case service::sts:
      return "sts";
    case service::sso:
      return "awsssoportal";
    case service::sso_oidc:
      return "sso-oauth";
    default:
      return "dynamodb";
  }
}

}  // namespace

bool is_host_label(std::string_view text) noexcept {
  constexpr std::size_t longest = 63;
  if (text.empty() || text.size() > longest || text.front() == '-' || text.back() == '-')
    return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

error missing_region() {
  return configuration_fault(
      "No region is set: set AWS_REGION, or 'region' of the profile in ~/.aws/config, for example "
      "to us-east-1");
}

result<endpoint> resolve_endpoint(const endpoint_params& params) {
  if (!params.region.empty() && !is_host_label(params.region))
    return configuration_fault(fmt::format(
        "'{}' is not the name of a region: it must look like us-east-1", params.region));
  result<endpoint> place =
      params.custom_url.empty() ? resolve_place(params) : resolve_custom(params);
  if (place) place->signing_name = signing_name_of(params.target);
  return place;
}

}  // namespace dynamo::auth
