// SIGINT, SIGTERM and SIGHUP as a stop token.
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace dynamo::cli {

/// Waits for SIGINT, SIGTERM and SIGHUP on its own thread. The first signal requests a stop; the
/// second ends the process at once. Signals that the parent process ignores stay ignored, as
/// nohup(1) requires. SIGPIPE is ignored, so that writing to a closed pipe returns an error.
/// Construct it once, in main, before any other thread: threads inherit the blocked signals.
class signal_watch {
 public:
  signal_watch();
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;
  ~signal_watch();

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /// Returns the first signal received, 0 if none.
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
