// Who subscribes to what, and what becomes of the events on both sides when one of them ends.
#include "unit/stage/supervision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

namespace stage_subscription_test {

using namespace dynamo;
using namespace dynamo::test;
using stage::child_state;
using testing::Each;
using testing::HasSubstr;

class subscriptions : public supervision {
 protected:
  /// Counts what it emits, for ever.
  source_factory counted() {
    return [this] {
      return source{[this](std::size_t count, stage::emit<int> out) {
                      for (; count != 0; --count, ++emitted) out(1);
                    },
                    {}};
    };
  }
  /// Cancels with its first events.
  static sink_factory cancelling() {
    return
        [] { return sink{[](std::span<int>, stage::delivery& with) { with.cancel(); }, {}, {}}; };
  }
  std::atomic<std::uint64_t> emitted = 0;
};

TEST_F(subscriptions, to_many_producers_that_have_ended_complete) {
  for (int round = 0; round < 50; ++round) {
    stage::supervisor tree;
    std::vector<stage::subscription<int>> producers;
    for (int i = 0; i < 40; ++i) {
      auto source = tree.start(counter(0));
      // It ends when it is asked, or when its only consumer leaves.
      tree.start(got.sink_of(), sink_options{.subscribe_to = {{source}}});
      producers.push_back({source, {}});
    }
    for (;;) {
      const auto children = tree.which_children();
      if (std::ranges::all_of(
              children, [](const auto& each) { return each.state == child_state::complete; })) {
        break;
      }
      std::this_thread::yield();
    }
    tree.start(got.sink_of(), sink_options{.subscribe_to = producers});
    ASSERT_TRUE(tree.try_wait());
  }
}

TEST_F(subscriptions, to_stages_of_several_trees_get_every_event_once) {
  stage::supervisor one;
  stage::supervisor other;
  // Both trees count their children, and their subscriptions, from the beginning.
  auto a = one.start(counter(1000), source_options{.demand = stage::demand_mode::accumulate});
  auto b = other.start(counter(2000, 1000));
  collection kept;
  one.start(kept.sink_of(), sink_options{.subscribe_to = {{a, {.max_demand = 10}}}});
  other.start(got.sink_of(),
              sink_options{.subscribe_to = {{b, {.max_demand = 10}}, {a, {.max_demand = 10}}}});
  a.forward();
  EXPECT_TRUE(one.try_wait());
  EXPECT_TRUE(other.try_wait());
  std::vector<int> all = got.all();
  for (const int each : kept.all()) all.push_back(each);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, numbers(2000));
}

TEST_F(subscriptions, to_a_stage_of_a_tree_that_is_stopped_fail) {
  std::optional<stage::supervisor> upstream(std::in_place);
  auto a = upstream->start(counted(), source_options{.name = "numbers"});
  stage::supervisor tree;
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}, .name = "writer"});
  got.wait_for(1);
  upstream.reset();
  const error failure = failure_of(tree);
  EXPECT_EQ(failure.kind, errc::cancelled);
  EXPECT_THAT(failure.message, HasSubstr("its producer 'numbers' failed"));
  stage::supervisor later;
  EXPECT_THROW(later.start(got.sink_of(), sink_options{.subscribe_to = {{a}}}), exception);
}

TEST_F(subscriptions, of_a_tree_that_is_stopped_release_their_producers_in_others) {
  stage::supervisor tree;
  auto a = tree.start(counted());
  {
    stage::supervisor downstream;
    downstream.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
    got.wait_for(1);
  }
  EXPECT_TRUE(tree.try_wait()) << "nobody will ask any more";
}

// Whoever counts finds each event somewhere: handled, dropped by its consumer or discarded by its
// producer.
TEST_F(subscriptions, of_a_consumer_that_cancels_account_for_every_event) {
  for (int round = 0; round < 200; ++round) {
    emitted = 0;
    stage::supervisor tree;
    auto a = tree.start(counted());
    tree.start(cancelling(), sink_options{.subscribe_to = {{a, {.max_demand = 100}}}});
    tree.start(cancelling(), sink_options{.subscribe_to = {{a, {.max_demand = 10}}}});
    tree.wait();
    std::uint64_t found = 0;
    for (const auto& each : tree.which_children()) {
      found += each.handled + each.dropped + each.discarded;
    }
    ASSERT_EQ(found, emitted) << "round " << round;
  }
}

TEST_F(subscriptions, of_a_tree_that_stops_account_for_every_event) {
  for (int round = 0; round < 100; ++round) {
    emitted = 0;
    stage::supervisor tree;
    auto a = tree.start(counted());
    auto b = tree.start(relay(), through_options{.subscribe_to = {{a, {.max_demand = 100}}}});
    tree.start(cancelling(), sink_options{.subscribe_to = {{b, {.max_demand = 20}}}});
    tree.start(got.sink_of(), sink_options{.subscribe_to = {{b, {.max_demand = 20}}}});
    got.wait_for(static_cast<std::size_t>(round));
    tree.stop();
    const auto children = tree.which_children();
    ASSERT_EQ(children[1].handled + children[1].dropped + children[0].discarded, emitted);
    const std::uint64_t passed_on = children[1].handled;
    std::uint64_t found = children[1].discarded;
    for (const std::size_t sink : {2U, 3U})
      found += children[sink].handled + children[sink].dropped;
    ASSERT_EQ(found, passed_on) << "round " << round;
  }
}

TEST_F(subscriptions, of_a_stage_that_could_not_start_are_given_back) {
  stage::supervisor tree;
  // Their only consumer leaves when it cannot start.
  const auto wait = stage::unsubscribed_policy::wait;
  auto a = tree.start(counter(10),
                      source_options{.dispatcher = stage::broadcast{}, .when_cancelled = wait});
  auto b = tree.start(counter(20, 10), source_options{.when_cancelled = wait});
  EXPECT_THROW(tree.start(got.sink_of(), sink_options{.subscribe_to = {{b}, {a}, {a}}}), exception)
      << "twice to one broadcast";
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}, {b}}});
  tree.wait();
  EXPECT_EQ(got.sorted(), numbers(20));
}

}  // namespace stage_subscription_test
