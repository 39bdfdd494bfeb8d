// The counts of a scan.
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

/// Counts the results of a scan's requests, in total and by segment, and the same with `meters`, so
/// that metrics and summary agree. Not thread-safe.
class scan_tally {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit scan_tally(std::uint32_t segments, scan_meters meters = {})
      : meters_(std::move(meters)), segments_(segments) {
    progress_.segments = segments;
  }

  /// A request of a segment, from its sending to its end.
  struct request {
    std::uint32_t segment = 0;
    unsigned attempts = 1;
    time_point left{};
    time_point ended{};
  };

  /// The segment was complete before the scan began.
  void was_complete(std::uint32_t segment);
  void left(time_point when);
  /// A page that is delivered. `ends_segment`: it was the last one, and no limit cut it.
  void page_arrived(const request& by, const page& arrived, bool ends_segment);
  /// A page that came too late to be delivered.
  void wasted(const request& by, const page& arrived);
  /// `is_cause`: the scan ends with the failure of this request.
  void failed(const request& by, bool is_cause);
  void throttled() { ++progress_.throttled; }

  [[nodiscard]] const scan_progress& progress() const noexcept { return progress_; }
  [[nodiscard]] const segment_summary& of_segment(std::uint32_t segment) const {
    return segments_[segment];
  }
  /// Returns the summary of a scan with this end: segments that had not ended get the same end.
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
