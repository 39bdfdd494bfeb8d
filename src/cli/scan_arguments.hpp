// The options of scan, count and export for reading a table.
#pragma once

#include <dynamo/core/clock.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo::cli {

/// Values of the command line; numbers are within their bounds.
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
  std::string report{};          ///< file; empty: none
  std::string metrics_file{};    ///< file; empty: none
  std::string metrics_listen{};  ///< address; empty: none
  bool estimate = false;         ///< print an estimate instead of reading
  std::optional<double> price_per_million{};
};

/// Number of segments that count and export read if the table's size is unknown.
inline constexpr std::uint32_t default_segments = 8;

/// Returns the options for the library. `segments` is the default without --segments and --limit;
/// with --limit the default is 1, because more segments would read more than needed. Returns
/// errc::invalid_argument if --names or --values is not JSON of the expected form.
[[nodiscard]] result<scan_options> to_scan_options(const scan_arguments& given,
                                                   std::uint32_t segments, const clock& time,
                                                   std::stop_token stop);

/// Returns `{"#s":"status"}` as a map.
[[nodiscard]] result<attribute_names> parse_names(const std::string& json);
/// Returns `{":s":{"S":"active"}}` as a map.
[[nodiscard]] result<attribute_values> parse_values(const std::string& json);

/// Returns the error, with errc::not_found if the index does not exist: the service reports this as
/// an ordinary invalid request.
[[nodiscard]] error explained(error failure, const scan_arguments& given);

}  // namespace dynamo::cli
