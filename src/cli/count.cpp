#include "cli/commands.hpp"
#include "cli/estimate.hpp"
#include "cli/scan_report.hpp"
#include "cli/table_size.hpp"

#include <dynamo/scan/page_source.hpp>

#include <atomic>

namespace dynamo::cli {
namespace {

result<void> count_pages(page_source& source, std::atomic<std::uint64_t>& counted) {
  for (;;) {
    auto arrived = source.next();
    if (!arrived) return std::move(arrived).error();
    if (!*arrived) return {};
    counted += (*arrived)->wanted;
  }
}

}  // namespace

result<void> run(const count_command& what, const client& db, const console& on) {
  auto options = to_scan_options(what.scan, default_segments, *on.time, on.stop);
  if (!options) return std::move(options).error();
  if (what.scan.estimate) return estimate(what.scan, *options, db, on);
  auto report = scan_report::open(what.scan);
  if (!report) return std::move(report).error();
  options->select = select::count;
  std::optional<std::uint64_t> expected;
  if (on.shows_progress || leaves_segments_open(what.scan)) {
    auto described = describe_if_allowed(db, what.scan.table, *options);
    if (!described) return std::move(described).error();
    expected = expected_items(*described, what.scan);
    choose_segments(*options, what.scan, *described);
  }
  std::atomic<std::uint64_t> counted = 0;
  // With a limit, do not read ahead: the next page might not be needed.
  page_source source(db.shared_backend(), what.scan.table, *options, !what.scan.limit);
  progress_display display(on, [&] {
    progress_counts counts = counts_of(source.progress(), what.scan, expected);
    counts.items = counted;
    if (what.scan.limit) counts.done = counts.items;
    counts.bytes.reset();  // the responses contain no items
    return counts;
  });
  auto done = conclude(count_pages(source, counted), *report, source, display);
  if (!done) return explained(std::move(done).error(), what.scan);
  return print(on, std::to_string(counted) + "\n");
}

}  // namespace dynamo::cli
