// Preloaded into a program, writes down what it does to the files of one folder, in order, and lets
// the disk be full when a test says so. What the variables mean: tests/support/file_calls.hpp.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

namespace {

// Found at the first use: a sanitizer's runtime calls some of these before anything is set up.
template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

constexpr int most_descriptors = 1024;
constexpr std::size_t longest_path = 512;
std::mutex mutex;
char paths[most_descriptors][longest_path];  // empty: not watched
int log_file = -1;
long room = -1;   // bytes that may still be written; -1: any number
long syncs = -1;  // that still succeed; -1: all

bool is_watched(const char* path) {
  static const char* const folder = std::getenv("DYNAMO_FILE_CALLS_FOLDER");
  return folder != nullptr && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

const char* watched_path(int file) {
  return file >= 0 && file < most_descriptors && paths[file][0] != '\0' ? paths[file] : nullptr;
}

long number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? -1 : std::atol(text);
}

// Called with the mutex held, as everything below.
void record(const std::string& line) {
  static const auto write_to = real<ssize_t (*)(int, const void*, size_t)>("write");
  if (log_file < 0) {
    const char* const path = std::getenv("DYNAMO_FILE_CALLS_LOG");
    if (path == nullptr) std::abort();
    static const auto open_file = real<int (*)(const char*, int, ...)>("open");
    log_file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_file < 0) std::abort();
  }
  const std::string whole = line + '\n';
  if (write_to(log_file, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
    std::abort();
}

int opened(int file, const char* path) {
  const int before = errno;
  const std::lock_guard lock(mutex);
  if (file >= 0 && file < most_descriptors) {
    paths[file][0] = '\0';
    if (is_watched(path)) {
      std::strncpy(paths[file], path, longest_path - 1);
      record(std::string("open ") + path);
    }
  }
  errno = before;
  return file;
}

// Nothing is really waited for: what would be left without it is for the reader of the log to say.
int synced(int file, const char* function) {
  {
    const std::lock_guard lock(mutex);
    static const bool first [[maybe_unused]] = (syncs = number_in("DYNAMO_FILE_CALLS_SYNCS"), true);
    if (const char* const path = watched_path(file)) {
      if (syncs == 0) {
        errno = ENOSPC;
        return -1;
      }
      if (syncs > 0) --syncs;
      record(std::string("sync ") + path);
      return 0;
    }
  }
  return real<int (*)(int)>(function)(file);
}

void read_room() {
  static const bool first [[maybe_unused]] = (room = number_in("DYNAMO_FILE_CALLS_ROOM"), true);
}

// As a file system does it: what still fits is written, the next call fails.
template <class Write>
ssize_t into_room(size_t count, const Write& write_part) {
  read_room();
  if (room == 0) {
    errno = ENOSPC;
    return -1;
  }
  const ssize_t written = write_part(room < 0 ? count : std::min(count, static_cast<size_t>(room)));
  if (written > 0 && room > 0) room -= written;
  return written;
}

int named(int outcome, const char* what, const char* from, const char* to) {
  const int before = errno;
  const std::lock_guard lock(mutex);
  if (outcome == 0 && is_watched(from)) record(std::string(what) + ' ' + from + ' ' + to);
  errno = before;
  return outcome;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = static_cast<mode_t>(va_arg(rest, int));
  va_end(rest);
  return opened(real<int (*)(const char*, int, ...)>("open")(path, flags, mode), path);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = static_cast<mode_t>(va_arg(rest, int));
  va_end(rest);
  return opened(real<int (*)(const char*, int, ...)>("open64")(path, flags, mode), path);
}

int close(int file) {
  {
    const std::lock_guard lock(mutex);
    if (file >= 0 && file < most_descriptors) paths[file][0] = '\0';
  }
  return real<int (*)(int)>("close")(file);
}

ssize_t write(int file, const void* bytes, size_t count) {
  const auto write_to = real<ssize_t (*)(int, const void*, size_t)>("write");
  const std::lock_guard lock(mutex);
  const char* const path = watched_path(file);
  if (path == nullptr) return write_to(file, bytes, count);
  const ssize_t written =
      into_room(count, [&](size_t part) { return write_to(file, bytes, part); });
  if (written < 0) return written;
  std::string line = std::string("write ") + path + ' ' + std::to_string(written);
  if (std::string_view(path).ends_with(".tmp")) {
    std::string text(static_cast<const char*>(bytes), static_cast<size_t>(written));
    std::ranges::replace(text, '\n', ' ');
    line += ' ' + text;
  }
  record(line);
  return written;
}

// SQLite's. Where it writes is of no interest: no line tells.
ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t at) {
  const auto write_to = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  const std::lock_guard lock(mutex);
  if (watched_path(file) == nullptr) return write_to(file, bytes, count, at);
  return into_room(count, [&](size_t part) { return write_to(file, bytes, part, at); });
}

int fsync(int file) {
  return synced(file, "fsync");
}

int fdatasync(int file) {
  return synced(file, "fdatasync");
}

int ftruncate(int file, off_t length) noexcept {
  const int outcome = real<int (*)(int, off_t)>("ftruncate")(file, length);
  const std::lock_guard lock(mutex);
  const char* const path = watched_path(file);
  if (outcome == 0 && path != nullptr)
    record(std::string("truncate ") + path + ' ' + std::to_string(length));
  return outcome;
}

int rename(const char* from, const char* to) noexcept {
  return named(real<int (*)(const char*, const char*)>("rename")(from, to), "rename", from, to);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  return named(real<int (*)(int, const char*, int, const char*, unsigned)>("renameat2")(
                   from_folder, from, to_folder, to, flags),
               "rename", from, to);
}

int link(const char* from, const char* to) noexcept {
  return named(real<int (*)(const char*, const char*)>("link")(from, to), "link", from, to);
}

int unlink(const char* path) noexcept {
  return named(real<int (*)(const char*)>("unlink")(path), "unlink", path, "");
}

}  // extern "C"
