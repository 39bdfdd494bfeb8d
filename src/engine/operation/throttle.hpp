// Enforces provisioned throughput as DynamoDB does.
#pragma once

#include "engine/operation/capacity.hpp"
#include "engine/table_definition.hpp"

#include <dynamo/core/clock.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>

namespace dynamo::engine {

/// A bucket of read units and one of write units for each provisioned table and global index,
/// filled at the rate of its throughput up to 300 seconds' worth, and full at first. The cost of a
/// request is known only after it has run, so a request may overdraw a bucket: later requests are
/// refused until the bucket has recovered. Thread-safe.
class throttle {
 public:
  explicit throttle(std::shared_ptr<clock> time) : time_(std::move(time)) {}

  /// Refuses with ProvisionedThroughputExceededException if the table or global index to be read
  /// has no read units left.
  void require_reads(const table_definition& table, const table_index* index = nullptr);
  /// The same for writes, which need units of every global index.
  void require_writes(const table_definition& table);
  void spend_reads(const table_definition& table, const consumption& consumed);
  void spend_writes(const table_definition& table, const consumption& consumed);

 private:
  struct bucket {
    double units = 0;
    std::chrono::steady_clock::time_point filled{};
    bool begun = false;
  };
  enum class purpose : std::uint8_t { reads, writes };
  // Refilled to the current time; null if there is no limit.
  bucket* filled(row_set rows, const std::optional<provisioned_throughput>& rate, purpose what);
  void spend(const table_definition& table, const consumption& consumed, purpose what);

  const std::shared_ptr<clock> time_;
  std::mutex mutex_;
  std::map<std::pair<row_set, purpose>, bucket> buckets_;
};

}  // namespace dynamo::engine
