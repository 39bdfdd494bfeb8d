// What a scan will take, from a table's description alone.
#pragma once

#include <dynamo/model/table_description.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace dynamo {

/// How many segments suit a table or index of this size: one for each 256 MB, 8 at least and 1,024
/// at most. Small segments keep the end of a scan short when some hold more than others; each begun
/// one costs a request.
[[nodiscard]] std::uint32_t segments_for(std::uint64_t size_bytes) noexcept;

/// About what a scan will read. As old as the description: up to six hours.
struct scan_estimate {
  std::uint64_t items = 0;  ///< evaluated, before the filter
  std::uint64_t bytes = 0;
  double read_units = 0;  ///< a filter or projection does not lower them

  /// At a price for a million read units, in its currency. Of tables that are paid per request;
  /// provisioned capacity costs the same used or not.
  [[nodiscard]] double cost(double price_per_million) const noexcept {
    return read_units / 1e6 * price_per_million;
  }
  /// At so many read units a second.
  [[nodiscard]] std::chrono::duration<double> time_at(double rcu_per_second) const noexcept {
    return std::chrono::duration<double>(read_units / rcu_per_second);
  }
};

/// From the size of the table, or of the index that the options name: 1 read unit for 4 KB, or for
/// 8 KB unless the options ask for consistent reads. A limit without a filter counts as its share
/// of the items, a bound on bytes as its share of the bytes. Nothing if the description has no such
/// index.
[[nodiscard]] std::optional<scan_estimate> estimate_scan(const table_description& of,
                                                         const scan_options& options = {});

}  // namespace dynamo
