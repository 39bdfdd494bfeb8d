// The dispatchers as values: who gets what, and what is asked for upstream.
#include <dynamo/stage/dispatcher.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

namespace stage_dispatcher_test {

using namespace dynamo;
using namespace dynamo::stage;
using namespace dynamo::stage::detail;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

event_buffer<int> unlimited() {
  return {std::nullopt, keep::last};
}

class Dispatching : public testing::Test {
 protected:
  void ask(dispatcher<int>& to, link_id link, std::size_t count) {
    to.ask(link, count, parcels);
    note();
  }
  void offer(dispatcher<int>& to, std::vector<int> events) {
    chunk<int> offered;
    for (const int each : events) offered.push(each);
    to.offer(offered, parcels);
    EXPECT_TRUE(offered.empty());
    note();
  }
  void note() {
    for (auto& each : parcels) {
      order.push_back(each.to);
      for (const int event : each.events.events()) got[each.to].push_back(event);
    }
    parcels.clear();
  }

  dispatcher<int>::parcels parcels;
  std::vector<link_id> order;
  std::map<link_id, std::vector<int>> got;
};

// Demand

class demand_dispatching : public Dispatching {
 protected:
  void SetUp() override {
    for (const link_id link : {1U, 2U, 3U}) by.subscribe({.id = link});
  }
  demand_dispatcher<int> by{unlimited()};
};

TEST_F(demand_dispatching, serves_the_largest_demand_first) {
  ask(by, 1, 2);
  ask(by, 2, 5);
  EXPECT_EQ(by.wanted(), 7U);
  offer(by, {1, 2, 3});
  EXPECT_THAT(got[2], ElementsAre(1, 2, 3));
  EXPECT_EQ(by.wanted(), 4U);
  // Two each are left, and consumer 1 has waited longer.
  offer(by, {4});
  EXPECT_THAT(got[1], ElementsAre(4));
}

TEST_F(demand_dispatching, serves_equals_in_the_order_they_asked) {
  ask(by, 3, 2);
  ask(by, 1, 2);
  ask(by, 2, 2);
  offer(by, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(order, ElementsAre(3U, 1U, 2U));
}

TEST_F(demand_dispatching, splits_what_is_more_than_one_wants) {
  ask(by, 1, 2);
  ask(by, 2, 3);
  offer(by, {1, 2, 3, 4});
  EXPECT_THAT(got, ElementsAre(Pair(1, ElementsAre(4)), Pair(2, ElementsAre(1, 2, 3))));
}

TEST_F(demand_dispatching, keeps_what_nobody_wants_until_somebody_asks) {
  offer(by, {1, 2, 3});
  EXPECT_THAT(got, IsEmpty());
  EXPECT_EQ(by.waiting(), 3U);
  ask(by, 1, 2);
  EXPECT_THAT(got[1], ElementsAre(1, 2));
  EXPECT_EQ(by.wanted(), 0U) << "what was kept covers the demand";
  ask(by, 2, 2);
  EXPECT_THAT(got[2], ElementsAre(3));
  EXPECT_EQ(by.wanted(), 1U);
}

TEST_F(demand_dispatching, produces_the_demand_of_a_cancelled_consumer_for_nobody_twice) {
  ask(by, 1, 10);
  by.cancel(1, parcels);
  EXPECT_EQ(by.wanted(), 0U);
  ask(by, 2, 10);
  EXPECT_EQ(by.wanted(), 10U) << "not 20";
  offer(by, {1});
  EXPECT_THAT(got, ElementsAre(Pair(2, ElementsAre(1))));
}

TEST_F(demand_dispatching, counts_what_does_not_fit) {
  demand_dispatcher<int> small(event_buffer<int>(2, keep::first));
  offer(small, {1, 2, 3});
  EXPECT_EQ(small.discarded(), 1U);
  EXPECT_EQ(small.waiting(), 2U);
}

TEST_F(demand_dispatching, ignores_asks_for_nothing_and_of_strangers) {
  ask(by, 1, 0);
  ask(by, 9, 5);
  EXPECT_EQ(by.wanted(), 0U);
}

// Broadcast

class broadcasting : public Dispatching {
 protected:
  void SetUp() override {
    to.subscribe({.id = 1, .consumer = &one});
    to.subscribe({.id = 2, .consumer = &two});
  }
  int one = 0;
  int two = 0;
  broadcast_dispatcher<int> to{unlimited()};
};

TEST_F(broadcasting, sends_everything_to_all_as_fast_as_the_slowest_asks) {
  ask(to, 1, 5);
  EXPECT_EQ(to.wanted(), 0U) << "the other has not asked";
  ask(to, 2, 3);
  EXPECT_EQ(to.wanted(), 3U);
  offer(to, {1, 2, 3, 4});
  EXPECT_THAT(got[1], ElementsAre(1, 2, 3));
  EXPECT_THAT(got[2], ElementsAre(1, 2, 3));
  EXPECT_EQ(to.waiting(), 1U);
  ask(to, 2, 1);
  EXPECT_THAT(got[1], ElementsAre(1, 2, 3, 4));
}

TEST_F(broadcasting, waits_for_a_new_subscriber) {
  ask(to, 1, 5);
  ask(to, 2, 5);
  int three = 0;
  to.subscribe({.id = 3, .consumer = &three});
  EXPECT_EQ(to.wanted(), 0U);
  offer(to, {1});
  EXPECT_THAT(got, IsEmpty());
  ask(to, 3, 1);
  EXPECT_THAT(got[3], ElementsAre(1));
}

TEST_F(broadcasting, continues_when_the_slowest_cancels) {
  ask(to, 1, 5);
  offer(to, {1, 2});
  to.cancel(2, parcels);
  note();
  EXPECT_THAT(got[1], ElementsAre(1, 2));
  EXPECT_EQ(to.wanted(), 3U);
}

TEST_F(broadcasting, refuses_a_consumer_that_is_subscribed) {
  EXPECT_THROW(to.subscribe({.id = 7, .consumer = &one}), exception);
}

TEST_F(broadcasting, asks_again_for_what_a_selector_drops) {
  broadcast_dispatcher<int> only(unlimited());
  only.subscribe({.id = 1, .consumer = &one, .selector = [](int i) { return i % 2 == 0; }});
  ask(only, 1, 2);
  offer(only, {1, 3, 5});
  EXPECT_THAT(got, IsEmpty());
  EXPECT_EQ(only.wanted(), 2U) << "a filter must not starve";
  offer(only, {2, 7});
  EXPECT_THAT(got[1], ElementsAre(2));
  EXPECT_EQ(only.wanted(), 1U);
}

TEST_F(broadcasting, loses_nothing_to_a_selector_that_throws) {
  broadcast_dispatcher<int> only(unlimited());
  bool throws = true;
  only.subscribe({.id = 1, .consumer = &one, .selector = [&](int) {
                    if (throws) throw std::runtime_error("no");
                    return true;
                  }});
  ask(only, 1, 2);
  chunk<int> offered;
  for (const int each : {1, 2, 3}) offered.push(each);
  EXPECT_THROW(only.offer(offered, parcels), std::runtime_error);
  EXPECT_EQ(only.waiting(), 0U) << "it has taken none";
  EXPECT_EQ(offered.size(), 3U);
  EXPECT_THAT(parcels, IsEmpty());
  throws = false;
  only.offer(offered, parcels);
  note();
  EXPECT_THAT(got[1], ElementsAre(1, 2));
  EXPECT_EQ(only.waiting(), 1U);
  throws = true;
  EXPECT_THROW(ask(only, 1, 1), std::runtime_error);
  throws = false;
  only.deliver_again(parcels);
  note();
  EXPECT_THAT(got[1], ElementsAre(1, 2, 3)) << "what was asked for is owed";
}

// Partitions

class partitioning : public Dispatching {
 protected:
  // Negative: nobody's.
  static std::optional<std::size_t> tens(int i) {
    if (i < 0) return std::nullopt;
    return static_cast<std::size_t>(i / 10);
  }
  void SetUp() override {
    to.subscribe({.id = 1, .partition = 0});
    to.subscribe({.id = 2, .partition = 1});
  }
  partition_dispatcher<int> to{3, tens, unlimited()};
};

TEST_F(partitioning, sends_each_event_to_its_partition) {
  ask(to, 1, 5);
  ask(to, 2, 5);
  offer(to, {1, 11, 2, 12});
  EXPECT_THAT(got, ElementsAre(Pair(1, ElementsAre(1, 2)), Pair(2, ElementsAre(11, 12))));
}

TEST_F(partitioning, asks_again_for_events_of_nobody) {
  ask(to, 1, 2);
  offer(to, {-1, -2, -3});
  EXPECT_EQ(to.wanted(), 2U);
  EXPECT_EQ(to.waiting(), 0U);
}

TEST_F(partitioning, refuses_an_unknown_partition_before_it_takes_anything) {
  ask(to, 1, 5);
  chunk<int> events;
  for (const int each : {1, 30}) events.push(each);
  EXPECT_THROW(to.offer(events, parcels), exception);
  EXPECT_EQ(events.size(), 2U);
  EXPECT_THAT(parcels, IsEmpty());
}

TEST_F(partitioning, keeps_events_of_a_partition_without_consumer_and_counts_them_as_produced) {
  ask(to, 1, 4);
  offer(to, {20, 21, 22});
  EXPECT_EQ(to.waiting(), 3U);
  EXPECT_EQ(to.wanted(), 1U) << "what waits is bounded by the largest demand";
  offer(to, {23});
  EXPECT_EQ(to.wanted(), 0U);
  to.subscribe({.id = 3, .partition = 2});
  ask(to, 3, 10);
  EXPECT_THAT(got[3], ElementsAre(20, 21, 22, 23));
  EXPECT_EQ(to.wanted(), 6U);
}

TEST_F(partitioning, has_one_consumer_for_each_partition) {
  EXPECT_THROW(to.subscribe({.id = 4, .partition = 0}), exception);
  EXPECT_THROW(to.subscribe({.id = 4, .partition = 3}), exception);
  EXPECT_THROW(to.subscribe({.id = 4}), exception);
  to.cancel(1, parcels);
  to.subscribe({.id = 4, .partition = 0});
  ask(to, 4, 1);
  offer(to, {5});
  EXPECT_THAT(got[4], ElementsAre(5));
}

TEST_F(partitioning, needs_partitions_and_a_hash) {
  EXPECT_THROW(partition_dispatcher<int>(0, tens, unlimited()), exception);
  EXPECT_THROW(partition_dispatcher<int>(2, nullptr, unlimited()), exception);
}

}  // namespace stage_dispatcher_test
