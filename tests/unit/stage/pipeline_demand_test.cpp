// Stages connected: what they ask for, and when.
#include "unit/stage/stage_pipeline.hpp"

#include <dynamo/stage/producer_from.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace stage_pipeline_demand_test {

using namespace dynamo;
using namespace dynamo::test;
using testing::Each;
using testing::Le;

// Emits what is asked for, and counts it.
source_factory counting_up(std::atomic<int>& produced) {
  return [&produced] {
    return source{[&produced](std::size_t count, stage::emit<int> out) {
                    for (; count != 0; --count) out(produced++);
                  },
                  {}};
  };
}

// Takes what it is given, and nothing more until the gate opens.
sink_factory stuck_at(gate& block) {
  return [&block] {
    return sink{[&block](std::span<int>, stage::delivery& with) {
                  block.pass();
                  with.cancel();
                },
                {},
                {}};
  };
}

TEST_F(stage_pipeline, cuts_batches_to_maximum_less_minimum) {
  stage::supervisor tree;
  auto a = tree.start(counter(1000));
  tree.start(got.sink_of(),
             sink_options{.subscribe_to = {{a, {.max_demand = 100, .min_demand = 90}}}});
  tree.wait();
  EXPECT_THAT(got.batches(), Each(Le(10U)));
  EXPECT_EQ(got.all(), numbers(1000));
}

TEST_F(stage_pipeline, asks_for_the_maximum_once_and_for_more_only_when_events_are_handled) {
  std::atomic<int> produced = 0;
  gate block;
  stage::supervisor tree;
  auto a = tree.start(counting_up(produced));
  tree.start(stuck_at(block), sink_options{.subscribe_to = {{a, {.max_demand = 300}}}});
  block.wait_for_somebody();
  EXPECT_EQ(produced, 300);
  block.open();
  tree.wait();
  EXPECT_EQ(produced, 300);
}

// Demand passes a slow stage only as far as the stages before it may hold events.
TEST_F(stage_pipeline, a_slow_third_stage_stops_the_first) {
  std::atomic<int> produced = 0;
  gate block;
  stage::supervisor tree;
  std::atomic<int> relayed = 0;
  through_factory counted = [&] {
    return through{[&](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                     for (const int each : in) out(each);
                     relayed += static_cast<int>(in.size());
                   },
                   {}};
  };
  auto a = tree.start(counting_up(produced));
  auto b = tree.start(counted, through_options{.subscribe_to = {{a, {.max_demand = 40}}}});
  tree.start(stuck_at(block), sink_options{.subscribe_to = {{b, {.max_demand = 100}}}});
  block.wait_for_somebody();
  // The second stage hands on what the third asked for, and holds what it asked for itself.
  while (relayed != 100) std::this_thread::yield();
  EXPECT_LE(produced, 140);
  block.open();
  tree.wait();
  EXPECT_LE(produced, 140);
}

TEST_F(stage_pipeline, by_hand_takes_nothing_until_it_asks) {
  std::atomic<int> calls = 0;
  stage::supervisor tree;
  source_factory counted = [&] {
    return source{[&](std::size_t count, stage::emit<int> out) {
                    ++calls;
                    for (std::size_t i = 0; i < count; ++i) out(static_cast<int>(i));
                  },
                  {}};
  };
  auto a = tree.start(counted);
  auto end = tree.start(got.sink_of(),
                        sink_options{.subscribe_to = {{a, {.demand = stage::asking::manual}}}});
  end.ask(0);
  EXPECT_EQ(calls, 0);
  end.ask(5);
  got.wait_for(5);
  end.ask(2);
  got.wait_for(7);
  EXPECT_EQ(got.all(), (std::vector<int>{0, 1, 2, 3, 4, 0, 1}));
  tree.stop();
  EXPECT_EQ(got.all().size(), 7U);
}

TEST_F(stage_pipeline, by_hand_asks_from_within_a_stage) {
  stage::supervisor tree;
  auto a = tree.start(counter(10));
  sink_factory one_by_one = [&] {
    return sink{[&](std::span<int> in, stage::delivery& with) {
                  got.add(in);
                  with.ask(1);
                },
                {},
                {}};
  };
  auto end = tree.start(one_by_one,
                        sink_options{.subscribe_to = {{a, {.demand = stage::asking::manual}}}});
  end.ask(1);
  tree.wait();
  EXPECT_EQ(got.all(), numbers(10));
  EXPECT_THAT(got.batches(), Each(1U));
}

TEST_F(stage_pipeline, accumulated_demand_reaches_the_producer_when_it_is_forwarded) {
  stage::supervisor tree;
  collection other;
  auto a = tree.start(counter(100), source_options{.dispatcher = stage::broadcast{},
                                                   .demand = stage::demand_mode::accumulate});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  tree.start(other.sink_of(), sink_options{.subscribe_to = {{a}}});
  EXPECT_TRUE(got.all().empty());
  a.forward();
  tree.wait();
  EXPECT_EQ(got.all(), numbers(100)) << "both see the stream from its beginning";
  EXPECT_EQ(other.all(), numbers(100));
}

}  // namespace stage_pipeline_demand_test
