#include "sink/descriptor.hpp"
#include "sink/named_file.hpp"

#include <dynamo/core/printable.hpp>
#include <dynamo/sink/output_file.hpp>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace dynamo {

using sink::descriptor;
using sink::io_error;

/// Where the bytes go, and what becomes of them at the end.
struct output_file::target {
  std::string path;     // as the caller wrote it
  std::string named{};  // the regular file to be, behind symbolic links; empty: written directly
  std::string folder{};
  descriptor file{};
  bool owned = true;
  bool may_block = false;
  bool escaped = false;   // a terminal, which is shown nothing that it would obey
  std::string cut_off{};  // of what is escaped: the beginning of a character
  bool replace = false;
  bool keep_partial = false;
  std::optional<mode_t> mode{};  // of the file that is replaced: the new one gets it
  bool name_is_safe = false;     // the partial file's, on the disk
  std::stop_token stop{};
  std::optional<error> failure{};

  [[nodiscard]] std::string partial() const { return named + ".partial"; }
  /// What the open file is, where it is written directly.
  void look_at_file(const output_file_options& options);
  /// 0 or an errno. The only way to the file.
  [[nodiscard]] int put(std::string_view text);
  [[nodiscard]] int put_rest();
};

namespace {

// The descriptor that a path such as /dev/stdout or /dev/fd/3 stands for. Opening such a path anew
// would write to the beginning of a file that the shell appends to.
std::optional<int> descriptor_of(std::string_view path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view lead : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(lead)) continue;
    path.remove_prefix(lead.size());
    int number = 0;
    const auto [end, failure] = std::from_chars(path.data(), path.data() + path.size(), number);
    if (failure == std::errc{} && end == path.data() + path.size()) return number;
  }
  return std::nullopt;
}

std::string temporary_folder() {
  std::error_code unknown;
  const auto folder = std::filesystem::temp_directory_path(unknown);
  return unknown ? "/tmp" : folder.string();
}

error busy(const std::string& partial) {
  return io_error("'" + partial + "' is being written by another export: wait for its end, or " +
                  "choose another file");
}

// Removes the leftover of a process that was killed.
result<void> remove_leftover(const std::string& partial) {
  const descriptor leftover(
      ::open(partial.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!leftover.is_open()) {
    if (errno == ENOENT) return {};
    return io_error("replace", partial, errno);
  }
  struct stat opened{};
  if (::fstat(leftover.get(), &opened) != 0) return io_error("replace", partial, errno);
  if (!S_ISREG(opened.st_mode)) {
    return io_error("cannot replace '" + partial + "': it is not a regular file; remove it");
  }
  if (!sink::lock(leftover)) return busy(partial);
  // Under the lock: if the name stands for another file by now, that one is somebody's.
  if (sink::has_name(leftover, partial) && ::unlink(partial.c_str()) != 0) {
    return io_error("replace", partial, errno);
  }
  return {};
}

result<descriptor> create_partial(const std::string& partial) {
  constexpr int tries = 10;
  for (int i = 0; i < tries; ++i) {
    descriptor file(
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!file.is_open() && errno == EEXIST) {
      if (auto removed = remove_leftover(partial); !removed) return std::move(removed).error();
      continue;
    }
    if (!file.is_open()) return io_error("create", partial, errno);
    if (!sink::lock(file)) return busy(partial);
    // Between opening and locking, another process may have taken it for a leftover.
    if (sink::has_name(file, partial)) return file;
  }
  return busy(partial);
}

// The partial file that an earlier process kept, as long as it was when that was certain.
result<descriptor> reopen_partial(const std::string& partial, std::uint64_t length) {
  descriptor file(::open(partial.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) return io_error("go on with", partial, errno);
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) return io_error("go on with", partial, errno);
  if (auto ours = sink::check_own(about, ::geteuid(), partial); !ours) {
    return std::move(ours).error();
  }
  if (!sink::lock(file) || !sink::has_name(file, partial)) return busy(partial);
  const auto size = static_cast<std::uint64_t>(about.st_size);
  if (size < length) {
    return io_error("'" + partial + "' has " + std::to_string(size) + " bytes, not the " +
                    std::to_string(length) + " that were written");
  }
  const auto end = static_cast<off_t>(length);
  if (::ftruncate(file.get(), end) != 0 || ::lseek(file.get(), end, SEEK_SET) != end) {
    return io_error("go on with", partial, errno);
  }
  return file;
}

error cancelled(const std::string& path) {
  error reason;
  reason.kind = errc::cancelled;
  reason.message = "writing '" + path + "' was cancelled";
  return reason;
}

error write_error(const std::string& path, int code) {
  return code == ECANCELED ? cancelled(path) : io_error("write", path, code);
}

bool is_planted(const struct stat& about, const std::string& path) {
  struct stat folder{};
  return ::stat(sink::folder_of(path).c_str(), &folder) == 0 &&
         sink::may_be_planted(about, folder, ::geteuid());
}

error planted(const std::string& path) {
  return io_error("cannot write '" + path +
                  "': it is another user's pipe in a folder that everybody " +
                  "may write to; name another file");
}

error not_resumable(const std::string& path) {
  return io_error("'" + path + "' is not a regular file: an export to it cannot go on later");
}

error exists(const std::string& path) {
  return io_error("'" + path + "' exists already");
}

}  // namespace

