#include "engine/store/schema.hpp"

#include "engine/store/exclusive_vfs.hpp"
#include "engine/store/page_checksum.hpp"
#include "engine/store/row_table.hpp"

#include <dynamo/core/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace dynamo::engine::store {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 2> steps_so_far = {
    // Tables and row sets: a SQLite table for each row set, its counts, and its expiries.
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "INSERT INTO counters VALUES ('row_set', 0), ('sequence', 0);"
    "CREATE TABLE tables (name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE figures (rows INTEGER PRIMARY KEY, items INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL);"
    "CREATE TABLE expiries (rows INTEGER NOT NULL, expires INTEGER NOT NULL, key BLOB NOT NULL,"
    " PRIMARY KEY (rows, expires, key)) WITHOUT ROWID;"
    "CREATE TABLE streams (rows INTEGER PRIMARY KEY, name TEXT NOT NULL, label TEXT NOT NULL,"
    " definition TEXT NOT NULL, enabled INTEGER NOT NULL, first INTEGER NOT NULL);"
    "CREATE TABLE changes (stream INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    " created INTEGER NOT NULL, kind INTEGER NOT NULL, origin INTEGER NOT NULL,"
    " size INTEGER NOT NULL, keys TEXT NOT NULL, old_image TEXT, new_image TEXT,"
    " PRIMARY KEY (stream, sequence)) WITHOUT ROWID;",
    // Pages may have checksums; 1: they have them.
    "INSERT INTO counters VALUES ('page_checksums', 0);",
};

constexpr int page_size = 16'384;
// How long to wait for a file that is still being closed. Within this process, that is the writer
// of another database object.
constexpr int while_opening = 1'000;
// Bytes of the WAL that stay on the disk after its contents are copied into the file.
constexpr int largest_idle_wal = 16 << 20;
// In memory, a write that may be undone copies every page it changes: smaller pages make writes
// faster.
constexpr int memory_page_size = 8'192;

// SQLite does not treat ":memory:" and "file:..." as file names; an absolute path always is one.
std::string absolute(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw store_failure(
        "invalid database file name: it is empty or contains a zero byte; name a file");
  }
  std::error_code failure;
  const fs::path whole = fs::absolute(path, failure);
  if (failure) throw store_failure("cannot resolve the path '" + path + "': " + failure.message());
  return whole.string();
}

[[noreturn]] void refuse(const std::string& path, std::string_view sentence) {
  throw store_failure(fmt::format("'{}' {}", path, sentence));
}

[[noreturn]] void refuse_foreign(const std::string& path) {
  refuse(path, "is not a database of this program: name another file");
}

void check_version(const std::string& path, std::int64_t version, std::size_t known) {
  if (version < 0 || static_cast<std::uint64_t>(version) > known) {
    refuse(path, fmt::format("was written by a newer version of this program (format {}, this one "
                             "knows {}): use that version, or name another file",
                             version, known));
  }
}

// A number in the header of a SQLite file: four bytes, most significant first.
std::int32_t number_at(std::string_view header, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<unsigned char>(header[offset + i]);
  }
  return static_cast<std::int32_t>(number);
}

// Only a regular file, or a path without a file, is opened.
void check_kind(const std::string& path, const std::string& whole) {
  std::error_code failure;
  const fs::file_status about = fs::status(whole, failure);
  if (!fs::exists(about)) return;
  if (fs::is_directory(about)) refuse(path, "is a folder: name a file");
  if (!fs::is_regular_file(about)) refuse(path, "is not a regular file: name another one");
}

// Reads the file's own header, without its WAL, locks, or any change: enough to tell which program
// wrote it. SQL cannot be used: a file whose creation was interrupted is complete only after the
// recovery that a real opening begins with. The file is read through the connection: closing a
// separate descriptor would drop the locks that the process holds on it through another connection.
void check_owner(const connection& file, std::size_t known) {
  sqlite3_file* opened = nullptr;
  sqlite3_file_control(file.handle(), "main", SQLITE_FCNTL_FILE_POINTER,
                       static_cast<void*>(&opened));
  sqlite3_int64 size = 0;
  int code = opened->pMethods->xFileSize(opened, &size);
  if (code != SQLITE_OK) file.fail(code);
  if (size == 0) return;
  // SQLite's documentation, database file format: the header and its fields.
  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr int header_size = 100;
  constexpr std::size_t user_version_at = 60;
  constexpr std::size_t application_id_at = 68;
  std::string header(header_size, '\0');
  code = opened->pMethods->xRead(opened, header.data(), header_size, 0);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) file.fail(code);
  if (code != SQLITE_OK || !header.starts_with(magic) ||
      number_at(header, application_id_at) != application_id) {
    refuse_foreign(file.name());
  }
  check_version(file.name(), number_at(header, user_version_at), known);
}

