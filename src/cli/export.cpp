#include "cli/commands.hpp"
#include "cli/estimate.hpp"
#include "cli/export_file.hpp"
#include "cli/page_writer.hpp"
#include "cli/scan_report.hpp"
#include "cli/table_size.hpp"

#include <dynamo/scan/page_source.hpp>

#include <algorithm>
#include <functional>

namespace dynamo::cli {
namespace {

std::vector<std::string> key_columns(const table_description& table) {
  std::vector<std::string> names = {table.key.partition_key.name};
  if (table.key.sort_key) names.push_back(table.key.sort_key->name);
  return names;
}

// Calls `written` for each page after all of it is written to the file.
result<void> write_pages(page_source& source, page_writer& writer,
                         const std::function<result<void>(const page&)>& written) {
  for (;;) {
    auto arrived = source.next();
    if (!arrived) return std::move(arrived).error();
    if (!*arrived) return writer.finish();
    if (auto done = writer.write(**arrived); !done) return done;
    if (auto told = written(**arrived); !told) return told;
  }
}

// No progress if items go to the same terminal: the two would mix.
console without_mixing(const export_command& what, const console& on) {
  console shown = on;
  const bool may_end_on_terminal = what.file == "-" && !on.out_is_file;
  shown.shows_progress = on.shows_progress && !may_end_on_terminal;
  return shown;
}

result<void> run_new_export(const export_command& what, scan_options options, const client& db,
                            const console& on) {
  // First, because these can fail before anything is read.
  auto out = open_target(what, on);
  if (!out) return std::move(out).error();
  auto report = scan_report::open(what.scan);
  if (!report) return std::move(report).error();

  const console shown = without_mixing(what, on);
  csv_layout layout{.columns = what.columns};
  std::optional<std::uint64_t> expected;
  const bool finds_columns = what.format == item_format::csv && what.columns.empty();
  if (shown.shows_progress || finds_columns || leaves_segments_open(what.scan)) {
    auto described = describe_if_allowed(db, what.scan.table, options);
    if (!described) return std::move(described).error();
    expected = expected_items(*described, what.scan);
    choose_segments(options, what.scan, *described);
    if (*described && what.scan.projection.empty()) layout.first = key_columns(**described);
  }
  auto writer = page_writer::make(*out, what.format, what.scan.table, layout);
  if (!writer) return std::move(writer).error();
  page_source source(db.shared_backend(), what.scan.table, options, true);
  progress_display display(shown,
                           [&] { return counts_of(source.progress(), what.scan, expected); });
  auto nobody = [](const page&) { return result<void>(); };
  auto done = write_pages(source, *writer, nobody);
  if (done) done = out->try_commit();
  return conclude(std::move(done), *report, source, display);
}

bool is_transient(errc kind) {
  switch (kind) {
    case errc::cancelled:
    case errc::deadline_exceeded:
    case errc::throttled:
    case errc::unavailable:
    case errc::invalid_response:
    case errc::credentials:
    case errc::io:
      return true;
    default:
      return false;
  }
}

// Saves the checkpoint after a failure and adds to the message whether the export can resume.
error kept_for_later(error failure, page_source& source) {
  if (auto saved = source.try_save_checkpoint(); !saved) {
    if (saved.error().message != failure.message) {
      failure.message += "; the last pages will be read again: " + saved.error().message;
    }
  } else if (is_transient(failure.kind)) {
    failure.message += "; the same command resumes from here";
  }
  return failure;
}

result<void> run_resumable(const export_command& what, scan_options options, const client& db,
                           const console& on) {
  resumable_target target(what);
  if (auto possible = target.check(); !possible) return possible;
  options.checkpoint = target.checkpoint();
  options.checkpoint_interval = what.checkpoint_interval;
  options.checkpoint_note = [&target] { return target.note(); };
  if (!what.scan.segments) {
    options.segments = dynamo::detail::kept_segments(options, *options.segments);
  }
  auto report = scan_report::open(what.scan);
  if (!report) return std::move(report).error();
  page_source source(db.shared_backend(), what.scan.table, options, true);
  const std::optional<resumed_scan> before = source.resumed();
  auto finished = target.is_finished(before);
  if (!finished) return std::move(finished).error();
  if (*finished) {
    on.tell("dynamo: '" + one_line(what.file) + "' is already complete: nothing was read\n");
    return {};
  }
  if (auto opened = target.open(before, on); !opened) return opened;

  const console shown = without_mixing(what, on);
  std::optional<std::uint64_t> expected;
  if (shown.shows_progress) {
    auto described = describe_if_allowed(db, what.scan.table, options);
    if (!described) return std::move(described).error();
    expected = expected_items(*described, what.scan);
    if (expected && before) *expected -= std::min(*expected, before->items);
  }
  // A file that is not empty already has the header.
  const csv_layout layout{.columns = what.columns, .has_header = target.kept_bytes() != 0};
  auto writer = page_writer::make(target.file(), what.format, what.scan.table, layout);
  if (!writer) return std::move(writer).error();
  progress_display display(shown,
                           [&] { return counts_of(source.progress(), what.scan, expected); });
  auto acknowledge = [&](const page& whole) {
    target.has_whole_pages();
    return whole.try_acknowledge();
  };
  auto done = write_pages(source, *writer, acknowledge);
  if (!done) {
    done = kept_for_later(std::move(done).error(), source);
  } else {
    done = target.file().try_commit();
  }
  return conclude(std::move(done), *report, source, display);
}

}  // namespace

result<void> run(const export_command& what, const client& db, const console& on) {
  auto options = to_scan_options(what.scan, default_segments, *on.time, on.stop);
  if (!options) return std::move(options).error();
  if (what.scan.estimate) return estimate(what.scan, *options, db, on);
  auto done = what.resume ? run_resumable(what, *std::move(options), db, on)
                          : run_new_export(what, *std::move(options), db, on);
  if (!done) return explained(std::move(done).error(), what.scan);
  return done;
}

}  // namespace dynamo::cli
