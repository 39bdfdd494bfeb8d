// The operation that a request names.
#pragma once

#include <dynamo/model/operation.hpp>

#include <optional>
#include <string_view>

namespace dynamo::server_side {

/// The operation that X-Amz-Target names: "DynamoDB_20120810.Scan". Nothing if it is not an
/// operation of that API version or one that the engine does not implement.
[[nodiscard]] constexpr std::optional<operation> parse_target(std::string_view header) noexcept {
  constexpr std::string_view version = "DynamoDB_20120810.";
  if (!header.starts_with(version)) return std::nullopt;
  return operation_named(header.substr(version.size()));
}

}  // namespace dynamo::server_side
