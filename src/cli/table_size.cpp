#include "cli/table_size.hpp"

#include <algorithm>

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

std::optional<std::uint64_t> expected_items(const std::optional<table_description>& described,
                                            const scan_arguments& given) {
  // With a filter, nobody knows how much must be read until the limit is reached.
  if (given.limit) return given.filter.empty() ? given.limit : std::nullopt;
  if (!described) return std::nullopt;
  if (given.index.empty()) return described->item_count;
  const auto found = std::ranges::find(described->indexes, given.index, &index_description::name);
  if (found == described->indexes.end()) return std::nullopt;
  return found->item_count;
}

progress_counts counts_of(const scan_progress& progress, const scan_arguments& given,
                          std::optional<std::uint64_t> expected) {
  return {.items = progress.items,
          .done = given.limit ? progress.items : progress.scanned_items,
          .bytes = progress.bytes,
          .expected = expected};
}

}  // namespace dynamo::cli
