// The state of one segment, as a value.
#include "scan/segment_cursor.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace scan_segment_cursor_test {

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

TEST(segment_cursor, does_not_continue_from_where_it_was_though_items_were_read) {
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
  EXPECT_TRUE(cursor.leads_on(second, 0));
  cursor.advance(second);
  cursor.ask();
  EXPECT_TRUE(cursor.leads_on(second, 0));
}

std::string key(std::uint64_t number) {
  return R"({"id":{"N":")" + std::to_string(number) + R"("}})";
}

// How many pages are read of a chain of `tail` keys that leads into a circle of `circle` keys.
std::uint64_t pages_until_it_is_found(std::uint64_t tail, std::uint64_t circle,
                                      std::uint64_t evaluated) {
  segment_cursor cursor;
  for (std::uint64_t page = 0;; ++page) {
    const std::string next = key(page < tail ? page : tail + (page - tail) % circle);
    cursor.ask();
    if (!cursor.leads_on(next, evaluated) || page == 100'000) return page;
    cursor.advance(next);
  }
}

TEST(segment_cursor, finds_circles_of_any_length) {
  for (const std::uint64_t tail : {0UL, 1UL, 2UL, 7UL, 100UL}) {
    for (const std::uint64_t circle : {2UL, 3UL, 4UL, 5UL, 31UL, 32UL, 33UL, 1000UL}) {
      for (const std::uint64_t evaluated : {0UL, 1UL}) {
        const std::uint64_t pages = pages_until_it_is_found(tail, circle, evaluated);
        EXPECT_GE(pages, tail + circle) << tail << " " << circle;
        EXPECT_LE(pages, 3 * (tail + circle)) << tail << " " << circle;
      }
    }
  }
}

TEST(segment_cursor, finds_a_circle_through_the_key_that_it_resumes_from) {
  segment_cursor cursor({.start_key = std::string(first)});
  cursor.ask();
  EXPECT_TRUE(cursor.leads_on(second, 1));
  cursor.advance(second);
  cursor.ask();
  EXPECT_TRUE(cursor.leads_on(first, 1)) << "only the second time round";
  cursor.advance(first);
  cursor.ask();
  EXPECT_FALSE(cursor.leads_on(second, 1));
}

TEST(segment_cursor, takes_no_chain_without_a_repetition_for_a_circle) {
  segment_cursor cursor;
  for (std::uint64_t page = 0; page < 100'000; ++page) {
    cursor.ask();
    ASSERT_TRUE(cursor.leads_on(key(page), page % 2)) << page;
    cursor.advance(key(page));
    if (page % 1000 != 0) continue;
    cursor.ask();
    ASSERT_TRUE(cursor.leads_on(key(page), 0)) << "an empty page that stands still";
    cursor.advance(key(page));
  }
}

}  // namespace scan_segment_cursor_test
