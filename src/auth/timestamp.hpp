// Points in time as AWS's tools and HTTP write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Reads an ISO 8601 time such as 2015-08-30T12:36:00Z, 2015-08-30T12:36:00.25Z or
/// 2015-08-30T14:36:00+02:00, between the years 1970 and 2199. Fractions of a second are cut off.
/// Nothing if it is none.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_timestamp(
    std::string_view text);

/// Reads the time of an HTTP Date header, in the one form that is sent today (RFC 9110, 5.6.7):
/// "Sun, 30 Aug 2015 12:36:00 GMT", between the years 1970 and 2199. The day's name is not compared
/// with the date. Nothing if it is none.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_http_date(
    std::string_view text);

/// Writes a time in UTC to the second: 2015-08-30T12:36:00Z.
[[nodiscard]] std::string format_timestamp(std::chrono::system_clock::time_point time);

}  // namespace dynamo::auth
