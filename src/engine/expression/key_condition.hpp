// The key condition of a Query.
#pragma once

#include "engine/expression/substitutes.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::engine {

struct sort_condition {
  enum class comparison : std::uint8_t {
    equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    between,
    begins_with,
  } how{};
  value_view low{};
  value_view high{};  ///< only for `between`
};

/// Must not outlive its `substitutes`.
struct key_condition {
  value_view partition{};
  std::optional<sort_condition> sort{};

  /// Refuses everything but "partition key = :v", alone or AND with one condition on the sort key,
  /// in either order; and values of other types than the key's.
  static key_condition parse(std::string_view text, const key_schema& key, substitutes& with);
};

}  // namespace dynamo::engine
