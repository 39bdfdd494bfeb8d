// Summaries: what a scan did, segment by segment, and what it cost.
#pragma once

#include <dynamo/core/result.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo {

/// How a scan, or one of its segments, ended.
enum class scan_end : std::uint8_t {
  unfinished,  ///< running, left early, or never started
  complete,    ///< everything was read and delivered; of a segment: up to its last page
  limited,     ///< `limit` or `max_bytes` ended it; there may be more in the table
  failed,      ///< ended by an error, after the items that had arrived before
  cancelled,   ///< ended by a stop, a deadline, a closed receiver or a failure of another segment
};

/// Returns the enumerator's name: "complete", "limited", ...
[[nodiscard]] std::string_view to_string(scan_end end) noexcept;

/// What was read of one segment; for a scan that sends messages, what was delivered of it.
struct segment_summary {
  scan_end end = scan_end::unfinished;
  std::uint64_t items = 0;          ///< without items beyond the limit
  std::uint64_t scanned_items = 0;  ///< evaluated for these pages, before the filter
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;               ///< of response bodies
  double consumed_capacity = 0;          ///< read units, as far as the service reported them
  std::uint64_t retries = 0;             ///< requests sent again
  std::chrono::nanoseconds under_way{};  ///< time with a request of the segment in progress

  friend bool operator==(const segment_summary&, const segment_summary&) = default;
};

/// The totals of what was read or delivered. Only scan_end::complete means that it was the whole
/// table.
struct scan_summary {
  scan_end end = scan_end::unfinished;
  std::uint64_t messages = 0;  ///< of a scan that sends messages: those with items, without the
                               ///< last message
  std::uint64_t items = 0;
  std::uint64_t scanned_items = 0;
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;
  double consumed_capacity = 0;
  std::uint64_t retries = 0;
  std::chrono::nanoseconds elapsed{};       ///< from the first request to the last response
  std::vector<segment_summary> segments{};  ///< by segment

  /// Returns the items of the largest segment divided by the mean of all segments: 1 if they are
  /// even or if there are no items.
  [[nodiscard]] double item_skew() const noexcept;
  /// Returns the same ratio for the time that requests were in progress.
  [[nodiscard]] double time_skew() const noexcept;

  /// Sets items, scanned_items, pages, bytes, consumed_capacity and retries to the sums over
  /// `segments`.
  void add_up() noexcept;

  friend bool operator==(const scan_summary&, const scan_summary&) = default;
};

namespace detail {
/// Returns how a scan ended, derived from the error that ended it.
[[nodiscard]] scan_end end_of(const result<void>& outcome) noexcept;
[[nodiscard]] scan_end end_of(const error& failure) noexcept;
}  // namespace detail

}  // namespace dynamo
