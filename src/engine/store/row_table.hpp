// The rows of one row set: a SQLite table of keys, sizes and items.
#pragma once

#include "engine/store/database.hpp"
#include "engine/store/sqlite.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace dynamo::engine::store {

void create_rows(connection& on, row_set rows);
void drop_rows(connection& on, row_set rows);

/// The contents of a row without its key; refers to text owned elsewhere.
struct row_contents {
  std::string_view item;
  std::uint64_t size = 0;
};

// Each throws `store_failure`, also if the row exists, or does not, contrary to what the caller
// expects: that would be an index out of step.
void insert_row(connection& on, row_set into, std::string_view key, const row_contents& contents);
void update_row(connection& on, row_set in, std::string_view key, const row_contents& contents);
void erase_row(connection& on, row_set from, std::string_view key);

[[nodiscard]] std::optional<stored_item> find_row(connection& on, row_set in, std::string_view key);
/// As `snapshot::visit`, on a connection prepared by `add_row_visits`.
void visit_rows(connection& on, row_set rows, const key_range& range, bool ascending,
                const row_visitor& visitor);
void add_row_visits(connection& to);

/// The saved counts; 0 for a row set that was dropped.
[[nodiscard]] row_counts saved_figures(connection& on, row_set of);
/// Adds to the counts; both may be negative.
void add_to_figures(connection& on, row_set of, std::int64_t items, std::int64_t bytes);

}  // namespace dynamo::engine::store
