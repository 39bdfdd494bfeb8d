#include <dynamo/core/error.hpp>
#include <dynamo/stage/demand.hpp>

#include <gtest/gtest.h>

namespace stage_demand_test {

using namespace dynamo;
using stage::asking;
using stage::subscription_demand;

TEST(subscription_demand, asks_for_all_at_once_and_again_when_it_falls_to_the_minimum) {
  subscription_demand demand(1000, 500, asking::automatic);
  EXPECT_EQ(demand.first_ask(), 1000U);
  EXPECT_EQ(demand.batch_limit(), 500U);
  EXPECT_EQ(demand.handled(400), 0U) << "600 are left, more than the minimum";
  EXPECT_EQ(demand.handled(99), 0U);
  EXPECT_EQ(demand.handled(1), 500U);
  EXPECT_EQ(demand.pending(), 1000U);
  EXPECT_EQ(demand.handled(1000), 1000U);
}

TEST(subscription_demand, of_one_asks_one_by_one) {
  subscription_demand demand(1, 0, asking::automatic);
  EXPECT_EQ(demand.first_ask(), 1U);
  EXPECT_EQ(demand.batch_limit(), 1U);
  EXPECT_EQ(demand.handled(1), 1U);
}

TEST(subscription_demand, by_hand_asks_for_what_it_is_reported) {
  subscription_demand demand(10, 5, asking::manual);
  EXPECT_EQ(demand.first_ask(), 0U);
  EXPECT_EQ(demand.ask(0), 0U);
  EXPECT_EQ(demand.ask(7), 7U);
  EXPECT_EQ(demand.handled(7), 0U);
  EXPECT_EQ(demand.ask(3), 3U);
  EXPECT_EQ(demand.pending(), 3U);
}

TEST(subscription_demand, ignores_asks_by_hand_when_it_is_automatic) {
  subscription_demand demand(10, 5, asking::automatic);
  (void)demand.first_ask();
  EXPECT_EQ(demand.ask(7), 0U);
  EXPECT_EQ(demand.pending(), 10U);
}

TEST(subscription_demand, refuses_a_minimum_that_is_not_below_the_maximum) {
  EXPECT_THROW(subscription_demand(10, 10, asking::automatic), exception);
  EXPECT_THROW(subscription_demand(0, 0, asking::automatic), exception);
}

}  // namespace stage_demand_test
