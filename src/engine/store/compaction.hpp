// A database written anew, without gaps.
#pragma once

#include "engine/store/sqlite.hpp"

#include <stop_token>

namespace dynamo::engine::store {

/// Copies all rows in their order, and the copy back over the database, in one transaction:
/// SQLite's VACUUM. The connection has no transaction and no statement under way. Returns false if
/// a stop was requested before all rows were copied: nothing has changed then. Throws
/// `store_failure`, and the database is as it was.
[[nodiscard]] bool compact_memory(connection& on, const std::stop_token& stop);
/// The same for a file: the copy is a nameless file beside it, whatever SQLite's settings for
/// temporary files are. What fails says which folder is full.
[[nodiscard]] bool compact_file(connection& on, const std::stop_token& stop);

}  // namespace dynamo::engine::store
