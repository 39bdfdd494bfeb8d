// How SQLite opens files here: for this process alone, and temporary ones where somebody wants
// them.
#pragma once

#include <deque>
#include <string>

namespace dynamo::engine::store {

/// The name of SQLite's "unix-excl" with the folder of temporary files as a choice: it locks a file
/// for this process at the first access, and keeps the index of the WAL in its memory. Readers and
/// the writer share it, and a second process is told at once.
[[nodiscard]] const char* exclusive_vfs();

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
