// A table as DescribeTable describes it.
#pragma once

#include "engine/store/database.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine {

/// Appends the object that Table and TableDescription hold, with the figures that `in` has of the
/// table and its indexes. `status` is TableStatus.
void append_table_description(std::string& out, const snapshot& in, const table_definition& table,
                              std::string_view status = "ACTIVE");

/// When a stream was enabled, as its label: "2026-11-26T01:57:11.732".
[[nodiscard]] std::string stream_label_of(std::chrono::system_clock::time_point when);
/// The name of a table in AWS's form, and with "/stream/LABEL" that of its stream.
[[nodiscard]] std::string table_arn(std::string_view table);

/// The table of that name. Refuses with ResourceNotFoundException, in a sentence that names it.
[[nodiscard]] std::shared_ptr<const table_definition> require_named_table(const snapshot& in,
                                                                          const std::string& name);

}  // namespace dynamo::engine
