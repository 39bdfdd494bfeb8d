#include "engine/store/compaction.hpp"

#include "engine/store/exclusive_vfs.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace dynamo::engine::store {
namespace {

// Checks for a stop at intervals. An interruption from another thread could come before the
// statement begins, and would be lost.
class stop_watch {
 public:
  stop_watch(const connection& on, const std::stop_token& stop) : on_(on), stop_(stop) {
    // In instructions of SQLite's virtual machine: a row takes several.
    constexpr int between = 100;
    sqlite3_progress_handler(
        on.handle(), between,
        [](void* self) { return static_cast<stop_watch*>(self)->stop_.stop_requested() ? 1 : 0; },
        this);
  }
  stop_watch(const stop_watch&) = delete;
  stop_watch& operator=(const stop_watch&) = delete;
  ~stop_watch() { sqlite3_progress_handler(on_.handle(), 0, nullptr, nullptr); }

 private:
  const connection& on_;
  const std::stop_token& stop_;
};

// The connection keeps savepoints in memory; the copy of a whole database goes to a file. Its cache
// is as large as the connection's, or four times that: SQLite counts it in pages of 4 KiB.
class settings_for_copy {
 public:
  explicit settings_for_copy(connection& on)
      : on_(on),
        as_before_("PRAGMA temp_store=MEMORY; PRAGMA cache_size=" +
                   std::to_string(on.integer_of("PRAGMA cache_size"))) {
    on_.execute("PRAGMA temp_store=FILE; PRAGMA cache_size=-4000");
  }
  settings_for_copy(const settings_for_copy&) = delete;
  settings_for_copy& operator=(const settings_for_copy&) = delete;
  // Fails only within a transaction, and there is none.
  ~settings_for_copy() {
    sqlite3_exec(on_.handle(), as_before_.c_str(), nullptr, nullptr, nullptr);
  }

 private:
  connection& on_;
  const std::string as_before_;
};

[[noreturn]] void explain(const connection& file, const std::string& folder,
                          const store_failure& why) {
  const auto fail = [&](std::string_view reason) {
    throw store_failure(fmt::format("the database '{}' was not compacted and is unchanged: {}",
                                    file.name(), reason),
                        why.code());
  };
  if (why.code() == SQLITE_FULL) {
    fail(fmt::format("the disk of '{}' is full; free up to twice the file's size there", folder));
  }
  if (why.code() == SQLITE_IOERR_WRITE) {
    fail(fmt::format("a file in '{}' cannot grow: a file size limit is reached, or the disk failed",
                     folder));
  }
  if ((why.code() & 0xFF) == SQLITE_CANTOPEN) {
    fail(fmt::format("cannot create a file in '{}'", folder));
  }
  throw why;
}

}  // namespace

bool compact_memory(connection& on, const std::stop_token& stop) {
  if (stop.stop_requested()) return false;
  const stop_watch watch(on, stop);
  try {
    on.execute("VACUUM");
  } catch (const store_failure& failure) {
    if ((failure.code() & 0xFF) == SQLITE_INTERRUPT && stop.stop_requested()) return false;
    throw;
  }
  return true;
}

bool compact_file(connection& on, const std::stop_token& stop) {
  // The path as SQLite resolved it: SQLite's other files are there as well.
  const std::string path = sqlite3_db_filename(on.handle(), "main");
  const settings_for_copy settings(on);
  const temporary_files_beside beside(path);
  const std::int64_t version = on.integer_of("PRAGMA schema_version");
  try {
    return compact_memory(on, stop);
  } catch (const store_failure& failure) {
    // The rows are committed with a new schema version. A later failure, such as closing the copy
    // on a full disk, does not undo that.
    if (on.integer_of("PRAGMA schema_version") != version) return true;
    explain(on, std::filesystem::path(path).parent_path().string(), failure);
  }
}

}  // namespace dynamo::engine::store
