// The description of a table, as DescribeTable returns it.
#pragma once

#include "engine/store/database.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine {

/// Appends the object in Table and TableDescription, with the item counts and sizes of the table
/// and its indexes from `in`. `status` is TableStatus.
void append_table_description(std::string& out, const snapshot& in, const table_definition& table,
                              std::string_view status = "ACTIVE");

/// A stream's label, the time when it was enabled: "2026-11-26T01:57:11.732".
[[nodiscard]] std::string stream_label_of(std::chrono::system_clock::time_point when);
/// The ARN of a table; with "/stream/LABEL" appended, that of its stream.
[[nodiscard]] std::string table_arn(std::string_view table);

/// The table of that name. Refuses with ResourceNotFoundException, with a message that names it.
[[nodiscard]] std::shared_ptr<const table_definition> require_named_table(const snapshot& in,
                                                                          const std::string& name);

}  // namespace dynamo::engine
