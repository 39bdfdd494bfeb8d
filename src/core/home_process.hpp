// What belongs to the process that made it: threads and locks do not survive a fork.
#pragma once

#include <dynamo/core/error.hpp>

#include <unistd.h>

#include <memory>

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

/// Gives up what must not be ended in a child of its process: its end would wait for threads that
/// do not exist there.
template <class T>
void leave_behind(std::unique_ptr<T>& owned) noexcept {
  [[maybe_unused]] T* const left = owned.release();
}

}  // namespace dynamo::detail
