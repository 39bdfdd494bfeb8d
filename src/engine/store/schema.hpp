// The database file: its identification and version, and how connections to it are opened.
#pragma once

#include "engine/store/sqlite.hpp"

#include <dynamo/engine/engine_options.hpp>

#include <memory>
#include <span>
#include <string>

namespace dynamo::engine::store {

/// SQLite's application id in the files of the engine.
inline constexpr int application_id = 0x44796E2B;  // "Dyn+"

/// Milliseconds that a connection waits for one of another database object of this process.
inline constexpr int while_working = 60'000;

/// SQL that upgrades each version to the next; index 0 creates the first one. The version of a
/// file, SQLite's user_version, is the number of steps applied to it. Released steps never change:
/// a new version is a new step.
[[nodiscard]] std::span<const char* const> schema_steps() noexcept;

/// A connection that writes to the file, which is created if missing, and upgraded to the newest
/// version. Until all connections of this process to it are closed, no other process can use it.
/// Throws `store_failure`, and leaves the file unchanged, if it is another program's, of a newer
/// version, in use or not writable.
[[nodiscard]] std::unique_ptr<connection> open_writer(
    const std::string& path, durability durable,
    std::span<const char* const> steps = schema_steps());
/// Records in the file that its pages have checksums, if they do: after opening, and after
/// compacting a file of version 1. Throws `store_failure` if the record exists but the checksums do
/// not.
void settle_checksums(connection& file);
/// A read-only connection to a file that cannot be written to, or is on a read-only disk, including
/// the contents of the WAL beside it. Writes nothing. Several processes can open it like this; a
/// process that writes is locked out until it is closed. Throws `store_failure`.
[[nodiscard]] std::unique_ptr<connection> open_read_only(const std::string& path);
/// A further connection, for reading, to a file opened by `open_writer`.
[[nodiscard]] std::unique_ptr<connection> open_reader(const std::string& path);
/// The only connection to a database in memory.
[[nodiscard]] std::unique_ptr<connection> open_memory();

}  // namespace dynamo::engine::store