// A file may come from an untrusted source: no code in it may run.
void distrust(const connection& file) {
  for (const int setting : {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
                            SQLITE_DBCONFIG_TRUSTED_SCHEMA}) {
    sqlite3_db_config(file.handle(), setting, 0, nullptr);
  }
  sqlite3_db_config(file.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

void checkpoint_at_end(const connection& file, bool wanted) {
  sqlite3_db_config(file.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1, nullptr);
}

// A file of the newest version is not written to: its disk may be full.
void bring_up_to_date(connection& file, std::span<const char* const> steps, bool has_checksums) {
  if (file.integer_of("PRAGMA application_id") == application_id &&
      file.integer_of("PRAGMA user_version") == static_cast<std::int64_t>(steps.size())) {
    return;
  }
  file.execute("BEGIN IMMEDIATE");
  const bool fresh = file.integer_of("SELECT count(*) FROM sqlite_schema") == 0 &&
                     file.integer_of("PRAGMA application_id") == 0 &&
                     file.integer_of("PRAGMA user_version") == 0;
  if (fresh) {
    file.execute(fmt::format("PRAGMA application_id={}", application_id));
  } else if (file.integer_of("PRAGMA application_id") != application_id) {
    refuse_foreign(file.name());
  }
  // If a newer version is in the WAL alone, only this check sees it.
  const std::int64_t version = file.integer_of("PRAGMA user_version");
  check_version(file.name(), version, steps.size());
  for (const char* const step : steps.subspan(static_cast<std::size_t>(version))) {
    file.execute(step);
  }
  if (fresh && has_checksums) {
    file.execute("UPDATE counters SET value = 1 WHERE name = 'page_checksums'");
  }
  file.execute(fmt::format("PRAGMA user_version={}", steps.size()));
  file.execute("COMMIT");
}

// Reserves room for a checksum in new pages: in all pages of a new file, in an older file when it
// is compacted.
void reserve_checksums(const connection& file) {
  int bytes = static_cast<int>(checksum_size);
  sqlite3_file_control(file.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

// The header's checksum setting is stored in the file a second time: one changed byte alone cannot
// turn the checks off.
bool is_said_to_have_checksums(connection& file) {
  const bool said =
      file.integer_of("SELECT value FROM counters WHERE name = 'page_checksums'") != 0;
  if (said && !has_page_checksums(file.handle())) throw damage(file.name(), SQLITE_CORRUPT);
  return said;
}

// Opens without waiting, with our own error message if another program uses the file.
template <class Open>
std::unique_ptr<connection> opened_alone(const std::string& path, const Open& open) {
  try {
    return open();
  } catch (const store_failure& thrown) {
    if ((thrown.code() & 0xFF) != SQLITE_BUSY) throw;
    throw store_failure(
        fmt::format("'{}' is in use by another program: end that program, or name another file",
                    path),
        thrown.code());
  }
}

void set_up(connection& file) {
  // Savepoints keep their undo data in memory: no files in other folders. Memory-mapped pages would
  // not be checked.
  file.execute("PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF; PRAGMA mmap_size=0");
  add_row_visits(file);
}

}  // namespace

std::span<const char* const> schema_steps() noexcept {
  return steps_so_far;
}

std::unique_ptr<connection> open_writer(const std::string& path, durability durable,
                                        std::span<const char* const> steps) {
  const std::string whole = absolute(path);
  check_kind(path, whole);
  return opened_alone(path, [&] {
    auto file = std::make_unique<connection>(
        path, whole, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, exclusive_vfs());
    // Closing this connection must not touch a file that turns out to be another program's either.
    checkpoint_at_end(*file, false);
    check_owner(*file, steps.size());
    if (sqlite3_db_readonly(file->handle(), "main") == 1) {
      throw store_failure("'" + path + "' cannot be written to", SQLITE_READONLY);
    }
    distrust(*file);
    set_up(*file);
    sqlite3_busy_timeout(file->handle(), while_opening);
    file->execute(fmt::format("PRAGMA page_size={}; PRAGMA auto_vacuum=NONE", page_size));
    reserve_checksums(*file);
    file->execute(durable == durability::machine_crash ? "PRAGMA synchronous=FULL"
                                                       : "PRAGMA synchronous=NORMAL");
    bring_up_to_date(*file, steps, true);
    // Only now: before this point, a new file either identifies itself or is empty.
    file->execute("PRAGMA journal_mode=WAL; PRAGMA cache_size=-16000");
    file->execute(fmt::format("PRAGMA journal_size_limit={}", largest_idle_wal));
    settle_checksums(*file);
    checkpoint_at_end(*file, true);
    sqlite3_busy_timeout(file->handle(), while_working);
    return file;
  });
}

void settle_checksums(connection& file) {
  if (is_said_to_have_checksums(file) || !has_page_checksums(file.handle())) return;
  file.execute("UPDATE counters SET value = 1 WHERE name = 'page_checksums'");
}

std::unique_ptr<connection> open_read_only(const std::string& path) {
  const std::string whole = absolute(path);
  check_kind(path, whole);
  return opened_alone(path, [&] {
    auto file = std::make_unique<connection>(path, whole, SQLITE_OPEN_READONLY, reading_vfs());
    checkpoint_at_end(*file, false);
    check_owner(*file, steps_so_far.size());
    distrust(*file);
    set_up(*file);
    sqlite3_busy_timeout(file->handle(), while_opening);
    file->execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA query_only=ON; PRAGMA cache_size=-256");
    const std::int64_t version = file->integer_of("PRAGMA user_version");
    check_version(path, version, steps_so_far.size());
    if (version == 0) refuse(path, "is not a complete database, and is not writable");
    (void)is_said_to_have_checksums(*file);
    return file;
  });
}

std::unique_ptr<connection> open_reader(const std::string& path) {
  auto file =
      std::make_unique<connection>(path, absolute(path), SQLITE_OPEN_READWRITE, exclusive_vfs());
  distrust(*file);
  set_up(*file);
  sqlite3_busy_timeout(file->handle(), while_working);
  file->execute("PRAGMA query_only=ON; PRAGMA cache_size=-256");
  return file;
}

std::unique_ptr<connection> open_memory() {
  auto memory = std::make_unique<connection>(
      "in memory", ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  set_up(*memory);
  memory->execute(fmt::format("PRAGMA page_size={}", memory_page_size));
  bring_up_to_date(*memory, steps_so_far, false);
  return memory;
}

}  // namespace dynamo::engine::store
