// How an embedded engine behaves: plain data with a default for every member.
#pragma once

#include <dynamo/core/clock.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace dynamo {

/// What a write has survived when it is answered.
enum class durability : std::uint8_t {
  machine_crash,  ///< it is on the disk: a loss of power does not lose it
  process_crash,  ///< it is with the operating system: an end of the process does not lose it
};

/// Settings of an embedded engine.
struct engine_options {
  durability durable = durability::machine_crash;  ///< without meaning in memory
  /// Tables and indexes with provisioned throughput refuse what is beyond it, as DynamoDB does:
  /// a bucket of read or write units that holds at most 300 seconds' worth.
  bool throttle = false;
  /// The share of a batch's entries, from 0 to 1, that is left unprocessed, by chance: for testing
  /// how a program sends them again. At least one entry of a batch is processed.
  double unprocessed_share = 0;
  /// Between two searches for items whose time to live has passed; at least 1 s.
  std::chrono::seconds time_to_live_interval{30};
  std::shared_ptr<clock> time{};            ///< null: the machine's
  std::shared_ptr<random_source> random{};  ///< null: the machine's
};

}  // namespace dynamo
