#include "cli/commands.hpp"
#include "cli/estimate.hpp"
#include "cli/page_writer.hpp"
#include "cli/scan_report.hpp"
#include "cli/table_size.hpp"

#include <dynamo/scan/page_source.hpp>

#include <filesystem>
#include <system_error>

namespace dynamo::cli {
namespace {

result<output_file> open_target(const export_command& what, const console& on) {
  if (what.file == "-") {
    return output_file::on_descriptor(on.out, "standard output", {.stop = on.stop});
  }
  auto opened = output_file::try_create(what.file, {.replace = what.force, .stop = on.stop});
  std::error_code unknown;
  if (!opened && opened.error().kind == errc::io && !what.force &&
      std::filesystem::is_regular_file(what.file, unknown)) {
    opened.error().message += "; choose another file, or replace it with --force";
  }
  return opened;
}

std::vector<std::string> key_columns(const table_description& table) {
  std::vector<std::string> names = {table.key.partition_key.name};
  if (table.key.sort_key) names.push_back(table.key.sort_key->name);
  return names;
}

result<void> write_pages(page_source& source, page_writer& writer) {
  for (;;) {
    auto arrived = source.next();
    if (!arrived) return std::move(arrived).error();
    if (!*arrived) return writer.finish();
    if (auto written = writer.write(**arrived); !written) return written;
  }
}

}  // namespace

result<void> run(const export_command& what, const client& db, const console& on) {
  auto options = to_scan_options(what.scan, default_segments, *on.time, on.stop);
  if (!options) return std::move(options).error();
  if (what.scan.estimate) return estimate(what.scan, *options, db, on);
  // First, since it fails without costing anything.
  auto out = open_target(what, on);
  if (!out) return std::move(out).error();
  auto report = scan_report::open(what.scan);
  if (!report) return std::move(report).error();

  console shown = on;
  const bool may_end_on_terminal = what.file == "-" && !on.out_is_file;
  shown.shows_progress = on.shows_progress && !may_end_on_terminal;
  csv_layout layout{.columns = what.columns};
  std::optional<std::uint64_t> expected;
  const bool finds_columns = what.format == item_format::csv && what.columns.empty();
  if (shown.shows_progress || finds_columns || leaves_segments_open(what.scan)) {
    auto described = describe_if_allowed(db, what.scan.table, *options);
    if (!described) return std::move(described).error();
    expected = expected_items(*described, what.scan);
    choose_segments(*options, what.scan, *described);
    if (*described && what.scan.projection.empty()) layout.first = key_columns(**described);
  }
  auto writer = page_writer::make(*out, what.format, what.scan.table, layout);
  if (!writer) return std::move(writer).error();
  page_source source(db.shared_backend(), what.scan.table, *options, true);
  progress_display display(shown,
                           [&] { return counts_of(source.progress(), what.scan, expected); });
  auto done = write_pages(source, *writer);
  if (done) done = out->try_commit();
  auto reported = report->write(source.summary(), done);
  if (!done) return explained(std::move(done).error(), what.scan);
  if (!reported) return reported;
  display.finish();
  return {};
}

}  // namespace dynamo::cli
