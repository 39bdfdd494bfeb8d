// Parses and formats the times of AWS tools and HTTP.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Parses an ISO 8601 time such as 2015-08-30T12:36:00Z, 2015-08-30T12:36:00.25Z or
/// 2015-08-30T14:36:00+02:00, between the years 1970 and 2199. Fractions of a second are cut off.
/// Returns nothing for other text.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_timestamp(
    std::string_view text);

/// Parses the time of an HTTP Date header in the only form sent today (RFC 9110, 5.6.7):
/// "Sun, 30 Aug 2015 12:36:00 GMT", between the years 1970 and 2199. The name of the day is not
/// compared with the date. Returns nothing for other text.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_http_date(
    std::string_view text);

/// Formats a time in UTC, to the second: 2015-08-30T12:36:00Z.
[[nodiscard]] std::string format_timestamp(std::chrono::system_clock::time_point time);

}  // namespace dynamo::auth
