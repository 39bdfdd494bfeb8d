#include "cli/table_size.hpp"

#include <dynamo/scan/scan_estimate.hpp>

namespace dynamo::cli {

result<std::optional<table_description>> describe_if_allowed(const client& db,
                                                             const std::string& table,
                                                             const scan_options& options) {
  auto described =
      db.try_describe_table(table, {.stop = options.stop, .deadline = options.deadline});
  if (described) return std::optional(*std::move(described));
  const errc kind = described.error().kind;
  if (kind == errc::access_denied || kind == errc::rejected) {
    return std::optional<table_description>();
  }
  return std::move(described).error();
}

void choose_segments(scan_options& options, const scan_arguments& given,
                     const std::optional<table_description>& described) {
  if (!leaves_segments_open(given) || !described) return;
  scan_options whole;
  whole.index_name = options.index_name;
  if (const auto size = estimate_scan(*described, whole)) {
    options.segments = segments_for(size->bytes);
  }
}

std::optional<std::uint64_t> expected_items(const std::optional<table_description>& described,
                                            const scan_arguments& given) {
  // With a filter it is unknown how much must be read to reach the limit.
  if (given.limit) return given.filter.empty() ? given.limit : std::nullopt;
  if (!described) return std::nullopt;
  scan_options whole;
  whole.index_name = given.index;
  const auto size = estimate_scan(*described, whole);
  return size ? std::optional(size->items) : std::nullopt;
}

progress_counts counts_of(const scan_progress& progress, const scan_arguments& given,
                          std::optional<std::uint64_t> expected) {
  return {.items = progress.items,
          .done = given.limit ? progress.items : progress.scanned_items,
          .bytes = progress.bytes,
          .read_units = progress.consumed_capacity,
          .expected = expected};
}

}  // namespace dynamo::cli
