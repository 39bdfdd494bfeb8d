// Why the service throttles, in its own words, and what helps.
#pragma once

#include <dynamo/value/json_cursor.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::wire {

/// One reason: "TableReadKeyRangeThroughputExceeded", of a table or an index.
struct throttling_reason {
  std::string reason;
  std::string resource;  ///< an ARN; empty if it was not told

  friend bool operator==(const throttling_reason&, const throttling_reason&) = default;
};

/// Whether a member of an error's body holds reasons. ThrottlingException writes it
/// `throttlingReasons`, the others `ThrottlingReasons`.
[[nodiscard]] bool names_throttling_reasons(std::string_view member);

/// Reads the member's value at `cursor`: an array of {"reason":...,"resource":...}. What is of
/// another shape is skipped. False only if it is no JSON.
bool read_throttling_reasons(detail::json_cursor& cursor, std::vector<throttling_reason>& out);

/// Reasons that stand in the text of a message, where the body has no list of them.
[[nodiscard]] std::vector<throttling_reason> reasons_in(std::string_view message);

/// For the end of a sentence: " (TableReadKeyRangeThroughputExceeded of table/users: ...)"; empty
/// without reasons.
[[nodiscard]] std::string explained(const std::vector<throttling_reason>& reasons);

}  // namespace dynamo::wire
