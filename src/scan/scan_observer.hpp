// What a scan tells those who watch: figures to a recorder, events to a log.
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

/// The series of one scan's table, looked up once. Nobody is told where there is no recorder.
struct scan_meters {
  scan_meters() = default;
  scan_meters(const std::shared_ptr<metrics_recorder>& to, const std::string& table);

  meter pages, items, scanned_items, bytes, read_units, segments_complete;
  meter budget_waits, budget_wait_seconds, queued_bytes;
  meter backpressure_waits, page_permits, page_memory_bytes;
};

/// One scan's. Says when a record is made; what is counted of pages, `scan_tally` and `page_budget`
/// do by themselves with its meters. Not thread-safe.
class scan_observer {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Asks the backend who wants to know. `in_segments`: the scan has several.
  scan_observer(const backend& of, std::string table, bool in_segments);

  [[nodiscard]] const scan_meters& meters() const noexcept { return meters_; }

  void segment_started(std::uint32_t segment) const;
  void segment_complete(std::uint32_t segment, const segment_summary& of) const;
  /// Pages were put in line, or taken from it.
  void queued(std::ptrdiff_t bytes) const { meters_.queued_bytes.add(static_cast<double>(bytes)); }
  /// The read budget does not allow a request: one wait, however often it is asked meanwhile.
  void must_wait(time_point now, time_point ask_at);
  /// It does, or nobody waits any more.
  void goes_on(time_point now);
  void ended(const scan_summary& with) const;

 private:
  [[nodiscard]] log_record record(log_event event) const;
  [[nodiscard]] log_record record(log_event event, std::uint32_t segment) const;

  const std::string table_;
  const bool in_segments_;
  const std::shared_ptr<metrics_recorder> metrics_;
  const std::shared_ptr<logger> log_;
  const scan_meters meters_;
  std::optional<time_point> waits_since_;
};

}  // namespace dynamo::scan
