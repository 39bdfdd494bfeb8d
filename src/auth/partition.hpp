// AWS partitions: groups of regions that share their domains.
#pragma once

#include <string_view>

namespace dynamo::auth {

struct partition {
  std::string_view name;               ///< "aws", "aws-cn", ...
  std::string_view dns_suffix;         ///< domain of the ordinary endpoints
  std::string_view dual_stack_suffix;  ///< domain of the endpoints that also have IPv6 addresses
};

/// Returns the partition of `region` by the form of its name; "aws" for an unknown form. Source:
/// partitions.json of the AWS endpoint rules.
[[nodiscard]] const partition& partition_of(std::string_view region) noexcept;

}  // namespace dynamo::auth