void output_file::target::look_at_file(const output_file_options& options) {
  struct stat about{};
  const bool is_terminal = ::isatty(file.get()) == 1;
  // A reader decides how long these take; devices such as /dev/null do not block.
  may_block = is_terminal || (::fstat(file.get(), &about) == 0 &&
                              (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode)));
  escaped = is_terminal && !options.exact_on_terminal;
}

int output_file::target::put(std::string_view text) {
  if (!escaped) return sink::write_all(file.get(), text, may_block, stop);
  cut_off += text;
  const std::size_t whole = detail::whole_characters(cut_off);
  const std::string shown = printable(std::string_view(cut_off).substr(0, whole), "\n\t");
  cut_off.erase(0, whole);
  return sink::write_all(file.get(), shown, may_block, stop);
}

int output_file::target::put_rest() {
  return sink::write_all(file.get(), printable(std::exchange(cut_off, {})), may_block, stop);
}

result<output_file> output_file::try_create(const std::string& path,
                                            const output_file_options& options) {
  auto to = std::make_unique<target>(target{.path = path, .folder = temporary_folder()});
  to->replace = options.replace;
  to->keep_partial = options.keep_partial;
  to->stop = options.stop;
  const bool needs_name = options.keep_partial || options.resume_at;
  if (const auto number = descriptor_of(path)) {
    if (needs_name) return not_resumable(path);
    to->file = descriptor(::fcntl(*number, F_DUPFD_CLOEXEC, 3));
    if (!to->file.is_open()) return io_error("open", path, errno);
    to->look_at_file(options);
    return output_file(std::move(to), options.buffer_bytes);
  }

  to->named = path;
  std::optional<mode_t> replaced;
  struct stat about{};
  if (::stat(path.c_str(), &about) == 0) {
    if (S_ISDIR(about.st_mode)) {
      return io_error("'" + path + "' is a folder: name a file in it");
    }
    if (S_ISBLK(about.st_mode)) {
      return io_error("'" + path + "' is a disk: name a file");
    }
    if (S_ISREG(about.st_mode)) {
      if (!options.replace) return exists(path);
      char* const real = ::realpath(path.c_str(), nullptr);
      if (real == nullptr) return io_error("open", path, errno);
      to->named = real;
      ::free(real);
      replaced = about.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
    } else {
      if (needs_name) return not_resumable(path);
      if (is_planted(about, path)) return planted(path);
      to->named.clear();
      to->file = descriptor(sink::open_direct(path, options.stop));
      if (!to->file.is_open()) {
        if (errno == ECANCELED) return cancelled(path);
        return io_error("open", path, errno);
      }
      // Once more: the name may have gone to another one meanwhile.
      if (::fstat(to->file.get(), &about) != 0) return io_error("open", path, errno);
      if (is_planted(about, path)) return planted(path);
      to->look_at_file(options);
      return output_file(std::move(to), options.buffer_bytes);
    }
  } else if (::lstat(path.c_str(), &about) == 0) {
    return io_error("'" + path + "' is a symbolic link that leads nowhere");
  }
  to->folder = sink::folder_of(to->named);
  if (::stat(to->folder.c_str(), &about) != 0) {
    if (errno == ENOENT) return io_error("the folder of '" + path + "' does not exist");
    return io_error("use the folder of", path, errno);
  }
  if (path.empty() || path.back() == '/') return io_error("'" + path + "' does not name a file");
  auto file = options.resume_at ? reopen_partial(to->partial(), *options.resume_at)
                                : create_partial(to->partial());
  if (!file) return std::move(file).error();
  to->file = *std::move(file);
  to->mode = replaced;
  // As closed as the file that it replaces, but open to its owner, who goes on with it, and until
  // it is whole to no other writer.
  constexpr mode_t of_others = S_IWGRP | S_IWOTH;
  if (replaced && ::fchmod(to->file.get(), (*replaced | S_IWUSR) & ~of_others) != 0) {
    const int code = errno;
    const output_file removed(std::move(to), 1);
    return io_error("keep the permissions of", path, code);
  }
  output_file made(std::move(to), options.buffer_bytes);
  made.written_ = options.resume_at.value_or(0);
  return made;
}

