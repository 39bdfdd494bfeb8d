// Checks keys against their table.
#pragma once

#include "engine/expression/key_condition.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/value/item.hpp>

#include <set>
#include <string>

namespace dynamo::engine {

/// Refuses a key that is not exactly the table's: missing or extra attributes, wrong types, empty
/// values, or values longer than 2048 bytes (partition key) or 1024 bytes (sort key).
void check_key(const table_definition& table, const item& key);
/// Refuses an item without the table's key, and an item with an index key attribute of a wrong
/// type, empty or too long. An item without the attribute is not in the index.
void check_item(const table_definition& table, const item& what);
/// The index part of `check_item`, for the result of an update, which has other messages.
void check_updated_item(const table_definition& table, const item& what);

/// Refuses values of a key condition that exceed the length limits of keys.
void check_condition_values(const key_condition& wanted);

/// Refuses expression paths that go into a key attribute of the table or of an index. `nested` is
/// as `substitutes::nested_names`.
void check_scalar_keys(const table_definition& table,
                       const std::set<std::string, std::less<>>& nested);

/// The starting key of a Query or Scan: exactly the key attributes of the table and, if one is
/// read, of the index.
void check_start_key(const table_definition& table, const table_index* index, const item& start);

}  // namespace dynamo::engine
