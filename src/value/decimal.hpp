// The digits of a number, taken apart.
#pragma once

#include <string>
#include <string_view>

namespace dynamo::detail {

/// 0.d1d2d3... x 10^point: digits without leading or trailing zeros, empty for zero. Zero has no
/// sign and the point 0, so that equal numbers are equal member by member.
struct decimal {
  bool negative = false;
  std::string digits;
  long point = 0;
};

/// False if `text` is not a decimal number. Limits of DynamoDB's are not looked at.
bool parse_decimal(std::string_view text, decimal& out);

}  // namespace dynamo::detail
