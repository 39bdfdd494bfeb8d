#include "core/descriptor.hpp"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace dynamo::detail {
namespace {

constexpr int stop_interval_milliseconds = 100;

}  // namespace

descriptor::~descriptor() {
  if (is_open()) ::close(number_);
}

int descriptor::close() noexcept {
  return ::close(release()) == 0 ? 0 : errno;
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

}  // namespace dynamo::detail
