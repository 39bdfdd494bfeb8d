// The number of concurrent requests that the service accepts. No clock, no I/O.
#pragma once

#include <cstdint>

namespace dynamo::scan {

/// Starts at the maximum and is halved by throttling, once for all requests under way. A level that
/// the service accepted before is soon reached again. Beyond it, the limit grows by one step after
/// many responses without throttling, and faster the more of these steps succeeded. So it stays
/// near what the service accepts, and follows when that grows. One limit for all segments of a
/// scan, since they share their table's capacity. Not thread-safe.
class adaptive_limit {
 public:
  explicit adaptive_limit(std::uint32_t most) : most_(most), limit_(most), borne_(most) {}

  [[nodiscard]] std::uint32_t current() const noexcept { return limit_; }

  /// A request was answered, one of `under_way`.
  void answered(std::uint32_t under_way) noexcept;
  /// The service throttled an attempt of one of the requests `under_way`.
  void throttled(std::uint32_t under_way) noexcept;

 private:
  // Rounds of responses without throttling before the first step beyond the accepted level. A step
  // too far costs about one round of responses.
  static constexpr std::uint32_t most_patience = 32;

  std::uint32_t most_;
  std::uint32_t limit_;
  std::uint32_t borne_;  // reached without throttling, as far as is known
  std::uint32_t stale_ =
      0;  // responses caused by the load before the last cut that are still outstanding
  std::uint32_t answers_ = 0;  // since the last change, while the limit was used
  std::uint32_t patience_ = most_patience;
};

}  // namespace dynamo::scan
