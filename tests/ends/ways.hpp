// Every way to end a stream early, in every pattern.
#pragma once

#include "ends/small_table.hpp"

#include <cstdint>
#include <vector>

namespace dynamo::test {

/// Entries of the table that is read.
inline constexpr std::uint32_t early_entries = 2000;

/// The table, how it is read, and after how many items, or microseconds, the reading ends.
struct round {
  const client& db;
  scan_options options{};
  std::uint64_t after = 0;
  table<entry> from{db};
};

struct way {
  const char* name;
  /// Reads and ends. Errors of the stream are no failures. Throws std::logic_error for what must
  /// not happen, and std::bad_alloc.
  void (*end)(const round& of);
};

[[nodiscard]] const std::vector<way>& ways();

}  // namespace dynamo::test
