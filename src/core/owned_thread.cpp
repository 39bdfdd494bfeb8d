#include <dynamo/core/owned_thread.hpp>

#include <unistd.h>

#include <string>

namespace dynamo::detail {

home_process::home_process() noexcept : id_(::getpid()) {}

bool home_process::is_forked_child() const noexcept {
  return ::getpid() != id_;
}

error made_before_fork(std::string_view what) {
  const std::string name(what);
  return {.kind = errc::invalid_argument,
          .message = "the " + name + " was created before fork(); create one in the child process"};
}

}  // namespace dynamo::detail
