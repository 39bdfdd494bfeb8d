// Estimates of a scan's size and cost from the table's description.
#pragma once

#include <dynamo/model/table_description.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace dynamo {

/// Returns a suitable number of segments for a table or index of this size: one for each 256 MB, at
/// least 8 and at most 1,024. Small segments shorten the end of a scan when some hold more than
/// others; each segment that is started costs a request.
[[nodiscard]] std::uint32_t segments_for(std::uint64_t size_bytes) noexcept;

/// An estimate of what a scan will read. As old as the description: up to six hours.
struct scan_estimate {
  std::uint64_t items = 0;  ///< evaluated, before the filter
  std::uint64_t bytes = 0;
  double read_units = 0;  ///< not reduced by a filter or projection

  /// Returns the cost at a price per million read units, in the price's currency. For tables with
  /// on-demand capacity; provisioned capacity costs the same whether used or not.
  [[nodiscard]] double cost(double price_per_million) const noexcept {
    return read_units / 1e6 * price_per_million;
  }
  /// Returns the duration at this many read units per second.
  [[nodiscard]] std::chrono::duration<double> time_at(double rcu_per_second) const noexcept {
    return std::chrono::duration<double>(read_units / rcu_per_second);
  }
};

/// Estimates a scan from the size of the table, or of the index named in the options: 1 read unit
/// for 4 KB, or for 8 KB unless the options ask for consistent reads. A limit without a filter
/// counts as its share of the items, a bound on bytes as its share of the bytes. Returns nothing if
/// the description does not contain the index.
[[nodiscard]] std::optional<scan_estimate> estimate_scan(const table_description& of,
                                                         const scan_options& options = {});

}  // namespace dynamo
