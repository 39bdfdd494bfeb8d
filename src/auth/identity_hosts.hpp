// The hosts of the services that hand out credentials.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/partition.hpp"

#include <string>
#include <string_view>

namespace dynamo::auth {

/// Where STS answers for no region in particular; requests to it are signed for us-east-1.
inline constexpr std::string_view global_sts_host = "sts.amazonaws.com";

/// Whether STS is asked there: in the pseudo-region aws-global, and with `use_legacy_global` in the
/// regions that were there before regional endpoints (botocore's endpoint-rule-set-1.json of STS).
[[nodiscard]] bool is_at_global_sts(const endpoint_params& params);

// Each for a region that is set, without a custom endpoint (the same rule sets).
[[nodiscard]] std::string sts_host(const endpoint_params& params, const partition& home);
[[nodiscard]] std::string sso_host(const endpoint_params& params, const partition& home);
[[nodiscard]] std::string sso_oidc_host(const endpoint_params& params, const partition& home);

}  // namespace dynamo::auth
