#include <dynamo/scan/scan_estimate.hpp>

#include <algorithm>
#include <cmath>

namespace dynamo {
namespace {

constexpr std::uint64_t bytes_a_segment = std::uint64_t{256} << 20;
constexpr std::uint64_t fewest_segments = 8;
constexpr std::uint64_t most_segments = 1024;
// DynamoDB developer guide, read consistency: one unit for 4 KB, half of one without consistency.
constexpr double bytes_a_unit = 4096;

}  // namespace

std::uint32_t segments_for(std::uint64_t size_bytes) noexcept {
  const std::uint64_t wanted = size_bytes / bytes_a_segment + 1;
  return static_cast<std::uint32_t>(std::clamp(wanted, fewest_segments, most_segments));
}

std::optional<scan_estimate> estimate_scan(const table_description& of,
                                           const scan_options& options) {
  scan_estimate about{.items = of.item_count, .bytes = of.size_bytes};
  if (!options.index_name.empty()) {
    const auto index = std::ranges::find(of.indexes, options.index_name, &index_description::name);
    if (index == of.indexes.end()) return std::nullopt;
    about = {.items = index->item_count, .bytes = index->size_bytes};
  }
  const auto share_of = [](std::uint64_t part, std::uint64_t whole) {
    return part < whole ? static_cast<double>(part) / static_cast<double>(whole) : 1.0;
  };
  double share = 1;
  // With a filter, it is unknown how much must be read to reach the limit.
  if (options.limit && options.filter_expression.empty()) {
    share = share_of(*options.limit, about.items);
  }
  if (options.max_bytes) share = std::min(share, share_of(*options.max_bytes, about.bytes));
  about.items = static_cast<std::uint64_t>(std::llround(share * static_cast<double>(about.items)));
  about.bytes = static_cast<std::uint64_t>(std::llround(share * static_cast<double>(about.bytes)));
  about.read_units = std::ceil(static_cast<double>(about.bytes) / bytes_a_unit) *
                     (options.consistent_read ? 1 : 0.5);
  return about;
}

}  // namespace dynamo
