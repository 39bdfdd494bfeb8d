// The cost of one benchmark run, as one line of JSON for benchmarks/report.py.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::bench {

/// The cost between the construction of a `measurement` and its `finish()`.
struct cost {
  /// User and system time of all threads of this process.
  double cpu_seconds = 0;
  /// The same since the start of the process: includes loading, set-up and static data.
  double total_cpu_seconds = 0;
  double wall_seconds = 0;
  /// Highest resident set of the process so far, in 1,000,000 bytes (VmHWM).
  double peak_rss_mb = 0;
  /// Resident set when the measurement began: an idle process, before its first request.
  double idle_rss_mb = 0;
};

/// Measures the cost since its construction. Linux only (/proc). Not thread-safe.
class measurement {
 public:
  measurement();

  /// Returns the cost so far; may be called repeatedly. Throws `std::runtime_error` if the
  /// operating system does not provide it.
  [[nodiscard]] cost finish() const;

 private:
  double cpu_at_start_;
  double rss_at_start_;
  std::chrono::steady_clock::time_point start_;
};

/// The result of a run.
struct outcome {
  /// The client and its mode, for the report.
  std::string name;
  std::uint64_t items = 0;
  /// Sum of the attribute `age` over all items; unset if the run does not decode items.
  std::optional<std::int64_t> age_sum;
  /// Bytes of all response bodies; 0 if unknown.
  std::uint64_t bytes = 0;
};

/// Returns one line: `{"name":...,"items":...,"age_sum":...,"bytes":...,"cpu_seconds":...,
/// "total_cpu_seconds":...,"wall_seconds":...,"peak_rss_mb":...,"idle_rss_mb":...}`, without a line
/// feed. Unknown values are null. `outcome.name` must not need escaping in JSON.
[[nodiscard]] std::string json_line(const outcome& what, const cost& price);

}  // namespace dynamo::bench
