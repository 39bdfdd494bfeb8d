// The hosts of the services that return credentials.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/partition.hpp"

#include <string>
#include <string_view>

namespace dynamo::auth {

/// The global host of STS; requests to it are signed for us-east-1.
inline constexpr std::string_view global_sts_host = "sts.amazonaws.com";

/// Returns whether the global host of STS is used: in the pseudo-region aws-global, and with
/// `use_legacy_global` in the regions that existed before regional endpoints (botocore's
/// endpoint-rule-set-1.json of STS).
[[nodiscard]] bool is_at_global_sts(const endpoint_params& params);

// Each requires a region and no custom endpoint (the same rule sets).
[[nodiscard]] std::string sts_host(const endpoint_params& params, const partition& home);
[[nodiscard]] std::string sso_host(const endpoint_params& params, const partition& home);
[[nodiscard]] std::string sso_oidc_host(const endpoint_params& params, const partition& home);

}  // namespace dynamo::auth
