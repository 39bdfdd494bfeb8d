// In which order the segments of a scan are asked first.
#pragma once

#include <cstdint>
#include <vector>

namespace dynamo::scan {

/// All segments below `segments`, each once, so that any few that follow each other lie far apart
/// in the table: neighbours in number are neighbours in the hash of the partition key, and asked
/// together they would hammer one partition. Always the same for the same number.
[[nodiscard]] std::vector<std::uint32_t> spread_order(std::uint32_t segments);

/// The same where not all can be asked at once; else in the order of their numbers.
[[nodiscard]] std::vector<std::uint32_t> asking_order(std::uint32_t segments,
                                                      std::uint32_t at_once);

}  // namespace dynamo::scan
