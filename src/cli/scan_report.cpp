#include "cli/scan_report.hpp"

#include "cli/json_members.hpp"

#include <chrono>
#include <utility>

namespace dynamo::cli {
namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// Of the whole or of a segment: they count the same.
template <class Summary>
void append_counts(std::string& out, const Summary& summary, std::chrono::nanoseconds time) {
  append_text(out, "end", to_string(summary.end));
  append_number(out, "items", summary.items);
  append_number(out, "scanned_items", summary.scanned_items);
  append_number(out, "pages", summary.pages);
  append_number(out, "bytes", summary.bytes);
  append_decimal(out, "read_units", summary.consumed_capacity);
  append_number(out, "retries", summary.retries);
  append_decimal(out, "seconds", seconds(time));
}

}  // namespace

std::string report_text(const scan_arguments& of, const scan_summary& summary,
                        const result<void>& outcome) {
  std::string out = "{";
  append_text(out, "table", of.table);
  if (!of.index.empty()) append_text(out, "index", of.index);
  append_counts(out, summary, summary.elapsed);
  if (!outcome) append_text(out, "error", outcome.error().to_string());
  detail::append_json_key(out, "skew");
  out += '{';
  append_decimal(out, "items", summary.item_skew());
  append_decimal(out, "seconds", summary.time_skew());
  out += '}';
  detail::append_json_key(out, "segments");
  out += '[';
  // One a line, for those who look with their eyes.
  for (std::size_t i = 0; i < summary.segments.size(); ++i) {
    out += i == 0 ? "\n{" : ",\n{";
    append_number(out, "segment", i);
    append_counts(out, summary.segments[i], summary.segments[i].under_way);
    out += '}';
  }
  out += "]}\n";
  return out;
}

result<scan_report> scan_report::open(const scan_arguments& of) {
  scan_report report(of);
  if (!of.report.empty()) {
    auto file = output_file::try_create(of.report, {.replace = true});
    if (!file) return std::move(file).error();
    report.file_ = *std::move(file);
  }
  return report;
}

result<void> scan_report::write(const scan_summary& summary, const result<void>& outcome) {
  if (!file_) return {};
  if (auto written = file_->try_write(report_text(of_, summary, outcome)); !written) return written;
  return file_->try_commit();
}

}  // namespace dynamo::cli
