#include "scan/item_marks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

namespace dynamo::scan {
namespace scan_item_marks_test {

TEST(item_marks, the_last_missing_item_reports) {
  item_marks marks(3);
  EXPECT_FALSE(marks.mark(0, 1));
  EXPECT_FALSE(marks.mark(2, 1));
  EXPECT_TRUE(marks.mark(1, 1));
}

TEST(item_marks, telling_twice_counts_once) {
  item_marks marks(2);
  EXPECT_FALSE(marks.mark(0, 1));
  EXPECT_FALSE(marks.mark(0, 1));
  EXPECT_TRUE(marks.mark(0, 2));
  EXPECT_FALSE(marks.mark(0, 2));
}

TEST(item_marks, ranges_are_cut_to_the_items_that_there_are) {
  item_marks marks(65);
  EXPECT_FALSE(marks.mark(65, 1));
  EXPECT_FALSE(marks.mark(64, ~std::uint64_t{0}));
  EXPECT_FALSE(marks.mark(1, 63));
  EXPECT_FALSE(marks.mark(3, 0));
  EXPECT_TRUE(marks.mark(0, 1));
}

TEST(item_marks, any_ranges_in_any_order_tell_once) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const std::uint64_t items = 1 + random() % 200;
    item_marks marks(items);
    std::vector<bool> marked(items, false);
    int told = 0;
    while (std::ranges::find(marked, false) != marked.end()) {
      const std::uint64_t first = random() % items;
      const std::uint64_t count = random() % 80;
      const bool last = marks.mark(first, count);
      for (std::uint64_t i = first; i < std::min(items, first + count); ++i) marked[i] = true;
      EXPECT_EQ(last, std::ranges::find(marked, false) == marked.end()) << "seed " << seed;
      told += last ? 1 : 0;
    }
    EXPECT_EQ(told, 1) << "seed " << seed;
  }
}

TEST(item_marks, of_many_threads_one_is_reported) {
  constexpr std::uint64_t items = 10'000;
  item_marks marks(items);
  std::atomic<int> told = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = t; i < items; i += 2) told += marks.mark(i, 1) ? 1 : 0;
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(told, 1);
}

}  // namespace scan_item_marks_test
}  // namespace dynamo::scan
