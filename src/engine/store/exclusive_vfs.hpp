// Opens SQLite's files for this process only, with a checksum in each page, and places temporary
// files where the caller wants them.
#pragma once

#include <deque>
#include <string>

struct sqlite3;

namespace dynamo::engine::store {

/// The name of a VFS based on SQLite's "unix-excl" with a selectable folder for temporary files: it
/// locks a file for this process at the first access, and keeps the WAL index in the process's
/// memory. Readers and the writer share it, and a second process is refused at once.
///
/// If a database's header reserves `checksum_size` bytes of each page, they hold the page's
/// checksum: written with each page, and checked at each read. A mismatch is SQLITE_IOERR_DATA.
/// Pages in the WAL have SQLite's own checksums.
[[nodiscard]] const char* exclusive_vfs();

/// The same for read-only databases, on disks that cannot be written. A missing WAL counts as
/// empty, and the lock is shared by readers of several processes: a process that writes is refused.
/// For connections in SQLite's exclusive locking mode, which keep the WAL index in their memory.
[[nodiscard]] const char* reading_vfs();

/// True if the pages of the main database have checksums, according to the header that this
/// connection last read. The connection must use one of these VFSs.
[[nodiscard]] bool has_page_checksums(sqlite3* of) noexcept;

/// While it lives, temporary files that SQLite creates on this thread through `exclusive_vfs` are
/// placed beside the file `path`, not in SQLite's default folder. They are unlinked as soon as they
/// are open: only a program killed at that moment leaves one, which is empty. Must not be nested.
class temporary_files_beside {
 public:
  explicit temporary_files_beside(std::string path);
  temporary_files_beside(const temporary_files_beside&) = delete;
  temporary_files_beside& operator=(const temporary_files_beside&) = delete;
  ~temporary_files_beside();

  /// A unique name; valid as long as this object.
  [[nodiscard]] const char* make_name();

 private:
  const std::string path_;
  std::deque<std::string> names_;  // SQLite keeps pointers to them
};

}  // namespace dynamo::engine::store
