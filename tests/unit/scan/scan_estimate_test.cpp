#include <dynamo/scan/scan_estimate.hpp>

#include <gtest/gtest.h>

namespace dynamo {
namespace scan_scan_estimate_test {

table_description table() {
  table_description of;
  of.item_count = 1000;
  of.size_bytes = 8'192'000;
  of.indexes = {{.name = "by_age", .item_count = 10, .size_bytes = 4096}};
  return of;
}

TEST(segments_for, follow_the_size_within_bounds) {
  EXPECT_EQ(segments_for(0), 8U);
  EXPECT_EQ(segments_for(std::uint64_t{2} << 30), 9U);
  EXPECT_EQ(segments_for(std::uint64_t{100} << 30), 401U);
  EXPECT_EQ(segments_for(std::uint64_t{1} << 50), 1024U);
}

TEST(scan_estimate, is_half_as_dear_without_consistency) {
  const auto about = estimate_scan(table());
  ASSERT_TRUE(about);
  EXPECT_EQ(about->items, 1000U);
  EXPECT_EQ(about->bytes, 8'192'000U);
  EXPECT_EQ(about->read_units, 1000);
  EXPECT_EQ(estimate_scan(table(), {.consistent_read = true})->read_units, 2000);
}

TEST(scan_estimate, reports_cost_and_time) {
  const auto about = estimate_scan(table());
  EXPECT_DOUBLE_EQ(about->cost(250), 0.25);
  EXPECT_DOUBLE_EQ(about->time_at(40).count(), 25);
}

TEST(scan_estimate, of_an_index_is_the_indexs) {
  EXPECT_EQ(estimate_scan(table(), {.index_name = "by_age"})->read_units, 0.5);
  EXPECT_FALSE(estimate_scan(table(), {.index_name = "by_name"}));
}

TEST(scan_estimate, bounds_take_their_share) {
  EXPECT_EQ(estimate_scan(table(), {.limit = 100})->read_units, 100);
  EXPECT_EQ(estimate_scan(table(), {.limit = 5000})->read_units, 1000);
  EXPECT_EQ(estimate_scan(table(), {.max_bytes = 81'920})->read_units, 10);
  EXPECT_EQ(estimate_scan(table(), {.filter_expression = "a = :a", .limit = 1})->read_units, 1000)
      << "nobody knows how much must be read";
  EXPECT_EQ(estimate_scan({}, {.limit = 1})->read_units, 0);
}

}  // namespace scan_scan_estimate_test
}  // namespace dynamo
