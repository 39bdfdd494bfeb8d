#include "engine/store/exclusive_vfs.hpp"

#include "engine/store/page_checksum.hpp"
#include "engine/store/store_failure.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <new>
#include <span>
#include <utility>

namespace dynamo::engine::store {
namespace {

// SQLite's default applies to the whole process, and is often a folder in memory.
thread_local temporary_files_beside* chosen = nullptr;

sqlite3_vfs* real_vfs() {
  static sqlite3_vfs* const found = sqlite3_vfs_find("unix-excl");
  return found;
}

// Stored after SQLite's own part of an open file.
struct file_state {
  const sqlite3_io_methods* real = nullptr;
  bool has_checksums = false;
  bool only_reads = false;
};

file_state& state_of(sqlite3_file* file) noexcept {
  return *reinterpret_cast<file_state*>(reinterpret_cast<char*>(file) + real_vfs()->szOsFile);
}

// SQLite's documentation, database file format: the header, and the bytes that each page reserves.
void note_header(file_state& of, const void* begin, int size, sqlite3_int64 at) noexcept {
  constexpr int header_size = 100;
  constexpr std::size_t reserved_at = 20;
  if (at != 0 || size < header_size) return;
  // Checksums, once present, stay; a header that says otherwise is damaged.
  const auto* const header = static_cast<const unsigned char*>(begin);
  of.has_checksums = of.has_checksums || header[reserved_at] == checksum_size;
}

// A shorter read is a part of the header.
constexpr int smallest_page = 512;

int read_page(sqlite3_file* file, void* to, int size, sqlite3_int64 at) noexcept {
  file_state& state = state_of(file);
  const int code = state.real->xRead(file, to, size, at);
  if (code != SQLITE_OK) return code;
  note_header(state, to, size, at);
  if (!state.has_checksums || size < smallest_page) return SQLITE_OK;
  const std::span page(static_cast<const unsigned char*>(to), static_cast<std::size_t>(size));
  return is_sealed(page, static_cast<std::uint64_t>(at)) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int write_page(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) noexcept {
  file_state& state = state_of(file);
  note_header(state, from, size, at);
  if (state.has_checksums && size >= smallest_page) {
    // SQLite has no other use for these bytes; its own checksum VFS writes to them as well.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): as its checksum VFS does
    auto* const page = static_cast<unsigned char*>(const_cast<void*>(from));
    seal_page({page, static_cast<std::size_t>(size)}, static_cast<std::uint64_t>(at));
  }
  return state.real->xWrite(file, from, size, at);
}

// A file opened read-only can only get a shared lock, which keeps writers away.
int lock_file(sqlite3_file* file, int level) noexcept {
  const file_state& state = state_of(file);
  return state.real->xLock(file, state.only_reads ? SQLITE_LOCK_SHARED : level);
}

// Databases get their own method table; before, all of them had the same one.
void take_over(sqlite3_file* file, bool only_reads) noexcept {
  static const sqlite3_io_methods ours = [&] {
    sqlite3_io_methods made = *file->pMethods;
    made.xRead = &read_page;
    made.xWrite = &write_page;
    made.xLock = &lock_file;
    return made;
  }();
  new (&state_of(file)) file_state{.real = file->pMethods, .only_reads = only_reads};
  file->pMethods = &ours;
}

int open_with(const char* name, sqlite3_file* file, int flags, int* flags_found,
              bool only_reads) noexcept {
  // SQLite requests a temporary file by passing no name.
  if (name == nullptr && chosen != nullptr) {
    try {
      name = chosen->make_name();
    } catch (const std::bad_alloc&) {
      return SQLITE_NOMEM;
    }
  }
  const int code = real_vfs()->xOpen(real_vfs(), name, file, flags, flags_found);
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0) take_over(file, only_reads);
  return code;
}

int open_file(sqlite3_vfs* /*self*/, const char* name, sqlite3_file* file, int flags,
              int* flags_found) noexcept {
  return open_with(name, file, flags, flags_found, false);
}

int open_to_read(sqlite3_vfs* /*self*/, const char* name, sqlite3_file* file, int flags,
                 int* flags_found) noexcept {
  if ((flags & SQLITE_OPEN_WAL) != 0) {
    const int read_only =
        (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    int exists = 0;
    real_vfs()->xAccess(real_vfs(), name, SQLITE_ACCESS_EXISTS, &exists);
    return open_with(exists != 0 ? name : "/dev/null", file, read_only, flags_found, true);
  }
  return open_with(name, file, flags, flags_found, true);
}

using opening = int (*)(sqlite3_vfs*, const char*, sqlite3_file*, int, int*);

sqlite3_vfs made_vfs(const char* name, opening open) {
  sqlite3_initialize();
  if (real_vfs() == nullptr) {
    throw store_failure("SQLite was built without its VFS 'unix-excl'; use a build that has it");
  }
  sqlite3_vfs made = *real_vfs();
  made.pNext = nullptr;
  made.zName = name;
  made.szOsFile += static_cast<int>(sizeof(file_state));
  made.xOpen = open;
  return made;
}

// Never unregistered: connections refer to it.
const char* registered(sqlite3_vfs& made) {
  const int code = sqlite3_vfs_register(&made, 0);
  if (code != SQLITE_OK) throw store_failure("cannot register a VFS with SQLite", code);
  return made.zName;
}

}  // namespace

const char* exclusive_vfs() {
  static sqlite3_vfs made = made_vfs("dynamo-unix-excl", &open_file);
  static const char* const name = registered(made);
  return name;
}

const char* reading_vfs() {
  static sqlite3_vfs made = made_vfs("dynamo-unix-read", &open_to_read);
  static const char* const name = registered(made);
  return name;
}

bool has_page_checksums(sqlite3* of) noexcept {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(of, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  return file != nullptr && state_of(file).has_checksums;
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
