// Who gets memory for a page, and when.
#include "scan/page_budget.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace scan_page_budget_test {

using dynamo::body_buffer;
using dynamo::scan::page_budget;

constexpr std::size_t kib = 1024;
constexpr std::size_t unit = 128 * kib;  // sizes are rounded up to it

class budget : public testing::Test {
 protected:
  std::optional<body_buffer> admit(std::size_t bytes, int who = 0) {
    return tested->admit(bytes, &names[who], [this, who] { resumed.push_back(who); });
  }
  void withdraw(int who) { tested->withdraw(&names[who]); }

  std::shared_ptr<page_budget> tested = std::make_shared<page_budget>(4 * unit);
  std::vector<int> resumed;
  char names[8] = {};
};

TEST_F(budget, admits_up_to_its_limit) {
  auto first = admit(3 * unit);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->capacity(), 3 * unit);
  auto second = admit(unit);
  ASSERT_TRUE(second);
  EXPECT_FALSE(tested->has_room());
  EXPECT_FALSE(admit(1));
  EXPECT_TRUE(resumed.empty());
}

TEST_F(budget, counts_small_bodies_by_pages_of_memory) {
  EXPECT_EQ(admit(0)->capacity(), 4 * kib);
  EXPECT_EQ(admit(4 * kib)->capacity(), 4 * kib);
  EXPECT_EQ(admit(4 * kib + 1)->capacity(), unit);
}

TEST_F(budget, resumes_waiting_callers_when_memory_comes_back) {
  auto first = admit(4 * unit);
  EXPECT_FALSE(admit(unit, 1));
  EXPECT_FALSE(tested->has_room());
  first.reset();
  EXPECT_EQ(resumed, std::vector<int>{1});
  EXPECT_TRUE(admit(unit, 1));
  EXPECT_EQ(resumed, std::vector<int>{1}) << "resumed twice";
}

TEST_F(budget, resumes_in_the_order_of_waiting_and_as_many_as_fit) {
  auto first = admit(4 * unit);
  EXPECT_FALSE(admit(unit, 1));
  EXPECT_FALSE(admit(unit, 2));
  EXPECT_FALSE(admit(3 * unit, 3));
  first.reset();
  EXPECT_EQ(resumed, (std::vector<int>{1, 2}));
  auto one = admit(unit, 1);
  auto two = admit(unit, 2);
  one.reset();
  EXPECT_EQ(resumed, (std::vector<int>{1, 2, 3}));
}

TEST_F(budget, lets_nobody_pass_the_first_in_line) {
  auto first = admit(2 * unit);
  auto second = admit(2 * unit);
  EXPECT_FALSE(admit(3 * unit, 1));
  EXPECT_FALSE(admit(unit, 2));
  second.reset();  // enough for the second in line, not for the first
  EXPECT_TRUE(resumed.empty());
  first.reset();
  EXPECT_EQ(resumed, (std::vector<int>{1, 2}));
}

TEST_F(budget, always_admits_one_beyond_what_consumers_hold) {
  auto first = admit(4 * unit);
  EXPECT_FALSE(admit(unit, 1));
  first->hand_over();
  EXPECT_EQ(resumed, std::vector<int>{1});
  auto second = admit(unit, 1);
  ASSERT_TRUE(second);
  // Only one.
  EXPECT_FALSE(tested->has_room());
  EXPECT_FALSE(admit(unit, 2));
  second->hand_over();
  EXPECT_EQ(resumed, (std::vector<int>{1, 2}));
}

TEST_F(budget, of_the_waiting_only_one_is_admitted_beyond_the_limit) {
  auto first = admit(4 * unit);
  EXPECT_FALSE(admit(unit, 1));
  EXPECT_FALSE(admit(unit, 2));
  first->hand_over();
  EXPECT_EQ(resumed, std::vector<int>{1});
}

TEST_F(budget, admits_a_page_larger_than_its_limit_alone) {
  auto giant = admit(100 * unit);
  ASSERT_TRUE(giant);
  EXPECT_FALSE(admit(1, 1));
  giant.reset();
  EXPECT_EQ(resumed, std::vector<int>{1});
}

