// What belongs to the process that made it: threads and locks do not survive a fork.
#pragma once

#include <dynamo/core/error.hpp>

#include <unistd.h>

namespace dynamo::detail {

/// Remembers the process that it was made in. Copies remember the same one.
class home_process {
 public:
  /// True in a child that a fork made since then.
  [[nodiscard]] bool is_elsewhere() const noexcept { return ::getpid() != id_; }

 private:
  pid_t id_ = ::getpid();
};

/// Why a client cannot be used in a child of the process that made it.
[[nodiscard]] inline error made_before_fork() {
  return {.kind = errc::invalid_argument,
          .message = "the client was created before fork(); create a client in the child process"};
}

}  // namespace dynamo::detail
