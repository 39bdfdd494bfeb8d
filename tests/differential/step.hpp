// One step of a run: a request, and how far its answer is followed.
#pragma once

#include "differential/json.hpp"

#include <dynamo/model/operation.hpp>

#include <cstddef>

namespace dynamo::differential {

/// What is done with a LastEvaluatedKey.
struct reading {
  /// How many pages are read at most; 1 for all that is no Query or Scan.
  std::size_t pages = 1;
  /// For a Scan: reads each of its TotalSegments, and puts Segment in by itself.
  bool each_segment = false;
  /// The request has an ExclusiveStartKey that no answer gave.
  bool made_up_start = false;
  /// There are items of hundreds of KB: where a page ends depends on their order.
  bool large_items = false;
};
inline constexpr std::size_t to_the_end = 3000;

struct step {
  operation op = operation::list_tables;
  json body = json::object{};
  reading read{};
  /// Was changed at random and may be anything.
  bool mutated = false;
};

/// True if the operation may change what there is.
[[nodiscard]] constexpr bool changes_state(operation op) noexcept {
  switch (op) {
    case operation::create_table:
    case operation::update_table:
    case operation::delete_table:
    case operation::update_time_to_live:
    case operation::put_item:
    case operation::update_item:
    case operation::delete_item:
    case operation::batch_write_item:
    case operation::transact_write_items:
      return true;
    default:
      return false;
  }
}

}  // namespace dynamo::differential
