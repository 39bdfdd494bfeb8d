// Passes work from other threads to the network thread.
#pragma once

#include "net/transport.hpp"

#include <curl/curl.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

namespace dynamo::net {

/// A request and its handler.
struct start_command {
  transport::transfer_id id = 0;
  http_request request;
  std::function<void(http_outcome)> done;
};

struct cancel_command {
  transport::transfer_id id = 0;
};

/// Reports that the gate of a paused transfer should be asked again.
struct resume_command {
  transport::transfer_id id = 0;
};

struct timer_command {
  std::chrono::steady_clock::time_point when;
  std::function<void()> task;
};

using command = std::variant<start_command, cancel_command, resume_command, timer_command>;

/// The queue of the network thread; wakes the thread from its poll. Thread-safe. Shared with the
/// `resume` functions given to gates, which may be called after the transport was destroyed:
/// commands posted to a closed inbox are dropped.
class inbox {
 public:
  /// Connects to the multi handle that the network thread polls. `multi` must live until the inbox
  /// is closed.
  void attach(CURLM* multi);
  /// Declares the calling thread the network thread: it checks the inbox before it polls and needs
  /// no wake-up.
  void adopt();

  transport::transfer_id post_start(http_request request, std::function<void(http_outcome)> done);
  void post(command work);
  /// Asks the network thread to stop.
  void stop();

  /// Moves all commands into `work`, which must be empty. Returns false when the thread should
  /// stop.
  [[nodiscard]] bool take(std::vector<command>& work);
  [[nodiscard]] bool empty() const;
  /// Closes the inbox unless a command was posted since the last `take`; returns whether it did.
  [[nodiscard]] bool close_if_empty();

 private:
  void push(command&& work);
  void wake();

  mutable std::mutex mutex_;
  std::vector<command> commands_;
  transport::transfer_id last_id_ = 0;
  std::thread::id network_thread_;
  CURLM* multi_ = nullptr;
  bool stopping_ = false;
  bool closed_ = false;
};

}  // namespace dynamo::net
