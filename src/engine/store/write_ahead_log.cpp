#include "engine/store/write_ahead_log.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace dynamo::engine::store {
namespace {

// In pages of 16 KiB. At the first threshold, committed pages are copied into the file, and again
// whenever as many have been added; from the second on, the copy waits for readers, so that the WAL
// can restart.
constexpr int pages_to_copy = 500;
constexpr int pages_to_restart = 2'000;

}  // namespace

write_ahead_log::write_ahead_log(connection& file, int busy_timeout)
    : file_(file),
      name_(file.name()),
      path_(sqlite3_db_filename(file.handle(), "main")),
      main_(file_identity::of(path_.c_str())),
      wal_path_(sqlite3_filename_wal(sqlite3_db_filename(file.handle(), "main"))),
      wal_(file_identity::of(wal_path_.c_str())),
      busy_timeout_(busy_timeout),
      copy_at_(pages_to_copy),
      restart_at_(pages_to_restart) {
  sqlite3_wal_hook(
      file.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<write_ahead_log*>(self)->pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

write_ahead_log::~write_ahead_log() {
  sqlite3_wal_hook(file_.handle(), nullptr, nullptr);
}

void write_ahead_log::require_in_place(std::string_view action) const {
  const bool has_file = file_identity::of(path_.c_str()) == main_;
  if (has_file && (!wal_ || file_identity::of(wal_path_.c_str()) == wal_)) return;
  throw store_failure(
      fmt::format("cannot {} the database '{}': {} was removed or replaced while it was open, so "
                  "writes would be lost; put it back, or close the database and open it again",
                  action, name_, has_file ? "its log '" + wal_path_ + "'" : "its file"));
}

void write_ahead_log::copy_if_due(bool has_failed) {
  if (pages_ < pages_seen_) copy_at_ = pages_to_copy;  // it has restarted
  pages_seen_ = pages_;
  if (!has_failed && !shrink_due_ && pages_ < copy_at_) return;
  copy(has_failed);
  copy_at_ = pages_ + pages_to_copy;
}

void write_ahead_log::copy(bool has_failed) {
  const bool restart = pages_ >= restart_at_;
  if (!restart && !shrink_due_ && !has_failed) {
    copy_all(SQLITE_CHECKPOINT_PASSIVE, 0);
    return;
  }
  // Readers normally finish after one page. A reader that stays longer is not waited for: the WAL
  // grows meanwhile.
  const int patience = restart ? 100 : 0;
  const bool truncate = shrink_due_ || has_failed;
  const int code =
      copy_all(truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART, patience);
  if (code == SQLITE_OK) {
    began_again();
  } else if (restart) {
    restart_at_ = pages_ + pages_to_restart;
  }
}

void write_ahead_log::shrink() {
  // Writers wait during this.
  constexpr int patience = 1'000;
  const int code = copy_all(SQLITE_CHECKPOINT_TRUNCATE, patience);
  if (code == SQLITE_OK) {
    began_again();
  } else if ((code & 0xFF) != SQLITE_BUSY) {
    throw store_failure(
        fmt::format("the database '{}' is compacted, but its log could not be copied into the "
                    "file yet: {} (SQLite {}); the next write tries again",
                    file_.name(), sqlite3_errstr(code), code),
        code);
  }
}

void write_ahead_log::began_again() noexcept {
  shrink_due_ = false;
  pages_ = 0;
  restart_at_ = pages_to_restart;
}

int write_ahead_log::copy_all(int mode, int patience) {
  sqlite3_busy_timeout(file_.handle(), patience);
  const int code = sqlite3_wal_checkpoint_v2(file_.handle(), "main", mode, nullptr, nullptr);
  sqlite3_busy_timeout(file_.handle(), busy_timeout_);
  return code;
}

}  // namespace dynamo::engine::store
