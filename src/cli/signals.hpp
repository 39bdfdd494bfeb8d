// Ctrl-C and its like, as a stop token.
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace dynamo::cli {

/// Waits for SIGINT, SIGTERM and SIGHUP on a thread of its own. The first requests a stop; the
/// second ends the process at once. Signals that the parent set to be ignored stay ignored, as
/// nohup(1) wants it. SIGPIPE is ignored, so that writing tells. Make one, in main, before any
/// other thread: threads inherit that the signals are blocked.
class signal_watch {
 public:
  signal_watch();
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;
  ~signal_watch();

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /// The first signal that came; 0 if none did.
  [[nodiscard]] int received() const { return received_; }

 private:
  void run();

  sigset_t signals_{};
  std::stop_source stop_;
  std::atomic<int> received_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace dynamo::cli
