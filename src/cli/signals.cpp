#include "cli/signals.hpp"

#include <pthread.h>
#include <unistd.h>

namespace dynamo::cli {
namespace {

// The destructor wakes the thread with it.
constexpr int wake_up = SIGUSR2;

bool is_ignored(int signal) {
  struct sigaction current{};
  return ::sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

}  // namespace

signal_watch::signal_watch() {
  std::signal(SIGPIPE, SIG_IGN);
  ::sigemptyset(&signals_);
  ::sigaddset(&signals_, wake_up);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (!is_ignored(signal)) ::sigaddset(&signals_, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread([this] { run(); });
}

signal_watch::~signal_watch() {
  ending_ = true;
  ::pthread_kill(thread_.native_handle(), wake_up);
  thread_.join();
}

void signal_watch::run() {
  for (;;) {
    int signal = 0;
    if (::sigwait(&signals_, &signal) != 0) continue;
    if (ending_) return;
    if (signal == wake_up) continue;
    if (received_ != 0) ::_exit(128 + signal);
    received_ = signal;
    stop_.request_stop();
  }
}

}  // namespace dynamo::cli
