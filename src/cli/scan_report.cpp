#include "cli/scan_report.hpp"

#include "cli/progress.hpp"

#include <dynamo/value/json_writer.hpp>

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <utility>

namespace dynamo::cli {
namespace {

using detail::append_json_key;
using detail::append_json_number;
using detail::append_json_text;

// With three decimals, for shells and jq. Requires a finite value.
void append_decimal(std::string& out, std::string_view key, double value) {
  append_json_key(out, key);
  fmt::format_to(std::back_inserter(out), "{:.3f}", value);
}

// `summary` is that of the scan or of a segment: both have the same counts.
template <class Summary>
void append_counts(std::string& out, const Summary& summary, std::chrono::nanoseconds time) {
  append_json_text(out, "end", to_string(summary.end));
  append_json_number(out, "items", summary.items);
  append_json_number(out, "scanned_items", summary.scanned_items);
  append_json_number(out, "pages", summary.pages);
  append_json_number(out, "bytes", summary.bytes);
  append_decimal(out, "read_units", summary.consumed_capacity);
  append_json_number(out, "retries", summary.retries);
  append_decimal(out, "seconds", seconds(time));
}

}  // namespace

std::string report_text(const scan_arguments& of, const scan_summary& summary,
                        const result<void>& outcome) {
  std::string out = "{";
  append_json_text(out, "table", of.table);
  if (!of.index.empty()) append_json_text(out, "index", of.index);
  append_counts(out, summary, summary.elapsed);
  if (!outcome) append_json_text(out, "error", outcome.error().to_string());
  append_json_key(out, "skew");
  out += '{';
  append_decimal(out, "items", summary.item_skew());
  append_decimal(out, "seconds", summary.time_skew());
  out += '}';
  append_json_key(out, "segments");
  out += '[';
  // One segment per line, for human readers.
  for (std::size_t i = 0; i < summary.segments.size(); ++i) {
    out += i == 0 ? "\n{" : ",\n{";
    append_json_number(out, "segment", i);
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

result<void> conclude(result<void> done, scan_report& report, const page_source& source,
                      progress_display& display) {
  auto reported = report.write(source.summary(), done);
  if (!done) return done;
  if (reported) display.finish();
  return reported;
}

}  // namespace dynamo::cli
