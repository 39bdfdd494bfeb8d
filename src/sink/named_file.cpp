#include "sink/named_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace dynamo::sink {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool has_name(const descriptor& file, const std::string& path) {
  struct stat opened{};
  struct stat named{};
  return ::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

bool lock(const descriptor& file) {
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

result<void> check_own(const struct stat& about, uid_t user, const std::string& path) {
  const auto refused = [&](std::string_view why) {
    return io_error("cannot use '" + path + "': " + std::string(why) + "; remove it, or name " +
                    "another file");
  };
  if (!S_ISREG(about.st_mode)) return refused("it is not a regular file");
  if (about.st_uid != user) {
    return refused("it belongs to another user, of id " + std::to_string(about.st_uid));
  }
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) return refused("other users may write to it");
  if (about.st_nlink > 1) return refused("it has a second name (a hard link)");
  return {};
}

bool may_be_planted(const struct stat& about, const struct stat& folder, uid_t user) {
  if (!S_ISFIFO(about.st_mode) && !S_ISSOCK(about.st_mode)) return false;
  const bool shared = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
  return shared && about.st_uid != user && about.st_uid != folder.st_uid;
}

int open_direct(const std::string& path, const std::stop_token& stop) {
  for (;;) {
    const int file = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file >= 0 || (errno != ENXIO && errno != EINTR)) return file;
    struct stat about{};
    if (::stat(path.c_str(), &about) != 0 || !S_ISFIFO(about.st_mode)) return -1;
    constexpr int interval_milliseconds = 50;
    ::poll(nullptr, 0, interval_milliseconds);
    if (stop.stop_requested()) {
      errno = ECANCELED;
      return -1;
    }
  }
}

int rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // Not every file system can: a second name for the file cannot replace one either.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  return ::unlink(from.c_str()) == 0 ? 0 : errno;
}

result<void> sync_folder(const std::string& folder) {
  const descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A folder that may be written to but not read, or a file system that cannot, is no failure.
  if (opened.is_open() && ::fsync(opened.get()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    return io_error("write the folder", folder, errno);
  }
  return {};
}

}  // namespace dynamo::sink
