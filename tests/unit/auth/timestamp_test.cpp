#include "auth/timestamp.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace auth_timestamp_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;

constexpr auto noon = std::chrono::sys_days(std::chrono::August / 30 / 2015) + 12h + 36min;

TEST(timestamp, reads_utc_fractions_and_offsets) {
  EXPECT_EQ(parse_timestamp("2015-08-30T12:36:00Z"), noon);
  EXPECT_EQ(parse_timestamp("2015-08-30T12:36:00.999Z"), noon);
  EXPECT_EQ(parse_timestamp("2015-08-30T14:36:00+02:00"), noon);
  EXPECT_EQ(parse_timestamp("2015-08-30T07:06:00-05:30"), noon);
  EXPECT_EQ(parse_timestamp("2024-02-29T00:00:00+00:00"),
            std::chrono::sys_days(std::chrono::February / 29 / 2024));
}

TEST(timestamp, refuses_what_is_none) {
  for (const char* text : {"",
                           "2015-08-30",
                           "2015-08-30T12:36:00",
                           "2015-08-30 12:36:00Z",
                           "2015-8-30T12:36:00Z",
                           "2015-13-30T12:36:00Z",
                           "2015-02-30T12:36:00Z",
                           "2023-02-29T12:36:00Z",
                           "2015-08-30T24:36:00Z",
                           "2015-08-30T12:60:00Z",
                           "2015-08-30T12:36:61Z",
                           "2015-08-30T12:36:00.Z",
                           "2015-08-30T12:36:00Zx",
                           "2015-08-30T12:36:00+2:00",
                           "1969-12-31T23:59:59Z",
                           "2200-01-01T00:00:00Z",
                           "20a5-08-30T12:36:00Z",
                           "2015--8-30T12:36:00Z",
                           "2015-+8-30T12:36:00Z",
                           "2015-08-30T12:36:00."})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(timestamp, writes_what_it_reads) {
  EXPECT_EQ(format_timestamp(noon + 59s + 500ms), "2015-08-30T12:36:59Z");
}

TEST(http_date, is_read) {
  using namespace std::chrono;
  EXPECT_EQ(parse_http_date("Sun, 30 Aug 2015 12:36:01 GMT"),
            sys_days(August / 30 / 2015) + 12h + 36min + 1s);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), sys_days(January / 1 / 1970));
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT"), sys_days(March / 1 / 2024));
}

TEST(http_date, of_another_form_is_none) {
  for (const std::string_view text :
       {"", "Sun", "Sun, 30 Aug 2015 12:36:00", "Sun, 30 Aug 2015 12:36:00 UTC",
        "Sun, 30 Aug 2015 12:36:00 GMT ", "30 Aug 2015 12:36:00 GMT", "Sun, 30 Aug 15 12:36:00 GMT",
        "Sun, 31 Feb 2015 12:36:00 GMT", "Sun, 30 ugS 2015 12:36:00 GMT",
        "Sun, 30 Aug 2015 24:36:00 GMT", "Sun, -1 Aug 2015 12:36:00 GMT",
        "onT, 30 Aug 2015 12:36:00 GMT", "Sunday, 30-Aug-15 12:36:00 GMT",
        "Sun Aug 30 12:36:00 2015"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

}  // namespace auth_timestamp_test
