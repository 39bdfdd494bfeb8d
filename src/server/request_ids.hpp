// Request ids in DynamoDB's format.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace dynamo::server_side {

/// Generates request ids: 52 upper-case letters and digits. Ids of one object are unique, those of
/// different objects differ with high probability. Not secret. Thread-safe.
class request_ids {
 public:
  request_ids();
  explicit request_ids(std::uint64_t seed) noexcept : seed_(seed) {}

  [[nodiscard]] std::string next();

 private:
  const std::uint64_t seed_;
  std::atomic<std::uint64_t> given_ = 0;
};

}  // namespace dynamo::server_side
