#include "auth/timestamp.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace dynamo::auth;
using namespace std::chrono_literals;

constexpr auto noon = std::chrono::sys_days(std::chrono::August / 30 / 2015) + 12h + 36min;

TEST(Timestamp, ReadsUtcFractionsAndOffsets) {
  EXPECT_EQ(parse_timestamp("2015-08-30T12:36:00Z"), noon);
  EXPECT_EQ(parse_timestamp("2015-08-30T12:36:00.999Z"), noon);
  EXPECT_EQ(parse_timestamp("2015-08-30T14:36:00+02:00"), noon);
  EXPECT_EQ(parse_timestamp("2015-08-30T07:06:00-05:30"), noon);
  EXPECT_EQ(parse_timestamp("2024-02-29T00:00:00+00:00"),
            std::chrono::sys_days(std::chrono::February / 29 / 2024));
}

TEST(Timestamp, RefusesWhatIsNone) {
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

TEST(Timestamp, WritesWhatItReads) {
  EXPECT_EQ(format_timestamp(noon + 59s + 500ms), "2015-08-30T12:36:59Z");
}

}  // namespace
