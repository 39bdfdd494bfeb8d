// For threads that are not the program's.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace dynamo::detail {

/// Blocks all signals while it lives: the program's handlers have no business on the library's
/// threads, which inherit the mask of their creator, and writes to a dead connection must not raise
/// SIGPIPE there.
class blocked_signals {
 public:
  blocked_signals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  blocked_signals(const blocked_signals&) = delete;
  blocked_signals& operator=(const blocked_signals&) = delete;
  ~blocked_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace dynamo::detail
