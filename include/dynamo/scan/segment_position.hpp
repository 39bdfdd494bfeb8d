// The positions from which a scan resumes.
#pragma once

#include <string>

namespace dynamo {

/// The position of one segment of a scan: after the last page that was processed.
struct segment_position {
  std::string start_key{};  ///< JSON text of a page's last_evaluated_key; empty: the beginning
  bool complete = false;    ///< nothing is left to read

  friend bool operator==(const segment_position&, const segment_position&) = default;
};

}  // namespace dynamo
