// The state of one segment, as a value.
#include "scan/segment_cursor.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace {

using dynamo::scan::segment_cursor;
using state = segment_cursor::state;

constexpr std::string_view first = R"({"id":{"S":"a"}})";
constexpr std::string_view second = R"({"id":{"S":"b"}})";

TEST(segment_cursor, ends_with_an_absent_key_alone) {
  segment_cursor cursor;
  for (const std::string_view key : {first, second}) {
    EXPECT_EQ(cursor.current(), state::ready);
    cursor.ask();
    EXPECT_EQ(cursor.current(), state::asked);
    EXPECT_TRUE(cursor.leads_on(key, 0));
    cursor.advance(key);
    EXPECT_EQ(cursor.start_key(), key);
  }
  cursor.ask();
  EXPECT_TRUE(cursor.leads_on("", 0));
  cursor.advance("");
  EXPECT_EQ(cursor.current(), state::complete);
}

TEST(segment_cursor, does_not_go_on_from_where_it_was_though_items_were_read) {
  segment_cursor cursor({.start_key = std::string(first)});
  cursor.ask();
  EXPECT_FALSE(cursor.leads_on(first, 1));
  EXPECT_TRUE(cursor.leads_on(second, 1));
  EXPECT_TRUE(cursor.leads_on("", 1));
}

TEST(segment_cursor, bears_empty_pages_that_lead_nowhere_but_not_for_ever) {
  segment_cursor cursor({.start_key = std::string(first)});
  const auto stands_still = [&] {
    cursor.ask();
    const bool goes_on = cursor.leads_on(first, 0);
    cursor.advance(first);
    return goes_on;
  };
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(stands_still()) << i;
  EXPECT_FALSE(stands_still());
  // Progress makes it patient again.
  cursor.ask();
  cursor.advance(second);
  cursor.ask();
  cursor.advance(first);
  EXPECT_TRUE(stands_still());
}

}  // namespace
