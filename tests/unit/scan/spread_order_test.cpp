#include "scan/spread_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace dynamo::scan {
namespace scan_spread_order_test {

TEST(spread_order, meets_every_segment_once) {
  for (std::uint32_t segments = 1; segments < 300; ++segments) {
    auto order = spread_order(segments);
    EXPECT_EQ(order.front(), 0U);
    std::ranges::sort(order);
    std::vector<std::uint32_t> all(segments);
    std::iota(all.begin(), all.end(), 0U);
    EXPECT_EQ(order, all) << segments;
  }
  EXPECT_EQ(spread_order(1'000'000).size(), 1'000'000U);
}

// 16 requests at a time, and 16 partitions that hold 64 segments each: at least half of them work,
// and none has more than two requests at a time.
TEST(spread_order, segments_that_follow_each_other_lie_in_different_partitions) {
  const auto order = spread_order(1024);
  for (std::size_t first = 0; first + 16 <= order.size(); ++first) {
    std::map<std::uint32_t, int> requests;
    for (std::size_t i = first; i < first + 16; ++i) ++requests[order[i] / 64];
    for (const auto& [partition, count] : requests) EXPECT_LE(count, 2) << partition;
    EXPECT_GE(requests.size(), 8U);
  }
}

TEST(spread_order, is_of_no_use_where_all_are_asked_at_once) {
  EXPECT_EQ(asking_order(4, 4), (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(asking_order(4, 3), (std::vector<std::uint32_t>{0, 3, 2, 1}));
}

}  // namespace scan_spread_order_test
}  // namespace dynamo::scan
