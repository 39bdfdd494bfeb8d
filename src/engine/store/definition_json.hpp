// Table definitions as stored in the database.
#pragma once

#include "engine/table_definition.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine::store {

/// One JSON object; its members are described in docs/format/engine.md.
[[nodiscard]] std::string to_json(const table_definition& table);

/// Parses the output of `to_json`. Throws `store_failure`, naming the database, for any other text.
[[nodiscard]] table_definition definition_from(std::string_view json, const std::string& database);

}  // namespace dynamo::engine::store
