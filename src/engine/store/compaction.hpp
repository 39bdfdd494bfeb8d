// Rewrites a database without gaps.
#pragma once

#include "engine/store/sqlite.hpp"

#include <stop_token>

namespace dynamo::engine::store {

/// Copies all rows in order, and the copy back over the database, in one transaction: SQLite's
/// VACUUM. The connection must have no transaction and no running statement. Returns false if a
/// stop was requested before all rows were copied: nothing has changed then. Throws
/// `store_failure`, and the database is unchanged.
[[nodiscard]] bool compact_memory(connection& on, const std::stop_token& stop);
/// The same for a file: the copy is a nameless file beside it, regardless of SQLite's settings for
/// temporary files. Failures name the folder that is full.
[[nodiscard]] bool compact_file(connection& on, const std::stop_token& stop);

}  // namespace dynamo::engine::store
