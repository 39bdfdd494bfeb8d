#include "cli/commands.hpp"
#include "cli/estimate.hpp"
#include "cli/page_writer.hpp"
#include "cli/scan_report.hpp"
#include "cli/table_size.hpp"

#include <dynamo/scan/page_source.hpp>

namespace dynamo::cli {
namespace {

// Flushes after each page, so that a reader gets it as soon as it arrives.
result<void> write_pages(page_source& source, page_writer& writer, output_file& out) {
  for (;;) {
    if (out.reader_gone()) return {};
    auto arrived = source.next();
    if (!arrived) return std::move(arrived).error();
    if (!*arrived) return {};
    auto written = writer.write(**arrived);
    if (written) written = out.try_flush();
    if (!written) return out.reader_gone() ? result<void>() : written;
  }
}

}  // namespace

result<void> run(const scan_command& what, const client& db, const console& on) {
  auto options = to_scan_options(what.scan, 1, *on.time, on.stop);
  if (!options) return std::move(options).error();
  if (what.scan.estimate) {
    scan_arguments given = what.scan;
    given.segments = options->segments;  // independent of the table's size
    return estimate(given, *options, db, on);
  }
  auto report = scan_report::open(what.scan);
  if (!report) return std::move(report).error();
  // Progress only if items go to a file: on a terminal the two would mix.
  console quiet = on;
  quiet.shows_progress = on.shows_progress && on.out_is_file;
  std::optional<std::uint64_t> expected;
  if (quiet.shows_progress) {
    auto described = describe_if_allowed(db, what.scan.table, *options);
    if (!described) return std::move(described).error();
    expected = expected_items(*described, what.scan);
  }
  output_file out = output_file::on_descriptor(on.out, "standard output", {.stop = on.stop});
  auto writer = page_writer::make(out, what.format, what.scan.table);
  if (!writer) return std::move(writer).error();
  // The reader of a pipe may close it: a page that was read ahead would then be paid for nothing.
  const bool ahead = on.out_is_file || *options->segments > 1;
  page_source source(db.shared_backend(), what.scan.table, *options, ahead);
  progress_display display(quiet,
                           [&] { return counts_of(source.progress(), what.scan, expected); });
  auto done = conclude(write_pages(source, *writer, out), *report, source, display);
  if (!done) return explained(std::move(done).error(), what.scan);
  return {};
}

}  // namespace dynamo::cli
