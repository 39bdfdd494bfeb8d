// The order of the first requests of a scan's segments.
#pragma once

#include <cstdint>
#include <vector>

namespace dynamo::scan {

/// Returns all segments below `segments`, each once, in an order in which consecutive ones are far
/// apart in the table: segments with neighbouring numbers are neighbours in the hash of the
/// partition key, and together would overload one partition. The same for the same number.
[[nodiscard]] std::vector<std::uint32_t> spread_order(std::uint32_t segments);

/// The same if not all can be asked at once; otherwise in the order of their numbers.
[[nodiscard]] std::vector<std::uint32_t> asking_order(std::uint32_t segments,
                                                      std::uint32_t at_once);

}  // namespace dynamo::scan
