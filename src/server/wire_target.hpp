// Which operation a request wants.
#pragma once

#include <dynamo/model/operation.hpp>

#include <optional>
#include <string_view>

namespace dynamo::server_side {

/// What X-Amz-Target names: "DynamoDB_20120810.Scan". Nothing if it is no operation of that version
/// of the API, or none that an engine carries out.
[[nodiscard]] constexpr std::optional<operation> parse_target(std::string_view header) noexcept {
  constexpr std::string_view version = "DynamoDB_20120810.";
  if (!header.starts_with(version)) return std::nullopt;
  return operation_named(header.substr(version.size()));
}

}  // namespace dynamo::server_side
