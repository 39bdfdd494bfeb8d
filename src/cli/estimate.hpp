// What a command would cost.
#pragma once

#include "cli/console.hpp"
#include "cli/scan_arguments.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/core/result.hpp>

namespace dynamo::cli {

/// Prints about how much a scan would read, what that costs and how long it takes. Asks for the
/// table's description and nothing else.
result<void> estimate(const scan_arguments& given, scan_options options, const client& db,
                      const console& on);

}  // namespace dynamo::cli
