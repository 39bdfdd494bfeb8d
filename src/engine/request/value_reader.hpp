// Reads attribute values of a request.
#pragma once

#include "engine/request/json_reader.hpp"

#include <dynamo/value/attribute.hpp>

#include <cstddef>
#include <string>

namespace dynamo::engine {

/// An item, a key, or expression values of a request.
struct read_attributes {
  attribute_map values{};
  /// The API rule that the first invalid value violates, as a message; empty: all are valid.
  std::string fault{};
  std::string fault_key{};  ///< the key of that value
  /// The size limit was exceeded: the rest was read but not kept. An item then has a `fault`.
  bool too_large = false;

  /// The values; refuses them if one is invalid.
  [[nodiscard]] attribute_map take() &&;
};

/// Maximum levels of lists and maps in a value (developer guide, constraints).
inline constexpr int max_nesting = 32;

/// Maximum bytes of an attribute's name (developer guide, constraints).
inline constexpr std::size_t max_name_bytes = 65535;

/// Maximum bytes of all names or all values of a request's expressions, with their placeholders
/// (developer guide, expression parameters).
inline constexpr std::size_t max_substitutes_bytes = 2 * 1024 * 1024;
/// Maximum number of names or values of a request: more than its expressions, of 4 KB each, can
/// use.
inline constexpr std::size_t max_substitutes = 8192;

/// Reads a map of attribute values at `in`. Refuses at once text that is not JSON or values of
/// other types; other faults are only recorded, since rules of other members come first. An item is
/// itself the first level. Keeps at most the size of a maximal item.
[[nodiscard]] read_attributes read_item(json_reader& in);
/// Reads ExpressionAttributeValues. Keeps at most the allowed size.
[[nodiscard]] read_attributes read_expression_values(json_reader& in);

}  // namespace dynamo::engine
