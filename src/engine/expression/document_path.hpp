// Paths to values within an item: a.b[0].c.
#pragma once

#include "engine/expression/substitutes.hpp"
#include "engine/expression/syntax.hpp"

#include <dynamo/value/item.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// A member of a map, or an element of a list. The name lives as long as the request's substitutes.
struct path_step {
  std::string_view name{};
  std::uint32_t index = 0;
  bool is_index = false;
  friend bool operator==(const path_step&, const path_step&) = default;
};

/// Begins with the name of an attribute. Owns no names: a request may use a long one a thousand
/// times.
using document_path = std::vector<path_step>;

/// With the names behind the placeholders. Refuses those that are not defined, and paths of more
/// than 32 steps.
[[nodiscard]] document_path resolve_path(const std::vector<written_step>& written,
                                         std::string_view role, substitutes& with);

/// What the item has there; null if that is nothing. The item is in the one spelling of stored
/// items, with its members in the order of their names.
[[nodiscard]] const value_view* find(const item& in, const document_path& path);
/// What it has behind the first `steps` of the path, at least one.
[[nodiscard]] const value_view* find(const item& in, const document_path& path, std::size_t steps);

/// As sentences name it: "[a, [0], b]".
[[nodiscard]] std::string to_text(const document_path& path);

}  // namespace dynamo::engine
