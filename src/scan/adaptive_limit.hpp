// How many requests may be under way, as the service bears it. No clock, no I/O.
#pragma once

#include <cstdint>

namespace dynamo::scan {

/// Begins with the most and is halved by throttling, once for all requests that were under way.
/// What the service bore before is soon reached again; beyond it the limit goes one step after many
/// answers without throttling, and the sooner the more of such steps went well. So it stays near
/// what the service bears, and follows when that grows. One for all segments of a scan, since they
/// share their table's capacity. Not thread-safe.
class adaptive_limit {
 public:
  explicit adaptive_limit(std::uint32_t most) : most_(most), limit_(most), borne_(most) {}

  [[nodiscard]] std::uint32_t current() const noexcept { return limit_; }

  /// A request was answered, one of `under_way`.
  void answered(std::uint32_t under_way) noexcept;
  /// The service throttled an attempt of one of the requests `under_way`.
  void throttled(std::uint32_t under_way) noexcept;

 private:
  // Rounds of answers without throttling before the first step beyond what was borne. A step too
  // far costs about one round's answers.
  static constexpr std::uint32_t most_patience = 32;

  std::uint32_t most_;
  std::uint32_t limit_;
  std::uint32_t borne_;        // reached without throttling, as far as is known
  std::uint32_t stale_ = 0;    // signs of the load before the last cut, which are still to come
  std::uint32_t answers_ = 0;  // since the last change, while the limit was used
  std::uint32_t patience_ = most_patience;
};

}  // namespace dynamo::scan
