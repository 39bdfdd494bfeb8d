// Attribute values of a request.
#pragma once

#include "engine/request/json_reader.hpp"

#include <dynamo/value/attribute.hpp>

#include <cstddef>
#include <string>

namespace dynamo::engine {

/// An item, a key, or values of expressions, as a request has them.
struct read_attributes {
  attribute_map values{};
  /// Which rule of the API the first value at fault breaks, as a sentence; empty: none does.
  std::string fault{};
  std::string fault_key{};  ///< under which key that value is
  /// There is more than may be: what is beyond it was read, but not kept. An item has a `fault`
  /// then.
  bool too_large = false;

  /// The values; refuses them if one is at fault.
  [[nodiscard]] attribute_map take() &&;
};

/// Levels of lists and maps that a value may have (developer guide, constraints).
inline constexpr int max_nesting = 32;

/// Bytes of an attribute's name (developer guide, constraints).
inline constexpr std::size_t max_name_bytes = 65535;

/// Bytes of all names or all values that the expressions of a request may have, with their
/// placeholders (developer guide, expression parameters).
inline constexpr std::size_t max_substitutes_bytes = 2 * 1024 * 1024;
/// Names or values that a request may have: more than its expressions, of 4 KB each, can use.
inline constexpr std::size_t max_substitutes = 8192;

/// Reads a map of attribute values at `in`. Refuses at once what is not JSON or of other types; the
/// rest is told, since rules of other members come first. An item is the first level itself. Keeps
/// no more than an item may have.
[[nodiscard]] read_attributes read_item(json_reader& in);
/// ExpressionAttributeValues. Keeps no more than there may be.
[[nodiscard]] read_attributes read_expression_values(json_reader& in);

}  // namespace dynamo::engine
