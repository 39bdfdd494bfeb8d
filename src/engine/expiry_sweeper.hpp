// Periodically removes expired items, on its own thread.
#pragma once

#include "engine/store/database.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace dynamo::engine {

/// Removes items whose time to live has passed, and stream records older than 24 hours.
/// Thread-safe. The options' clock decides what has expired and when the next search begins.
class expiry_sweeper {
 public:
  /// Both arguments must outlive the sweeper; `options` must have a clock.
  expiry_sweeper(database& store, const engine_options& options)
      : store_(store), options_(options) {}
  expiry_sweeper(const expiry_sweeper&) = delete;
  expiry_sweeper& operator=(const expiry_sweeper&) = delete;
  /// Stops and joins the thread.
  ~expiry_sweeper() = default;

  /// Starts the thread unless it is running.
  void start();
  /// Removes everything that has expired by now, or stops early on request. Returns the number of
  /// items removed. Throws `store_failure`.
  std::size_t sweep(const std::stop_token& stop = {});

 private:
  void run(const std::stop_token& stop);

  database& store_;
  const engine_options& options_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // destroyed first
};

}  // namespace dynamo::engine
