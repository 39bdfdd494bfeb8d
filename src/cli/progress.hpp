// The progress of a command as one line of text.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace dynamo::cli {

/// The counts of a command so far.
struct progress_counts {
  std::uint64_t items = 0;                  ///< items delivered
  std::uint64_t done = 0;                   ///< items done, of `expected`
  std::optional<std::uint64_t> bytes{};     ///< unset: not shown
  double read_units = 0;                    ///< 0: not shown
  std::optional<std::uint64_t> expected{};  ///< approximate; unset: no percentage and no ETA
};

/// Returns the duration in seconds, with fractions.
[[nodiscard]] double seconds(std::chrono::nanoseconds duration);
/// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// Returns bytes in decimal units: "999 B", "8.4 MB", "1.2 GB".
[[nodiscard]] std::string readable_bytes(double bytes);
/// "0:07", "12:34", "1:02:03".
[[nodiscard]] std::string readable_duration(std::chrono::seconds duration);

/// Formats progress lines. Rates are those of the last five seconds. The caller passes the time.
///
/// Thread safety: none.
class progress_meter {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  explicit progress_meter(time_point start) : start_(start) {
    history_.push_back({start, 0, 0, 0});
  }

  /// Returns the line at `now`, at most `width` characters: the least important parts are left out
  /// first.
  [[nodiscard]] std::string line(time_point now, const progress_counts& counts, std::size_t width);
  /// Returns the totals as one sentence.
  [[nodiscard]] std::string summary(time_point now, const progress_counts& counts) const;

 private:
  struct sample {
    time_point at;
    std::uint64_t items;
    std::uint64_t done;
    std::uint64_t bytes;
  };

  time_point start_;
  std::deque<sample> history_;
};

}  // namespace dynamo::cli
