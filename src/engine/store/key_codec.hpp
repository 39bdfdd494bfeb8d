// Keys as bytes whose order is the order of the rows.
#pragma once

#include "engine/expression/key_condition.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/value/item.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// A key is the hash of the partition key (8 bytes, so that segments are ranges and an item
/// collection is never split), the partition key itself, and the sort key, encoded so that
/// comparing bytes compares values: strings and binary values by their bytes, numbers by their
/// value. A key in an index is followed by the item's own. No key is a prefix of another. Keys are
/// stored in files: their encoding must never change.

/// The item's key. Its key attributes must be present and of the right types.
[[nodiscard]] std::string row_key(const key_schema& key, const item& of);
/// The item's key in an index; nothing if a key attribute of the index is missing or has another
/// type.
[[nodiscard]] std::optional<std::string> row_key(const table_definition& table,
                                                 const table_index& index, const item& of);

/// Keys from `begin` (inclusive) to `end` (exclusive); an empty `end` is after all keys.
struct key_range {
  std::string begin{};
  std::string end{};
};

/// The rows that a Query reads, in a table or an index with this key.
[[nodiscard]] key_range range_of(const key_schema& key, const key_condition& wanted);
/// The rest of a range after the row of `key`, in ascending or descending order.
[[nodiscard]] key_range rest_of(key_range range, const std::string& key, bool ascending);
/// The rows of a segment: its share of the hash range.
[[nodiscard]] key_range range_of_segment(std::uint32_t segment, std::uint32_t total_segments);

}  // namespace dynamo::engine
