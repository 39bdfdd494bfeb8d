// Reports a scan to metrics and log.
#pragma once

#include <dynamo/core/log.hpp>
#include <dynamo/core/metrics.hpp>
#include <dynamo/model/backend.hpp>
#include <dynamo/scan/scan_summary.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::scan {

/// The metric series of one scan's table, looked up once. They do nothing without a recorder.
struct scan_meters {
  scan_meters() = default;
  scan_meters(const std::shared_ptr<metrics_recorder>& to, const std::string& table);

  meter pages, items, scanned_items, bytes, read_units, segments_complete;
  meter budget_waits, budget_wait_seconds, queued_bytes;
  meter backpressure_waits, page_permits, page_memory_bytes;
};

/// Reports one scan and decides when a log record is written. `scan_tally` and `page_budget` count
/// pages themselves with its meters. Not thread-safe.
class scan_observer {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Gets recorder and logger from the backend. `in_segments`: the scan has several segments.
  scan_observer(const backend& of, std::string table, bool in_segments);

  [[nodiscard]] const scan_meters& meters() const noexcept { return meters_; }

  void segment_started(std::uint32_t segment) const;
  void segment_complete(std::uint32_t segment, const segment_summary& of) const;
  /// Pages were queued, or taken from the queue.
  void queued(std::ptrdiff_t bytes) const { meters_.queued_bytes.add(static_cast<double>(bytes)); }
  /// The read budget does not allow a request. Counts as one wait, however often it is asked
  /// meanwhile.
  void must_wait(time_point now, time_point ask_at);
  /// The budget allows it, or no request waits any more.
  void wait_ended(time_point now);
  void ended(const scan_summary& with) const;

 private:
  [[nodiscard]] log_record new_record(log_event event) const;
  [[nodiscard]] log_record new_record(log_event event, std::uint32_t segment) const;

  const std::string table_;
  const bool in_segments_;
  const std::shared_ptr<metrics_recorder> metrics_;
  const std::shared_ptr<logger> log_;
  const scan_meters meters_;
  std::optional<time_point> waits_since_;
};

}  // namespace dynamo::scan
