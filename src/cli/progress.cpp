#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace dynamo::cli {
namespace {

constexpr std::chrono::seconds rate_window(5);
constexpr std::size_t bar_width = 20;
// In seconds. A longer ETA is not shown: it is too uncertain.
constexpr double longest_estimate = 100.0 * 3600;

std::string bar(double share) {
  const auto filled = static_cast<std::size_t>(share * bar_width);
  return fmt::format("[{:#<{}}{:.<{}}]", "", filled, "", bar_width - filled);
}

std::uint64_t rounded(double value) {
  return static_cast<std::uint64_t>(std::llround(value));
}

// A part of the progress line. Parts that do not fit are left out, the least important ones first;
// the others keep their order.
struct part {
  std::string text;
  int importance;  // 0: never left out; a higher number is less important
};

std::string join(const std::vector<part>& parts, int up_to) {
  std::string line;
  for (const part& each : parts) {
    if (each.text.empty() || each.importance > up_to) continue;
    if (!line.empty()) line += "  ";
    line += each.text;
  }
  return line;
}

std::string fit(const std::vector<part>& parts, std::size_t width) {
  for (int up_to = 5; up_to > 0; --up_to) {
    std::string line = join(parts, up_to);
    if (line.size() <= width) return line;
  }
  return join(parts, 0).substr(0, width);
}

}  // namespace

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string readable_bytes(double bytes) {
  constexpr std::array<std::string_view, 6> units = {"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  // 999.95 would be printed as 1000.0.
  while (bytes >= 999.95 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} B", rounded(bytes));
  return fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string readable_duration(std::chrono::seconds duration) {
  const auto total = duration.count();
  if (total < 3600) return fmt::format("{}:{:02}", total / 60, total % 60);
  return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
}

std::string progress_meter::line(time_point now, const progress_counts& counts, std::size_t width) {
  const std::uint64_t bytes = counts.bytes.value_or(0);
  history_.push_back({now, counts.items, counts.done, bytes});
  // The first sample kept is the newest one that is at least as old as the window.
  while (history_.size() > 2 && now - history_[1].at >= rate_window) history_.pop_front();
  const sample& past = history_.front();
  const double elapsed = std::max(seconds(now - past.at), 1e-3);
  const double items_rate = static_cast<double>(counts.items - past.items) / elapsed;
  const double done_rate = static_cast<double>(counts.done - past.done) / elapsed;
  const double bytes_rate = static_cast<double>(bytes - past.bytes) / elapsed;

  // The service's item count is hours old: beyond it, show no percentage.
  std::string share;
  std::string share_bar;
  std::string left;
  if (counts.expected && *counts.expected != 0 && counts.done < *counts.expected) {
    const double part = static_cast<double>(counts.done) / static_cast<double>(*counts.expected);
    share_bar = bar(part);
    share = fmt::format("{:3.0f}%", std::min(part * 100, 99.0));
    const double rest = static_cast<double>(*counts.expected - counts.done);
    if (done_rate > 0 && rest / done_rate < longest_estimate) {
      left =
          fmt::format("ETA {}", readable_duration(std::chrono::seconds(rounded(rest / done_rate))));
    }
  }
  return fit({{share_bar, 5},
              {share, 1},
              {grouped(counts.items) + " items", 0},
              {counts.bytes ? readable_bytes(static_cast<double>(bytes)) : "", 3},
              {grouped(rounded(items_rate)) + " items/s", 2},
              {counts.bytes ? readable_bytes(bytes_rate) + "/s" : "", 4},
              {counts.read_units > 0 ? grouped(rounded(counts.read_units)) + " RCU" : "", 3},
              {left, 1}},
             width);
}

std::string progress_meter::summary(time_point now, const progress_counts& counts) const {
  const double elapsed = seconds(now - start_);
  std::string text = grouped(counts.items) + (counts.items == 1 ? " item" : " items");
  if (counts.bytes) text += ", " + readable_bytes(static_cast<double>(*counts.bytes));
  text += elapsed < 60
              ? fmt::format(" in {:.1f} s", elapsed)
              : fmt::format(" in {}", readable_duration(std::chrono::seconds(rounded(elapsed))));
  if (elapsed > 0 && counts.items != 0) {
    text +=
        fmt::format(" ({} items/s)", grouped(rounded(static_cast<double>(counts.items) / elapsed)));
  }
  if (counts.read_units > 0) text += fmt::format(", {:.1f} read units", counts.read_units);
  return text;
}

}  // namespace dynamo::cli
