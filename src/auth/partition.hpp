// AWS's partitions: groups of regions that share their domains.
#pragma once

#include <string_view>

namespace dynamo::auth {

struct partition {
  std::string_view name;               ///< "aws", "aws-cn", ...
  std::string_view dns_suffix;         ///< of the ordinary endpoints
  std::string_view dual_stack_suffix;  ///< of the endpoints that have IPv6 addresses, too
};

/// The partition that `region` belongs to by its form; "aws" for a region of no known form, as
/// AWS's own endpoint rules (partitions.json) have it.
[[nodiscard]] const partition& partition_of(std::string_view region) noexcept;

}  // namespace dynamo::auth
