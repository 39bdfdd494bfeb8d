// The size of a table, for progress and for the number of segments.
#pragma once

#include "cli/progress.hpp"
#include "cli/scan_arguments.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <cstdint>
#include <optional>

namespace dynamo::cli {

/// Returns the table's description, or nothing if the credentials or the service do not permit
/// DescribeTable: a scan works without it. Returns other errors, which the scan would also meet.
[[nodiscard]] result<std::optional<table_description>> describe_if_allowed(
    const client& db, const std::string& table, const scan_options& options);

/// Sets the number of segments by the size of the table or index, unless --segments or --limit is
/// given or the size is unknown.
void choose_segments(scan_options& options, const scan_arguments& given,
                     const std::optional<table_description>& described);
/// Returns whether `choose_segments` needs a description.
[[nodiscard]] inline bool leaves_segments_open(const scan_arguments& given) {
  return !given.segments && !given.limit;
}

/// Returns how many items a scan will evaluate according to the description, or with --limit and
/// without --filter the limit. Unset if unknown.
[[nodiscard]] std::optional<std::uint64_t> expected_items(
    const std::optional<table_description>& described, const scan_arguments& given);

/// Returns the counts of a scan for the progress line.
[[nodiscard]] progress_counts counts_of(const scan_progress& progress, const scan_arguments& given,
                                        std::optional<std::uint64_t> expected);

}  // namespace dynamo::cli
