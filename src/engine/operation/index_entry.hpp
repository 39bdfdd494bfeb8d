// What an index holds of an item.
#pragma once

#include "engine/stored_item.hpp"
#include "engine/table_definition.hpp"

#include <string_view>

namespace dynamo::engine {

/// True if an attribute of this name is in the index: one of the keys, or projected.
[[nodiscard]] bool is_projected(const table_definition& table, const table_index& index,
                                std::string_view name);
/// The attributes of the item that are in the index.
[[nodiscard]] stored_item index_entry(const table_definition& table, const table_index& index,
                                      const stored_item& of);

}  // namespace dynamo::engine
