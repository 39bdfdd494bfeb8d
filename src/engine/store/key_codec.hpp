// Keys as bytes, in whose order the rows stand.
#pragma once

#include "engine/expression/key_condition.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/value/item.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// A key is the hash of the partition key (8 bytes, so that segments are ranges and an item
/// collection is never split), the partition key itself, and the sort key, in an order that
/// comparing bytes gives: strings and binary values by their bytes, numbers by their value. The key
/// in an index is followed by the item's own. No key begins with another one. Keys are in the file:
/// how they are made must never change.

/// The item's key. Its key attributes are there and of the right types: that was checked.
[[nodiscard]] std::string row_key(const key_schema& key, const item& of);
/// The item's key in an index; nothing if it lacks one of the index's key attributes, or has it
/// with another type.
[[nodiscard]] std::optional<std::string> row_key(const table_definition& table,
                                                 const table_index& index, const item& of);

/// Keys from `begin` on and before `end`; an empty `end` is behind all keys.
struct key_range {
  std::string begin{};
  std::string end{};
};

/// The rows that a Query reads, in a table or an index of this key.
[[nodiscard]] key_range range_of(const key_schema& key, const key_condition& wanted);
/// What is left of a range behind the row of `key`, on the way up or down.
[[nodiscard]] key_range rest_of(key_range range, const std::string& key, bool ascending);
/// The rows of a segment: its share of the hashes.
[[nodiscard]] key_range range_of_segment(std::uint32_t segment, std::uint32_t total_segments);

}  // namespace dynamo::engine
