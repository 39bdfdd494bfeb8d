// The WAL of an open database: decides when it is copied into the file, and checks that both files
// are in place.
#pragma once

#include "engine/store/file_identity.hpp"
#include "engine/store/sqlite.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine::store {

/// Copies the WAL into the file. Used by the writing thread only, except for `require_in_place`.
///
/// SQLite appends commits to the WAL and restarts it once all of it is copied. The copy needs disk
/// space in addition to the WAL's own, so the WAL is copied early, and after every failed write, so
/// that on a full disk the next write has a chance.
class write_ahead_log {
 public:
  /// `file` is the writing connection; it must outlive this object, which uses its WAL hook.
  /// `busy_timeout`: milliseconds that the connection waits for others.
  write_ahead_log(connection& file, int busy_timeout);
  write_ahead_log(const write_ahead_log&) = delete;
  write_ahead_log& operator=(const write_ahead_log&) = delete;
  ~write_ahead_log();

  /// Throws `store_failure` if the file, or its WAL, was removed or replaced since it was opened:
  /// later writes would be lost on closing, and a connection opened later would read another file.
  /// `action` is the operation that fails: "write to". Thread-safe.
  void require_in_place(std::string_view action) const;
  /// Call after a commit. `has_failed`: SQLite failed in it. A failure here affects no write: the
  /// writes are durable in the WAL, and the next commit tries again.
  void copy_if_due(bool has_failed);
  /// Call before a compaction: its rows go to the WAL first, and the file must shrink afterwards.
  void shrink_soon() noexcept { shrink_due_ = true; }
  /// Copies the whole WAL and frees its space. While a reader stays for long, a later commit does
  /// it. Throws `store_failure`.
  void shrink();

 private:
  int copy_all(int mode, int patience);
  void copy(bool has_failed);
  void began_again() noexcept;

  connection& file_;
  const std::string name_;
  const std::string path_;  // as SQLite resolved it
  const std::optional<file_identity> main_;
  const std::string wal_path_;
  const std::optional<file_identity> wal_;
  const int busy_timeout_;
  int pages_ = 0;       // in the WAL, after the last commit
  int pages_seen_ = 0;  // the same, at the last check
  int copy_at_;
  int restart_at_;
  bool shrink_due_ = false;  // after a compaction: the file and the WAL must shrink
};

}  // namespace dynamo::engine::store
