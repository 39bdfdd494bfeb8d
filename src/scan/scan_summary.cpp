#include <dynamo/scan/scan_summary.hpp>

#include <algorithm>

namespace dynamo {
namespace {

template <class Measure>
double skew(const std::vector<segment_summary>& segments, Measure measure) {
  double largest = 0;
  double sum = 0;
  for (const segment_summary& each : segments) {
    const auto size = static_cast<double>(measure(each));
    largest = std::max(largest, size);
    sum += size;
  }
  return sum > 0 ? largest * static_cast<double>(segments.size()) / sum : 1;
}

}  // namespace

std::string_view to_string(scan_end end) noexcept {
  switch (end) {
    case scan_end::unfinished:
      return "unfinished";
    case scan_end::complete:
      return "complete";
    case scan_end::limited:
      return "limited";
    case scan_end::failed:
      return "failed";
    case scan_end::cancelled:
      return "cancelled";
  }
  return "";
}

double scan_summary::item_skew() const noexcept {
  return skew(segments, [](const segment_summary& each) { return each.items; });
}

double scan_summary::time_skew() const noexcept {
  return skew(segments, [](const segment_summary& each) { return each.under_way.count(); });
}

scan_end detail::end_of(const result<void>& outcome) noexcept {
  return outcome ? scan_end::complete : end_of(outcome.error());
}

scan_end detail::end_of(const error& failure) noexcept {
  return failure.kind == errc::cancelled || failure.kind == errc::deadline_exceeded
             ? scan_end::cancelled
             : scan_end::failed;
}

void scan_summary::add_up() noexcept {
  items = scanned_items = pages = bytes = retries = 0;
  consumed_capacity = 0;
  for (const segment_summary& each : segments) {
    items += each.items;
    scanned_items += each.scanned_items;
    pages += each.pages;
    bytes += each.bytes;
    consumed_capacity += each.consumed_capacity;
    retries += each.retries;
  }
}

}  // namespace dynamo