output_file output_file::on_descriptor(int descriptor, std::string name,
                                       output_file_options options) {
  auto to = std::make_unique<target>(target{.path = std::move(name), .folder = temporary_folder()});
  to->file = sink::descriptor(descriptor);
  to->owned = false;
  to->stop = std::move(options.stop);
  to->look_at_file(options);
  return output_file(std::move(to), options.buffer_bytes);
}

output_file::output_file(std::unique_ptr<target> to, std::size_t buffer_bytes)
    : target_(std::move(to)),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes)),
      capacity_(buffer_bytes) {}

output_file::output_file(output_file&& other) noexcept = default;

output_file& output_file::operator=(output_file&& other) noexcept {
  std::swap(target_, other.target_);
  std::swap(buffer_, other.buffer_);
  std::swap(capacity_, other.capacity_);
  std::swap(size_, other.size_);
  std::swap(written_, other.written_);
  return *this;
}

output_file::~output_file() {
  if (!target_) return;
  if (!target_->owned) target_->file.release();
  // While it is still locked: nobody else can have taken the name.
  if (target_->file.is_open() && !target_->named.empty() && !target_->keep_partial) {
    ::unlink(target_->partial().c_str());
  }
}

const std::string& output_file::path() const noexcept {
  return target_->path;
}

const std::string& output_file::folder() const noexcept {
  return target_->folder;
}

result<void> output_file::fail(error reason) {
  target_->failure = reason;
  capacity_ = size_;  // what is written from now on comes by try_flush, which tells
  return reason;
}

void output_file::copy(std::string_view text) noexcept {
  std::memcpy(buffer_.get() + size_, text.data(), text.size());
  size_ += text.size();
}

result<void> output_file::write_through(std::string_view text) {
  if (auto flushed = try_flush(); !flushed) return flushed;
  if (text.size() < capacity_) {
    copy(text);
    return {};
  }
  if (const int code = target_->put(text)) return fail(write_error(target_->path, code));
  written_ += text.size();
  return {};
}

result<void> output_file::try_flush() {
  if (target_->failure) return *target_->failure;
  const std::string_view text(buffer_.get(), size_);
  if (const int code = target_->put(text)) return fail(write_error(target_->path, code));
  written_ += std::exchange(size_, 0);
  return {};
}

result<void> output_file::try_sync() {
  if (auto flushed = try_flush(); !flushed) return flushed;
  target& to = *target_;
  if (to.named.empty()) return {};
  if (::fdatasync(to.file.get()) != 0) return fail(io_error("write", to.path, errno));
  if (to.name_is_safe) return {};
  auto synced = sink::sync_folder(to.folder);
  to.name_is_safe = synced.has_value();
  return synced;
}

bool output_file::is_escaped() const noexcept {
  return target_->escaped;
}

bool output_file::reader_gone() const {
  if (!target_->may_block) return false;
  pollfd look{.fd = target_->file.get(), .events = 0, .revents = 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLERR | POLLHUP)) != 0;
}

result<void> output_file::try_commit() {
  if (auto flushed = try_flush(); !flushed) return flushed;
  target& to = *target_;
  if (const int code = to.put_rest()) return fail(write_error(to.path, code));
  if (!to.owned) return {};
  if (to.named.empty()) {
    if (const int code = to.file.close()) return fail(io_error("write", to.path, code));
    return {};
  }
  if (to.mode && ::fchmod(to.file.get(), *to.mode) != 0) {
    return fail(io_error("keep the permissions of", to.path, errno));
  }
  if (::fsync(to.file.get()) != 0) return fail(io_error("write", to.path, errno));
  const int code = to.replace ? (::rename(to.partial().c_str(), to.named.c_str()) == 0 ? 0 : errno)
                              : sink::rename_new(to.partial(), to.named);
  if (code == EEXIST) return fail(exists(to.path));
  if (code != 0) return fail(io_error("name the file", to.path, code));
  // It has its name: from here on, nothing is removed.
  if (const int closed = to.file.close()) return fail(io_error("write", to.path, closed));
  return sink::sync_folder(to.folder);
}

}  // namespace dynamo
