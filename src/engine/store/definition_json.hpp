// Definitions of tables as they are in the database.
#pragma once

#include "engine/table_definition.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine::store {

/// One JSON object; its members are described in docs/format/engine.md.
[[nodiscard]] std::string to_json(const table_definition& table);

/// What `to_json` wrote. Throws `store_failure`, naming the database, if it is something else.
[[nodiscard]] table_definition definition_from(std::string_view json, const std::string& database);

}  // namespace dynamo::engine::store
