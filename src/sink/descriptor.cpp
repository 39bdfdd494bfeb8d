#include "sink/descriptor.hpp"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace dynamo::sink {
namespace {

constexpr int stop_interval_milliseconds = 100;

}  // namespace

descriptor::~descriptor() {
  if (is_open()) ::close(number_);
}

int descriptor::close() noexcept {
  return ::close(release()) == 0 ? 0 : errno;
}

error io_error(std::string message) {
  error failure;
  failure.kind = errc::io;
  failure.message = std::move(message);
  return failure;
}

error io_error(std::string_view action, std::string_view path, int code) {
  std::string message = "cannot ";
  ((message += action) += " '") += path;
  (message += "': ") += std::generic_category().message(code);
  return io_error(std::move(message));
}

int write_all(int to, std::string_view bytes, bool may_block,
              const std::stop_token& stop) noexcept {
  while (!bytes.empty()) {
    if (may_block) {
      // A pipe that is writable takes PIPE_BUF bytes without blocking, so that a stop is seen.
      pollfd wait{.fd = to, .events = POLLOUT, .revents = 0};
      const int ready = ::poll(&wait, 1, stop_interval_milliseconds);
      if (stop.stop_requested()) return ECANCELED;
      if (ready < 0 && errno != EINTR) return errno;
      if (ready <= 0) continue;
    }
    const std::size_t part =
        may_block ? std::min<std::size_t>(bytes.size(), PIPE_BUF) : bytes.size();
    const ssize_t count = ::write(to, bytes.data(), part);
    if (count < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

result<descriptor> temporary_file(const std::string& folder) {
  descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  // Not every file system has files without names.
  std::string name = folder + "/.dynamo-XXXXXX";
  file = descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.is_open()) return io_error("create a temporary file in", folder, errno);
  ::unlink(name.c_str());
  return file;
}

}  // namespace dynamo::sink
