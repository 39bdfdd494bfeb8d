#include "engine/store/exclusive_vfs.hpp"

#include "engine/store/store_failure.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <new>
#include <utility>

namespace dynamo::engine::store {
namespace {

constexpr const char* name_of_vfs = "dynamo-unix-excl";

// SQLite's own choice is a setting of the whole process, and often a folder in memory.
thread_local temporary_files_beside* chosen = nullptr;

sqlite3_vfs* real_vfs() {
  static sqlite3_vfs* const found = sqlite3_vfs_find("unix-excl");
  return found;
}

int open_file(sqlite3_vfs* /*self*/, const char* name, sqlite3_file* file, int flags,
              int* flags_found) noexcept {
  // SQLite asks for a temporary file by giving no name.
  if (name == nullptr && chosen != nullptr) {
    try {
      name = chosen->make_name();
    } catch (const std::bad_alloc&) {
      return SQLITE_NOMEM;
    }
  }
  return real_vfs()->xOpen(real_vfs(), name, file, flags, flags_found);
}

// Never taken back: connections refer to it.
sqlite3_vfs* registered_vfs() {
  sqlite3_initialize();
  if (real_vfs() == nullptr) {
    throw store_failure("SQLite was built without its VFS unix-excl: use one that has it");
  }
  static sqlite3_vfs made = *real_vfs();
  made.pNext = nullptr;
  made.zName = name_of_vfs;
  made.xOpen = &open_file;
  const int code = sqlite3_vfs_register(&made, 0);
  if (code != SQLITE_OK) throw store_failure("SQLite takes no VFS", code);
  return &made;
}

}  // namespace

const char* exclusive_vfs() {
  static sqlite3_vfs* const registered = registered_vfs();
  return registered->zName;
}

temporary_files_beside::temporary_files_beside(std::string path) : path_(std::move(path)) {
  chosen = this;
}

temporary_files_beside::~temporary_files_beside() {
  chosen = nullptr;
}

const char* temporary_files_beside::make_name() {
  std::uint64_t number = 0;
  sqlite3_randomness(sizeof number, &number);
  // SQLite's names end with two zero bytes.
  return names_.emplace_back(fmt::format("{}-{:016x}{}", path_, number, '\0')).c_str();
}

}  // namespace dynamo::engine::store
