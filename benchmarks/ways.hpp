// The ways of reading a table with the library, each as a function for scan_bench.
#pragma once

#include "measure.hpp"

#include <dynamo/client/client.hpp>
#include <dynamo/scan/scan_options.hpp>

#include <map>
#include <string>

namespace dynamo::bench {

/// Scans the table users once and returns the result. Throws on an error.
using way = outcome (*)(const dynamo::client&, const dynamo::scan_options&);

/// Returns by name: lazy ranges, and everything in memory.
[[nodiscard]] std::map<std::string, way> range_ways();
/// Returns by name: to a mailbox, through stages, and users per tenant by a range and by a flow.
[[nodiscard]] std::map<std::string, way> pattern_ways();

}  // namespace dynamo::bench
