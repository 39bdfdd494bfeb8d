// Options of an embedded engine.
#pragma once

#include <dynamo/core/clock.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace dynamo {

/// What an acknowledged write survives.
enum class durability : std::uint8_t {
  machine_crash,  ///< a power loss: the write is on the disk
  process_crash,  ///< the end of the process: the operating system has the write
};

/// Options of an embedded engine. Plain data; each member has a default.
struct engine_options {
  durability durable = durability::machine_crash;  ///< ignored in memory
  /// Enforce provisioned throughput of tables and indexes as DynamoDB does: a token bucket of read
  /// units and one of write units, each with at most 300 seconds' worth.
  bool throttle = false;
  /// The share of a batch's entries, 0 to 1, that is randomly left unprocessed, to test a program's
  /// retries. Values outside that range count as 0 or 1. At least one entry of a batch is
  /// processed.
  double unprocessed_share = 0;
  /// Interval between searches for expired items (time to live), by `time`; values outside 1 s to
  /// 10 years are clamped.
  std::chrono::seconds time_to_live_interval{30};
  std::shared_ptr<clock> time{};            ///< null: the system clock
  std::shared_ptr<random_source> random{};  ///< null: the system's
};

}  // namespace dynamo
