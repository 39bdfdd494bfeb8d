// What scan, count and export are told about reading a table.
#pragma once

#include <dynamo/core/clock.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo::cli {

/// As on the command line; numbers are within their ranges.
struct scan_arguments {
  std::string table{};
  std::string index{};
  std::string filter{};
  std::string projection{};
  std::string names{};   ///< JSON: {"#s":"status"}
  std::string values{};  ///< DynamoDB JSON: {":s":{"S":"active"}}
  bool consistent = false;
  std::optional<std::uint32_t> segments{};
  std::optional<std::uint32_t> max_concurrency{};
  std::optional<std::uint32_t> page_size{};
  std::optional<std::uint64_t> limit{};
  std::uint64_t max_buffer_mb = 8;
  std::optional<double> max_rcu{};
  std::optional<std::uint64_t> max_bytes{};
  std::optional<double> timeout_seconds{};
  std::string report{};          ///< a file; empty: none
  std::string metrics_file{};    ///< empty: none
  std::string metrics_listen{};  ///< an address; empty: none
  bool estimate = false;         ///< instead of reading
  std::optional<double> price_per_million{};
};

/// Segments that count and export read where nothing is known of the table's size.
inline constexpr std::uint32_t default_segments = 8;

/// Options of the library's. `segments` is used where none are given and nothing limits the number
/// of items: with a limit, more segments would read more than is wanted. errc::invalid_argument if
/// --names or --values is not JSON of its form.
[[nodiscard]] result<scan_options> to_scan_options(const scan_arguments& given,
                                                   std::uint32_t segments, const clock& time,
                                                   std::stop_token stop);

/// `{"#s":"status"}` as a map.
[[nodiscard]] result<attribute_names> parse_names(const std::string& json);
/// `{":s":{"S":"active"}}` as a map.
[[nodiscard]] result<attribute_values> parse_values(const std::string& json);

/// The service tells of an unknown index as of any invalid request; here it gets its own kind.
[[nodiscard]] error explained(error failure, const scan_arguments& given);

}  // namespace dynamo::cli
