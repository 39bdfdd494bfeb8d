// Whether two answers say the same, apart from what DynamoDB leaves open.
#pragma once

#include "differential/json.hpp"
#include "differential/side.hpp"
#include "differential/step.hpp"

#include <string>
#include <vector>

namespace dynamo::differential {

struct difference {
  /// Where, without what is by chance in the answer: "Items[].a.N", "400 ValidationException, 200".
  /// The same cause mostly gives the same.
  std::string where;
  std::string left;   ///< what stands there
  std::string right;  ///< and on the other side
};

/// The answer without what is unspecified: sets, tables and unordered lists sorted, times, ids and
/// ARNs' beginnings gone, of an error its type and the codes of its reasons.
[[nodiscard]] json normalised(operation op, const answer& of);

/// Empty if they say the same. Where the order of items is unspecified (a Scan, keys of an index
/// that are equal) it compares what all pages together have, if all were read.
/// `index_sort_key` is the sort key's name of the index that a Query reads; empty if it has none.
[[nodiscard]] std::vector<difference> compare(const step& asked, const std::string& index_sort_key,
                                              const outcome& left, const outcome& right);

}  // namespace dynamo::differential
