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

/// Begins with the name of an attribute. Does not own names: a request may use a long one a
/// thousand times.
using document_path = std::vector<path_step>;

/// Replaces placeholders by names. Refuses undefined ones, and paths of more than 32 steps.
[[nodiscard]] document_path resolve_path(const std::vector<written_step>& written,
                                         std::string_view role, substitutes& with);

/// The item's value at the path; null if there is none. The item must be in canonical form, with
/// its members in name order.
[[nodiscard]] const value_view* find(const item& in, const document_path& path);
/// The item's value at the first `steps` steps of the path, at least one.
[[nodiscard]] const value_view* find(const item& in, const document_path& path, std::size_t steps);

/// The path as messages write it: "[a, [0], b]".
[[nodiscard]] std::string to_text(const document_path& path);

}  // namespace dynamo::engine
