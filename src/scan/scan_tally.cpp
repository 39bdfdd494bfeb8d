#include "scan/scan_tally.hpp"

#include <algorithm>

namespace dynamo::scan {

void scan_tally::was_complete(std::uint32_t segment) {
  segments_[segment].end = scan_end::complete;
  ++progress_.segments_complete;
}

void scan_tally::left(time_point when) {
  if (!first_) last_ = first_.emplace(when);
}

segment_summary& scan_tally::count(const request& by) {
  last_ = std::max(last_, by.ended);
  segment_summary& segment = segments_[by.segment];
  segment.under_way += by.ended - by.left;
  // A request that was never sent has no attempts.
  if (by.attempts > 1) segment.retries += by.attempts - 1;
  progress_.requests += by.attempts;
  return segment;
}

void scan_tally::pay(segment_summary& segment, const page& arrived) {
  const double cost = arrived.consumed_capacity().value_or(0);
  segment.consumed_capacity += cost;
  progress_.consumed_capacity += cost;
  meters_.read_units.add(cost);
}

void scan_tally::page_arrived(const request& by, const page& arrived, bool ends_segment) {
  segment_summary& segment = count(by);
  pay(segment, arrived);
  ++segment.pages;
  segment.items += arrived.wanted;
  segment.scanned_items += arrived.scanned_count();
  segment.bytes += arrived.size();
  ++progress_.pages;
  progress_.items += arrived.wanted;
  progress_.scanned_items += arrived.scanned_count();
  progress_.bytes += arrived.size();
  meters_.pages.add();
  meters_.items.add(static_cast<double>(arrived.wanted));
  meters_.scanned_items.add(static_cast<double>(arrived.scanned_count()));
  meters_.bytes.add(static_cast<double>(arrived.size()));
  if (!ends_segment) return;
  was_complete(by.segment);
  meters_.segments_complete.add();
}

void scan_tally::wasted(const request& by, const page& arrived) {
  pay(count(by), arrived);
}

void scan_tally::failed(const request& by, bool is_cause) {
  segment_summary& segment = count(by);
  if (is_cause) segment.end = scan_end::failed;
}

scan_summary scan_tally::summary(scan_end end) const {
  scan_summary all;
  all.end = end;
  all.segments = segments_;
  if (first_) all.elapsed = last_ - *first_;
  // In a complete scan every segment is complete.
  const scan_end of_others = end == scan_end::failed ? scan_end::cancelled : end;
  for (segment_summary& each : all.segments) {
    if (each.end == scan_end::unfinished) each.end = of_others;
  }
  all.add_up();
  return all;
}

}  // namespace dynamo::scan
