// What a scan did, segment by segment: the proof that nothing was lost, and what it cost.
#pragma once

#include <dynamo/core/result.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo {

/// How a scan, or one of its segments, ended.
enum class scan_end : std::uint8_t {
  unfinished,  ///< it has not: it is under way, was left early, or never began
  complete,    ///< everything was read and delivered; of a segment: its last page was
  limited,     ///< `limit` or `max_bytes` ended it; there may be more in the table
  failed,      ///< an error ended it, behind the items that had arrived before
  cancelled,   ///< a stop, a deadline, the receiver's end or another segment's failure did
};

/// "complete", "limited", ...
[[nodiscard]] std::string_view to_string(scan_end end) noexcept;

/// What was read of one segment; of a scan that sends messages: what was delivered of it.
struct segment_summary {
  scan_end end = scan_end::unfinished;
  std::uint64_t items = 0;          ///< a limit's surplus is left out
  std::uint64_t scanned_items = 0;  ///< evaluated for the pages below, before the filter
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;               ///< of response bodies
  double consumed_capacity = 0;          ///< read units, as far as the service told
  std::uint64_t retries = 0;             ///< requests that were sent again
  std::chrono::nanoseconds under_way{};  ///< while a request of the segment's was

  friend bool operator==(const segment_summary&, const segment_summary&) = default;
};

/// What was read, or delivered, in all. Only scan_end::complete says that it was the whole table.
struct scan_summary {
  scan_end end = scan_end::unfinished;
  std::uint64_t messages = 0;  ///< of a scan that sends some, with items; not the last message
  std::uint64_t items = 0;
  std::uint64_t scanned_items = 0;
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;
  double consumed_capacity = 0;
  std::uint64_t retries = 0;
  std::chrono::nanoseconds elapsed{};       ///< from the first request to the last answer
  std::vector<segment_summary> segments{};  ///< by segment

  /// The segment with the most items, over the mean of all segments: 1 if they are even. Also 1 if
  /// there were none.
  [[nodiscard]] double item_skew() const noexcept;
  /// The same of the time that requests were under way.
  [[nodiscard]] double time_skew() const noexcept;

  /// Makes the sums be those of `segments`: items, scanned_items, pages, bytes, consumed_capacity
  /// and retries.
  void add_up() noexcept;

  friend bool operator==(const scan_summary&, const scan_summary&) = default;
};

namespace detail {
/// How a scan ended, by the error that ended it.
[[nodiscard]] scan_end end_of(const result<void>& outcome) noexcept;
[[nodiscard]] scan_end end_of(const error& failure) noexcept;
}  // namespace detail

}  // namespace dynamo
