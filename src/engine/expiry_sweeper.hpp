// Removes what expired, now and then, on a thread of its own.
#pragma once

#include "engine/store/database.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace dynamo::engine {

/// Removes items whose time to live has passed, and records of streams that are older than 24
/// hours. Thread-safe. The clock says what has expired; how often is looked is a matter of the
/// machine's time, so that a clock that stands still does not keep it awake.
class expiry_sweeper {
 public:
  /// Both outlive it; `options` has a clock.
  expiry_sweeper(database& store, const engine_options& options)
      : store_(store), options_(options) {}
  expiry_sweeper(const expiry_sweeper&) = delete;
  expiry_sweeper& operator=(const expiry_sweeper&) = delete;
  /// Stops and joins.
  ~expiry_sweeper() = default;

  /// Starts the thread, unless it runs.
  void start();
  /// Removes all that has expired by now, or until a stop is requested. Returns how many items
  /// there were. Throws `store_failure`.
  std::size_t sweep(const std::stop_token& stop = {});

 private:
  void run(const std::stop_token& stop);

  database& store_;
  const engine_options& options_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // ends first
};

}  // namespace dynamo::engine
