#include "cli/commands.hpp"
#include "cli/table_size.hpp"

#include <dynamo/scan/page_source.hpp>

#include <algorithm>
#include <atomic>

namespace dynamo::cli {

result<void> run(const count_command& what, const client& db, const console& on) {
  auto options = to_scan_options(what.scan, default_segments, *on.time, on.stop);
  if (!options) return std::move(options).error();
  options->select = select::count;
  std::optional<std::uint64_t> expected;
  if (on.shows_progress) {
    auto described = describe_if_allowed(db, what.scan.table, *options);
    if (!described) return std::move(described).error();
    expected = expected_items(*described, what.scan);
  }
  std::atomic<std::uint64_t> counted = 0;
  // What is read ahead of a limit may be beyond it.
  page_source source(db.shared_backend(), what.scan.table, *options, !what.scan.limit);
  progress_display display(on, [&] {
    progress_counts counts = counts_of(source.progress(), what.scan, expected);
    counts.items = counted;
    if (what.scan.limit) counts.done = counts.items;
    counts.bytes.reset();  // the service sends no items
    return counts;
  });
  // Pages without items know no limit: it is kept here.
  while (!what.scan.limit || counted < *what.scan.limit) {
    auto arrived = source.next();
    if (!arrived) return explained(std::move(arrived).error(), what.scan);
    if (!*arrived) break;
    counted += (*arrived)->count();
  }
  if (what.scan.limit) counted = std::min<std::uint64_t>(counted, *what.scan.limit);
  display.finish(source.progress().consumed_capacity);
  return print(on, std::to_string(counted) + "\n");
}

}  // namespace dynamo::cli
