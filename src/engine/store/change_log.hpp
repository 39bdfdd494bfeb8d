// The change log, the source of streams.
#pragma once

#include "engine/store/change_record.hpp"
#include "engine/store/sqlite.hpp"
#include "engine/stored_item.hpp"
#include "engine/table_definition.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine::store {

using log_time = std::chrono::system_clock::time_point;

/// Begins a stream of the table, with its `stream_rows`, `stream` and `stream_label`.
void begin_stream(connection& on, const table_definition& table);
/// Ends a stream: nothing more is written to it; it is readable until its records are trimmed.
void end_stream(connection& on, row_set stream);

/// Appends a change of an item of the table; `before` or `after` may be null.
void append_change(connection& on, const table_definition& table, const stored_item* before,
                   const stored_item* after, change_origin by, log_time when);

[[nodiscard]] std::vector<change_stream> streams_of(connection& on);
/// As `snapshot::changes`.
[[nodiscard]] std::vector<change_record> changes_of(connection& on, row_set stream,
                                                    std::uint64_t after, std::size_t limit,
                                                    std::uint64_t bytes);
/// As `database::trim_changes`; also removes ended streams without records.
std::size_t trim(connection& on, log_time before, std::size_t limit);

}  // namespace dynamo::engine::store