TEST_F(budget, of_nothing_admits_one_page_at_a_time) {
  tested = std::make_shared<page_budget>(0);
  EXPECT_TRUE(tested->has_room());
  auto first = admit(unit);
  ASSERT_TRUE(first);
  EXPECT_FALSE(tested->has_room());
  EXPECT_FALSE(admit(unit, 1));
  first->hand_over();
  EXPECT_TRUE(admit(unit, 1));
}

TEST_F(budget, forgets_withdrawn_requests) {
  auto first = admit(4 * unit);
  EXPECT_FALSE(admit(4 * unit, 1));
  EXPECT_FALSE(admit(unit, 2));
  withdraw(1);
  first.reset();
  EXPECT_EQ(resumed, std::vector<int>{2});
}

// A transfer that was told to ask again may end instead: the next in line gets its turn.
TEST_F(budget, passes_a_turn_on_that_is_not_taken) {
  auto first = admit(4 * unit);
  EXPECT_FALSE(admit(3 * unit, 1));
  EXPECT_FALSE(admit(3 * unit, 2));
  first.reset();
  EXPECT_EQ(resumed, std::vector<int>{1});
  withdraw(1);
  EXPECT_EQ(resumed, (std::vector<int>{1, 2}));
}

TEST_F(budget, reuses_memory) {
  auto first = admit(2 * unit);
  const char* const block = first->data();
  first.reset();
  auto second = admit(unit + 1);
  EXPECT_EQ(second->data(), block);
  EXPECT_EQ(second->size(), 0U);
  second.reset();
  EXPECT_EQ(admit(100)->capacity(), 4 * kib) << "a large block is not wasted on a small body";
}

TEST_F(budget, does_not_exceed_its_limit_by_reuse) {
  auto first = admit(unit);
  admit(2 * unit).reset();
  first->append(std::string(3 * unit, 'x'));
  auto second = admit(unit);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->capacity(), unit) << "a spare block twice as large would be too much";
}

TEST_F(budget, counts_reused_memory_as_new) {
  admit(2 * unit).reset();
  auto first = admit(2 * unit);
  auto second = admit(2 * unit);
  EXPECT_FALSE(tested->has_room());
  second.reset();
  EXPECT_TRUE(tested->has_room());
}

TEST_F(budget, counts_what_grows) {
  auto body = admit(unit);
  EXPECT_TRUE(tested->has_room());
  body->append(std::string(4 * unit, 'x'));
  EXPECT_FALSE(tested->has_room());
  EXPECT_FALSE(admit(unit, 1));
  body.reset();
  EXPECT_EQ(resumed, std::vector<int>{1});
  EXPECT_TRUE(admit(4 * unit)) << "what had grown was given back in full";
}

TEST_F(budget, gives_back_once_what_was_handed_over_and_moved) {
  auto body = admit(4 * unit);
  body->hand_over();
  body->hand_over();
  body_buffer moved = *std::move(body);
  body.reset();
  EXPECT_TRUE(admit(4 * unit));  // one more than consumers hold
  moved = body_buffer();
  auto first = admit(unit);
  auto second = admit(3 * unit);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(admit(unit, 1)) << "held bytes were taken off twice";
}

TEST_F(budget, reports_when_room_may_have_come_up) {
  int told = 0;
  tested->on_room([&] {
    (void)tested->has_room();  // outside all locks
    ++told;
  });
  auto body = admit(unit);
  body->hand_over();
  EXPECT_EQ(told, 1);
  body.reset();
  EXPECT_EQ(told, 2);
}

TEST_F(budget, may_be_asked_again_from_within_a_resume) {
  auto first = admit(4 * unit);
  std::optional<body_buffer> later;
  EXPECT_FALSE(tested->admit(unit, &names[1], [&] { later = admit(unit, 1); }));
  first.reset();
  EXPECT_TRUE(later);
}

TEST_F(budget, outlives_its_last_owner_with_its_pages) {
  auto body = admit(unit);
  tested.reset();
  body->append("text");
  EXPECT_EQ(body->text(), "text");
}

}  // namespace scan_page_budget_test
