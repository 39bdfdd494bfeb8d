// The estimate of --estimate.
#pragma once

#include "cli/console.hpp"
#include "cli/scan_arguments.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/core/result.hpp>

namespace dynamo::cli {

/// Prints estimates of the items, bytes and read units of a scan, its cost and its time. Requests
/// only the table's description.
result<void> estimate(const scan_arguments& given, scan_options options, const client& db,
                      const console& on);

}  // namespace dynamo::cli
