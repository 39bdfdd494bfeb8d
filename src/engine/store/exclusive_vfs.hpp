// How SQLite opens files here: for this process alone, with a checksum in each page, and temporary
// ones where the caller wants them.
#pragma once

#include <deque>
#include <string>

struct sqlite3;

namespace dynamo::engine::store {

/// The name of SQLite's "unix-excl" with the folder of temporary files as a choice: it locks a file
/// for this process at the first access, and keeps the index of the WAL in its memory. Readers and
/// the writer share it, and a second process is refused at once.
///
/// Where a database's header reserves `checksum_size` bytes of each page, they hold the page's
/// checksum: written with each page, and checked whenever one is read. A page that is not what was
/// written is SQLITE_IOERR_DATA. Pages in the WAL have SQLite's own checksums.
[[nodiscard]] const char* exclusive_vfs();

/// The same for databases that are only read, on a disk that takes nothing. A WAL that is not there
/// is empty, and the lock is one that readers of several processes share: a process that writes is
/// refused. For connections in SQLite's exclusive locking mode, which keep the index of the WAL in
/// their memory.
[[nodiscard]] const char* reading_vfs();

/// True if the pages of the main database have checksums, as far as this connection has seen its
/// header. It was opened with one of the above.
[[nodiscard]] bool has_page_checksums(sqlite3* of) noexcept;

/// While this lives, temporary files that SQLite makes on this thread through `exclusive_vfs` stand
/// beside the file `path`, not in the folder that SQLite would choose. They lose their names as
/// soon as they are open: only a program that is killed right then leaves one, which is empty. Does
/// not nest.
class temporary_files_beside {
 public:
  explicit temporary_files_beside(std::string path);
  temporary_files_beside(const temporary_files_beside&) = delete;
  temporary_files_beside& operator=(const temporary_files_beside&) = delete;
  ~temporary_files_beside();

  /// A name that nobody has; valid as long as this object.
  [[nodiscard]] const char* make_name();

 private:
  const std::string path_;
  std::deque<std::string> names_;  // SQLite keeps pointers to them
};

}  // namespace dynamo::engine::store
