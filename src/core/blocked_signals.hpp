// Threads of the library take no signals.
#pragma once

#include <signal.h>

namespace dynamo::detail {

/// While it lives, the calling thread takes no signals, and neither do, ever, the threads that it
/// starts: a thread inherits the mask of its creator. The program's signal handlers have no
/// business on the library's threads.
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
