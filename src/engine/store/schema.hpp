// The database's file: whose it is, which version, and how connections to it are opened.
#pragma once

#include "engine/store/sqlite.hpp"

#include <dynamo/engine/engine_options.hpp>

#include <memory>
#include <span>
#include <string>

namespace dynamo::engine::store {

/// What SQLite's header says of a file of the engine's.
inline constexpr int application_id = 0x44796E2B;  // "Dyn+"

/// Milliseconds for which a connection waits for one of another database object of this process.
inline constexpr int while_working = 60'000;

/// SQL that leads from each version to the next; that of index 0 makes the first one out of
/// nothing. The version of a file, SQLite's user_version, is how many of them it has seen. What is
/// here once does not change any more: a new version is a new step.
[[nodiscard]] std::span<const char* const> schema_steps() noexcept;

/// A connection that writes to the file, which is made if it is not there, and brought to the
/// newest version. Until all connections of this process to it are closed, no other process can use
/// it. Throws `store_failure`, and then leaves the file as it is, if it is another program's, of a
/// newer version, in use or cannot be written to.
[[nodiscard]] std::unique_ptr<connection> open_writer(
    const std::string& path, durability durable,
    std::span<const char* const> steps = schema_steps());
/// Records in the file that its pages have checksums, if they have: after opening, and after
/// compacting a file of version 1. Throws `store_failure` if the file says so and they have not.
void settle_checksums(connection& file);
/// A connection to a file that cannot be written to, or on a disk that takes nothing, with what is
/// in the WAL beside it. Writes nothing. Processes that open it like this share it; one that writes
/// is kept away until it is closed. Throws `store_failure`.
[[nodiscard]] std::unique_ptr<connection> open_read_only(const std::string& path);
/// A further connection, for reading, to a file that `open_writer` has opened.
[[nodiscard]] std::unique_ptr<connection> open_reader(const std::string& path);
/// The one connection to a database in memory.
[[nodiscard]] std::unique_ptr<connection> open_memory();

}  // namespace dynamo::engine::store
