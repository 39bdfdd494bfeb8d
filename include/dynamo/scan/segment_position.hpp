// Where a scan goes on from.
#pragma once

#include <string>

namespace dynamo {

/// The position of one segment of a scan: behind the last page that was dealt with.
struct segment_position {
  std::string start_key{};  ///< JSON text of a page's last_evaluated_key; empty: the beginning
  bool complete = false;    ///< there is nothing left to read

  friend bool operator==(const segment_position&, const segment_position&) = default;
};

}  // namespace dynamo
