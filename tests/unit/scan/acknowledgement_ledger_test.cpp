#include "scan/acknowledgement_ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::scan {
namespace scan_acknowledgement_ledger_test {

acknowledgement_ledger fresh(std::size_t segments = 1) {
  return acknowledgement_ledger(std::vector<checkpoint_segment>(segments));
}

std::string key(std::uint64_t page) {
  return R"({"id":{"N":")" + std::to_string(page) + "\"}}";
}

TEST(acknowledgement_ledger, the_position_moves_after_what_was_acknowledged) {
  acknowledgement_ledger ledger = fresh();
  const auto first = ledger.hand_out(0, 10, key(1));
  const auto second = ledger.hand_out(0, 5, key(2));
  EXPECT_EQ(ledger.segments()[0], checkpoint_segment());
  EXPECT_TRUE(ledger.acknowledge(0, first));
  EXPECT_EQ(ledger.segments()[0],
            (checkpoint_segment{.position = {.start_key = key(1)}, .items = 10, .pages = 1}));
  EXPECT_TRUE(ledger.acknowledge(0, second));
  EXPECT_EQ(ledger.segments()[0],
            (checkpoint_segment{.position = {.start_key = key(2)}, .items = 15, .pages = 2}));
  EXPECT_EQ(ledger.items(), 15U);
}

TEST(acknowledgement_ledger, out_of_order_it_waits_for_the_pages_before) {
  acknowledgement_ledger ledger = fresh();
  const auto first = ledger.hand_out(0, 1, key(1));
  const auto second = ledger.hand_out(0, 1, key(2));
  const auto third = ledger.hand_out(0, 1, key(3));
  EXPECT_FALSE(ledger.acknowledge(0, third));
  EXPECT_FALSE(ledger.acknowledge(0, second));
  EXPECT_EQ(ledger.segments()[0].position.start_key, "");
  EXPECT_TRUE(ledger.acknowledge(0, first));
  EXPECT_EQ(ledger.segments()[0].position.start_key, key(3));
}

TEST(acknowledgement_ledger, acknowledging_twice_moves_once) {
  acknowledgement_ledger ledger = fresh();
  const auto first = ledger.hand_out(0, 1, key(1));
  ledger.hand_out(0, 1, key(2));
  EXPECT_TRUE(ledger.acknowledge(0, first));
  EXPECT_FALSE(ledger.acknowledge(0, first));
  EXPECT_EQ(ledger.segments()[0].position.start_key, key(1));
  EXPECT_EQ(ledger.items(), 1U);
}

TEST(acknowledgement_ledger, segments_move_by_themselves_and_all_must_end) {
  acknowledgement_ledger ledger = fresh(2);
  const auto left = ledger.hand_out(0, 1, "");
  const auto right = ledger.hand_out(1, 1, "");
  EXPECT_TRUE(ledger.acknowledge(1, right));
  EXPECT_TRUE(ledger.segments()[1].position.complete);
  EXPECT_FALSE(ledger.segments()[0].position.complete);
  EXPECT_FALSE(ledger.is_complete());
  EXPECT_TRUE(ledger.acknowledge(0, left));
  EXPECT_TRUE(ledger.is_complete());
}

TEST(acknowledgement_ledger, continues_from_where_another_one_stood) {
  const std::vector<checkpoint_segment> before = {
      {.position = {.start_key = key(7)}, .items = 70, .pages = 7},
      {.position = {.complete = true}, .items = 3, .pages = 1}};
  acknowledgement_ledger ledger(before);
  EXPECT_EQ(ledger.segments(), before);
  EXPECT_EQ(ledger.items(), 73U);
  EXPECT_TRUE(ledger.acknowledge(0, ledger.hand_out(0, 2, "")));
  EXPECT_TRUE(ledger.is_complete());
  EXPECT_EQ(ledger.items(), 75U);
}

TEST(acknowledgement_ledger, what_is_read_again_is_of_the_new_reading) {
  acknowledgement_ledger ledger = fresh();
  const auto first = ledger.hand_out(0, 1, key(1));
  const auto dropped = ledger.hand_out(0, 1, key(2));
  ledger.rewind(0, {.start_key = key(1)});
  const auto again = ledger.hand_out(0, 1, key(2));
  EXPECT_FALSE(ledger.acknowledge(0, dropped));
  EXPECT_TRUE(ledger.acknowledge(0, first));
  EXPECT_EQ(ledger.segments()[0].position.start_key, key(1));
  EXPECT_TRUE(ledger.acknowledge(0, again));
  EXPECT_EQ(ledger.segments()[0].position.start_key, key(2));
}

TEST(acknowledgement_ledger, rewinding_to_the_beginning_or_the_end_drops_all_or_nothing) {
  acknowledgement_ledger ledger = fresh();
  const auto first = ledger.hand_out(0, 1, key(1));
  ledger.rewind(0, {});
  EXPECT_FALSE(ledger.acknowledge(0, first));
  const auto again = ledger.hand_out(0, 1, key(1));
  const auto last = ledger.hand_out(0, 1, "");
  ledger.rewind(0, {.complete = true});
  EXPECT_FALSE(ledger.acknowledge(0, last));
  EXPECT_TRUE(ledger.acknowledge(0, again));
  EXPECT_TRUE(ledger.is_complete());
}

// Whatever order pages come and are acknowledged in, the position is behind the longest run of
// acknowledged pages from the beginning, and never further.
TEST(acknowledgement_ledger, the_position_is_after_the_longest_run) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const std::uint64_t pages = 1 + random() % 40;
    acknowledgement_ledger ledger = fresh();
    std::vector<bool> acknowledged;
    std::vector<std::uint64_t> open;
    while (acknowledged.size() < pages || !open.empty()) {
      if (acknowledged.size() < pages && (open.empty() || random() % 2 == 0)) {
        const std::uint64_t number = acknowledged.size();
        const std::string last_key = number + 1 == pages ? "" : key(number + 1);
        ASSERT_EQ(ledger.hand_out(0, 1, last_key), number);
        acknowledged.push_back(false);
        open.push_back(number);
      } else {
        std::swap(open[random() % open.size()], open.back());
        acknowledged[open.back()] = true;
        ledger.acknowledge(0, open.back());
        open.pop_back();
      }
      const auto run =
          static_cast<std::uint64_t>(std::ranges::find(acknowledged, false) - acknowledged.begin());
      const checkpoint_segment& at = ledger.segments()[0];
      ASSERT_EQ(at.pages, run) << "seed " << seed;
      ASSERT_EQ(at.position.complete, run == pages) << "seed " << seed;
      ASSERT_EQ(at.position.start_key, run == 0 || run == pages ? "" : key(run));
    }
    EXPECT_TRUE(ledger.is_complete());
  }
}

}  // namespace scan_acknowledgement_ledger_test
}  // namespace dynamo::scan
