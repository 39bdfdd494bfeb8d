// How much there is to read, for progress.
#pragma once

#include "cli/progress.hpp"
#include "cli/scan_arguments.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <cstdint>
#include <optional>

namespace dynamo::cli {

/// The table's description, or nothing if these credentials or this service do not give it:
/// reading the table does not need it. Other failures would be the scan's as well.
[[nodiscard]] result<std::optional<table_description>> describe_if_allowed(
    const client& db, const std::string& table, const scan_options& options);

/// Lets a scan have as many segments as suit the size of the table or index, where neither the
/// command line nor a limit says how many.
void choose_segments(scan_options& options, const scan_arguments& given,
                     const std::optional<table_description>& described);
/// Whether `choose_segments` needs a description.
[[nodiscard]] inline bool leaves_segments_open(const scan_arguments& given) {
  return !given.segments && !given.limit;
}

/// How many items a scan will evaluate, as far as the description tells. Unset if unknown.
[[nodiscard]] std::optional<std::uint64_t> expected_items(
    const std::optional<table_description>& described, const scan_arguments& given);

/// What a scan has done, against what is expected of it.
[[nodiscard]] progress_counts counts_of(const scan_progress& progress, const scan_arguments& given,
                                        std::optional<std::uint64_t> expected);

}  // namespace dynamo::cli
