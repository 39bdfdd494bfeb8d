#include "scan/scan_observer.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::scan {

scan_meters::scan_meters(const std::shared_ptr<metrics_recorder>& to, const std::string& table)
    : pages(to, metric::scan_pages, {.table = table}),
      items(to, metric::scan_items, {.table = table}),
      scanned_items(to, metric::scan_scanned_items, {.table = table}),
      bytes(to, metric::scan_bytes, {.table = table}),
      read_units(to, metric::scan_read_units, {.table = table}),
      segments_complete(to, metric::scan_segments_complete, {.table = table}),
      budget_waits(to, metric::scan_budget_waits, {.table = table}),
      budget_wait_seconds(to, metric::scan_budget_wait_seconds, {.table = table}),
      queued_bytes(to, metric::scan_queued_bytes, {.table = table}),
      backpressure_waits(to, metric::scan_backpressure_waits, {.table = table}),
      page_permits(to, metric::scan_page_permits, {.table = table}),
      page_memory_bytes(to, metric::scan_page_memory_bytes, {.table = table}) {}

scan_observer::scan_observer(const backend& of, std::string table, bool in_segments)
    : table_(std::move(table)),
      in_segments_(in_segments),
      metrics_(of.metrics()),
      log_(of.log()),
      meters_(metrics_, table_) {}

log_record scan_observer::new_record(log_event event) const {
  log_record made{.event = event};
  made.table = table_;
  return made;
}

log_record scan_observer::new_record(log_event event, std::uint32_t segment) const {
  log_record made = new_record(event);
  if (in_segments_) made.segment = segment;
  return made;
}

void scan_observer::segment_started(std::uint32_t segment) const {
  if (wanted(log_, log_event::segment_started)) {
    log_->write(new_record(log_event::segment_started, segment));
  }
}

void scan_observer::segment_complete(std::uint32_t segment, const segment_summary& of) const {
  if (!wanted(log_, log_event::segment_complete)) return;
  log_record record = new_record(log_event::segment_complete, segment);
  record.detail = fmt::format("{} items in {} pages", of.items, of.pages);
  log_->write(std::move(record));
}

void scan_observer::must_wait(time_point now, time_point ask_at) {
  if (waits_since_) return;
  waits_since_ = now;
  meters_.budget_waits.add();
  if (!wanted(log_, log_event::budget_wait)) return;
  log_record record = new_record(log_event::budget_wait);
  record.delay = std::chrono::ceil<std::chrono::milliseconds>(ask_at - now);
  record.cause = "read_units";
  log_->write(std::move(record));
}

void scan_observer::wait_ended(time_point now) {
  if (!waits_since_) return;
  meters_.budget_wait_seconds.add(std::chrono::duration<double>(now - *waits_since_).count());
  waits_since_.reset();
}

void scan_observer::ended(const scan_summary& with) const {
  if (metrics_) {
    meter(metrics_, metric::scans, {.table = table_, .outcome = to_string(with.end)}).add();
  }
  if (!wanted(log_, log_event::scan_ended)) return;
  log_record record = new_record(log_event::scan_ended);
  record.cause = to_string(with.end);
  record.delay = std::chrono::round<std::chrono::milliseconds>(with.elapsed);
  record.detail = fmt::format("{} items in {} pages, {:.1f} read units, {} retries", with.items,
                              with.pages, with.consumed_capacity, with.retries);
  log_->write(std::move(record));
}

}  // namespace dynamo::scan
