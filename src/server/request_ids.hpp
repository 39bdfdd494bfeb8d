// Names for answers, as DynamoDB gives them.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace dynamo::server_side {

/// Gives each answer an id: 52 upper-case letters and digits. Those of one object differ, those of
/// others in all likelihood. Nobody's secret. Thread-safe.
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
