// Whether keys are what their table wants.
#pragma once

#include "engine/expression/key_condition.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/value/item.hpp>

#include <set>
#include <string>

namespace dynamo::engine {

/// Refuses what is not exactly a key of the table: attributes that are missing or too many, of
/// other types, empty, or longer than 2048 bytes (partition key) or 1024 bytes (sort key).
void check_key(const table_definition& table, const item& key);
/// Refuses an item without the table's key, and one that an index cannot take: with an attribute of
/// its key of another type, empty or too long. Without the attribute it is not in the index.
void check_item(const table_definition& table, const item& what);
/// The part of `check_item` about indexes, for an item that an update has made: that tells
/// otherwise.
void check_updated_item(const table_definition& table, const item& what);

/// Refuses values of a key condition that are longer than those of keys may be.
void check_condition_values(const key_condition& wanted);

/// Refuses paths of expressions that go into an attribute of the table's key or of an index's.
/// `nested` is as `substitutes::nested_names`.
void check_scalar_keys(const table_definition& table,
                       const std::set<std::string, std::less<>>& nested);

/// The starting key of a Query or Scan: exactly the key of the table and, if one is read, of the
/// index.
void check_start_key(const table_definition& table, const table_index* index, const item& start);

}  // namespace dynamo::engine
