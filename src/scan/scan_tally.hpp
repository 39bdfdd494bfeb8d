// What a scan has done, counted.
#pragma once

#include "scan/scan_observer.hpp"

#include <dynamo/model/page.hpp>
#include <dynamo/scan/scan_options.hpp>
#include <dynamo/scan/scan_summary.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace dynamo::scan {

/// Counts what becomes of a scan's requests, in all and by segment; and the same with `meters`, so
/// that what is watched is what the summary proves. Not thread-safe.
class scan_tally {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit scan_tally(std::uint32_t segments, scan_meters meters = {})
      : meters_(std::move(meters)), segments_(segments) {
    progress_.segments = segments;
  }

  /// A request of a segment from when it left to when it ended.
  struct request {
    std::uint32_t segment = 0;
    unsigned attempts = 1;
    time_point left{};
    time_point ended{};
  };

  /// Nothing was left of it to read.
  void was_complete(std::uint32_t segment);
  void left(time_point when);
  /// A page that is delivered. `ends_segment`: it was the last one, and no limit cut it.
  void brought(const request& by, const page& arrived, bool ends_segment);
  /// A page that came too late to be delivered.
  void wasted(const request& by, const page& arrived);
  /// `is_cause`: it is this request's failure that the scan ends with.
  void failed(const request& by, bool is_cause);
  void throttled() { ++progress_.throttled; }

  [[nodiscard]] const scan_progress& progress() const noexcept { return progress_; }
  [[nodiscard]] const segment_summary& of_segment(std::uint32_t segment) const {
    return segments_[segment];
  }
  /// Of a scan that ended so: segments that did not end by themselves ended with it.
  [[nodiscard]] scan_summary summary(scan_end end) const;

 private:
  segment_summary& count(const request& by);
  void pay(segment_summary& segment, const page& arrived);

  scan_meters meters_;
  scan_progress progress_;
  std::vector<segment_summary> segments_;
  std::optional<time_point> first_;
  time_point last_{};
};

}  // namespace dynamo::scan
