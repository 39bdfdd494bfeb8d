#include "auth/identity_hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dynamo::auth {
namespace {

constexpr std::array<std::string_view, 16> legacy_regions = {
    "ap-northeast-1", "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
    "ca-central-1",   "eu-central-1", "eu-north-1",     "eu-west-1",
    "eu-west-2",      "eu-west-3",    "sa-east-1",      "us-east-1",
    "us-east-2",      "us-west-1",    "us-west-2",      "aws-global"};

// In aws-us-gov the ordinary host complies with FIPS and has no other name.
std::string host(std::string_view prefix, const endpoint_params& params, const partition& home) {
  const bool ordinary_is_fips = home.name == "aws-us-gov" && !params.use_dual_stack;
  return fmt::format("{}{}.{}.{}", prefix, params.use_fips && !ordinary_is_fips ? "-fips" : "",
                     params.region,
                     params.use_dual_stack ? home.dual_stack_suffix : home.dns_suffix);
}

}  // namespace

bool is_at_global_sts(const endpoint_params& params) {
  if (params.use_fips || params.use_dual_stack) return false;
  return params.region == "aws-global" ||
         (params.use_legacy_global &&
          std::ranges::find(legacy_regions, params.region) != legacy_regions.end());
}

std::string sts_host(const endpoint_params& params, const partition& home) {
  return host("sts", params, home);
}

std::string sso_host(const endpoint_params& params, const partition& home) {
  return host("portal.sso", params, home);
}

std::string sso_oidc_host(const endpoint_params& params, const partition& home) {
  return host("oidc", params, home);
}

}  // namespace dynamo::auth
