// The WAL of a database that is open: when it is copied into the file, and whether both are in
// place.
#pragma once

#include "engine/store/file_identity.hpp"
#include "engine/store/sqlite.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine::store {

/// When the WAL is copied into the file. Belongs to the thread that writes, but for
/// `require_in_place`.
///
/// SQLite appends what is committed to the WAL and begins it again once all of it is copied. So the
/// WAL takes room on the disk that is needed again when it is copied: it is copied early, and
/// whenever a write has failed, so that on a full disk the next one has a chance.
class write_ahead_log {
 public:
  /// `file` writes, outlives it, and its WAL hook is taken.
  /// `busy_timeout`: milliseconds for which the connection waits for others.
  write_ahead_log(connection& file, int busy_timeout);
  write_ahead_log(const write_ahead_log&) = delete;
  write_ahead_log& operator=(const write_ahead_log&) = delete;
  ~write_ahead_log();

  /// Throws `store_failure` if the file, or its WAL, was removed or replaced since it was opened:
  /// what is written then is lost when it is closed, and a connection that is opened then reads
  /// another file. `action` is what cannot be done: "write to". Thread-safe.
  void require_in_place(std::string_view action) const;
  /// After a commit. `has_failed`: SQLite could not do its work. What fails here concerns no
  /// write: it is in the WAL, durably, and the next commit tries again.
  void copy_if_due(bool has_failed);
  /// A compaction begins: its rows are in the WAL soon, and the file is to shrink.
  void shrink_soon() noexcept { shrink_due_ = true; }
  /// Copies all of it and gives the room of the WAL back. While a reader stays for long, a later
  /// commit does it. Throws `store_failure`.
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
  int pages_ = 0;       // of the WAL, after the last commit
  int pages_seen_ = 0;  // the same, when it was last looked at
  int copy_at_;
  int restart_at_;
  bool shrink_due_ = false;  // after a compaction: the file and the WAL are to give room back
};

}  // namespace dynamo::engine::store
