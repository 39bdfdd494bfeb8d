#include "scan/rate_budget.hpp"

#include "scan/shared_budget.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace dynamo::scan {
namespace scan_rate_budget_test {

using namespace std::chrono_literals;

constexpr rate_budget::time_point start{1h};

// A request that leaves at `now` and brings a page of that cost at once.
void read_page(rate_budget& budget, rate_budget::time_point now, double cost) {
  const auto may = budget.ask(now);
  ASSERT_TRUE(may.may_leave);
  budget.settle(may.reserved, cost);
}

TEST(rate_budget, without_a_bound_everything_may_leave) {
  rate_budget budget(std::nullopt);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(budget.ask(start).may_leave);
  for (int i = 0; i < 100; ++i) budget.settle(0, 128);
  EXPECT_TRUE(budget.ask(start).may_leave);
  EXPECT_EQ(budget.consumed(), 12'800);
}

// The pages from which it knows what they cost, one a second: the last one at `start + 7s`.
void learn(rate_budget& budget, double first, double others) {
  for (int i = 0; i < 8; ++i) read_page(budget, start + i * 1s, i == 0 ? first : others);
}

TEST(rate_budget, before_it_knows_what_pages_cost_one_request_is_under_way) {
  rate_budget budget(1000);
  const auto expect_one = [&](rate_budget::time_point now) {
    const auto first = budget.ask(now);
    EXPECT_TRUE(first.may_leave);
    const auto second = budget.ask(now);
    EXPECT_FALSE(second.may_leave);
    EXPECT_EQ(second.ask_at, now + 5s) << "unless the first one is answered before";
    budget.settle(first.reserved, std::nullopt);  // it failed
  };
  expect_one(start);
  for (int i = 0; i < 7; ++i) {
    read_page(budget, start + i * 1s, 10);
    expect_one(start + i * 1s + 500ms);
  }
  read_page(budget, start + 7s, 10);
  EXPECT_TRUE(budget.ask(start + 8s).may_leave);
  EXPECT_TRUE(budget.ask(start + 8s).may_leave);
}

TEST(rate_budget, a_request_that_is_not_answered_holds_up_others_for_five_seconds) {
  rate_budget budget(1000);
  ASSERT_TRUE(budget.ask(start).may_leave);
  EXPECT_FALSE(budget.ask(start + 4999ms).may_leave);
  EXPECT_TRUE(budget.ask(start + 5s).may_leave);
  EXPECT_FALSE(budget.ask(start + 5s).may_leave);
}

TEST(shared_budget, serves_scans_of_different_clocks) {
  shared_budget budget(100);
  const auto real = std::make_shared<shared_budget::waker>([] {});
  const auto ahead = std::make_shared<shared_budget::waker>([] {});
  for (int i = 0; i < 8; ++i) {
    const auto now = start + i * 1s;
    const auto may = budget.ask(now, real);
    ASSERT_TRUE(may.may_leave);
    budget.settle(may.reserved, 100);
  }
  const auto far = budget.ask(start + 8s + 1h, ahead);
  ASSERT_TRUE(far.may_leave);
  budget.settle(far.reserved, 200);  // a debt
  const auto late = budget.ask(start + 8s, real);
  ASSERT_FALSE(late.may_leave);
  EXPECT_LE(late.ask_at, start + 10s) << "in its own time";
  EXPECT_TRUE(budget.ask(start + 10s, real).may_leave);
}

TEST(rate_budget, a_debt_is_made_up_for_before_the_next_request) {
  rate_budget budget(100);
  read_page(budget, start, 128);
  const auto soon = budget.ask(start + 1s);
  EXPECT_FALSE(soon.may_leave);
  EXPECT_EQ(soon.ask_at, start + 1280ms);
  EXPECT_FALSE(budget.ask(start + 1279ms).may_leave);
  EXPECT_TRUE(budget.ask(start + 1280ms).may_leave);
}

TEST(rate_budget, requests_under_way_take_what_the_dearest_page_took) {
  rate_budget budget(100);
  learn(budget, 20, 10);
  const auto now = start + 7s;
  // 100 were there, and 10 for the page.
  const auto first = budget.ask(now);
  ASSERT_TRUE(first.may_leave);
  EXPECT_EQ(first.reserved, 20);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(budget.ask(now).may_leave);
  EXPECT_FALSE(budget.ask(now).may_leave) << "the fifth left with a debt";
  // A page that was cheaper gives the rest back.
  budget.settle(first.reserved, 5);
  EXPECT_TRUE(budget.ask(now).may_leave);
  EXPECT_FALSE(budget.ask(now).may_leave);
  // And so does one that never came.
  budget.settle(first.reserved, std::nullopt);
  EXPECT_TRUE(budget.ask(now).may_leave);
}

TEST(rate_budget, a_page_that_was_dear_is_forgotten_after_many_others) {
  rate_budget budget(1e6);
  read_page(budget, start, 128);
  for (int i = 1; i <= 31; ++i) read_page(budget, start + i * 1s, 1);
  auto may = budget.ask(start + 32s);
  EXPECT_EQ(may.reserved, 128);
  budget.settle(may.reserved, 1);
  EXPECT_EQ(budget.ask(start + 33s).reserved, 1);
}

TEST(rate_budget, who_is_idle_saves_up_one_second) {
  rate_budget budget(100);
  learn(budget, 50, 50);
  int left = 0;
  while (budget.ask(start + 1h).may_leave) ++left;
  EXPECT_EQ(left, 3) << "100 units: two pages, and one into debt";
}

TEST(rate_budget, a_changed_rate_counts_from_now_on) {
  rate_budget budget(1);
  read_page(budget, start, 100);
  budget.set_rate(1000);
  EXPECT_EQ(budget.rate(), 1000);
  // 50 s went by at the old rate.
  EXPECT_EQ(budget.ask(start + 50s).ask_at, start + 50'050ms);
  EXPECT_TRUE(budget.ask(start + 50'050ms).may_leave);
}

TEST(rate_budget, a_bound_that_is_taken_away_forgives_nothing_owed_before) {
  rate_budget budget(1);
  read_page(budget, start, 100);
  budget.set_rate(std::nullopt);
  read_page(budget, start, 1000);
  budget.set_rate(10);
  EXPECT_EQ(budget.ask(start).ask_at, start + 10s) << "the 100 that were owed before";
}

TEST(rate_budget, time_that_stands_still_or_goes_back_adds_nothing) {
  rate_budget budget(100);
  read_page(budget, start, 100);
  EXPECT_FALSE(budget.ask(start - 1h).may_leave);
  EXPECT_FALSE(budget.ask(start + 999ms).may_leave);
  EXPECT_TRUE(budget.ask(start + 1s).may_leave);
}

TEST(rate_budget, a_tiny_rate_asks_again_within_the_hour) {
  rate_budget budget(1e-300);
  read_page(budget, start, 1);
  EXPECT_EQ(budget.ask(start).ask_at, start + 1h);
}

TEST(rate_budget, what_was_saved_up_is_cut_to_a_lower_rate) {
  rate_budget budget(3000);
  learn(budget, 128, 128);
  EXPECT_TRUE(budget.ask(start + 60s).may_leave);
  budget.settle(0, std::nullopt);
  budget.set_rate(10);
  rate_budget::time_point now = start + 61s;
  read_page(budget, now, 128);
  const auto second = budget.ask(now);
  EXPECT_FALSE(second.may_leave);
  EXPECT_GT(second.ask_at - now, 11s) << "at most one second's worth of it was there";
}

}  // namespace scan_rate_budget_test
}  // namespace dynamo::scan
