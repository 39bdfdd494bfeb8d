// Functions of a dispatcher that throw: crashes of the stage that lose nothing and end it, too.
#include "unit/stage/supervision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

namespace stage_selector_test {

using namespace dynamo;
using namespace dynamo::test;
using stage::child_state;
using testing::HasSubstr;

class selectors : public supervision {
 protected:
  /// Throws as many times, at an event that `at` says.
  static std::function<bool(const int&)> fragile(std::shared_ptr<std::atomic<int>> crashes,
                                                 int at = 50) {
    return [crashes, at](const int& event) {
      if (event == at && (*crashes)-- > 0) throw std::runtime_error("it does not know");
      return true;
    };
  }
  static source_options broadcasting(stage::restart restart = stage::restart::transient) {
    return {.name = "numbers", .dispatcher = stage::broadcast{}, .restart = restart};
  }
};

TEST_F(selectors, of_a_producer_that_throw_once_lose_nothing) {
  stage::supervisor tree;
  auto a = tree.start(counter(100), broadcasting());
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.selector = fragile(times(1))}}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(100));
  EXPECT_EQ(tree.which_children()[0].crashes, 1U);
  EXPECT_EQ(tree.which_children()[0].restarts, 1U);
}

TEST_F(selectors, of_a_producer_that_keep_throwing_end_the_tree_with_their_error) {
  stage::supervisor tree;
  auto a = tree.start(counter(100), broadcasting());
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.selector = fragile(times(99))}}}});
  const error failure = failure_of(tree);
  EXPECT_THAT(failure.message, HasSubstr("stage 'numbers' failed"));
  EXPECT_THAT(failure.message, HasSubstr("it does not know"));
  EXPECT_EQ(tree.which_children()[0].crashes, 4U);
}

TEST_F(selectors, of_a_temporary_producer_end_it_and_its_consumers_hear) {
  stage::supervisor tree;
  auto a = tree.start(counter(100), broadcasting(stage::restart::temporary));
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.selector = fragile(times(99))}}},
                                         .name = "writer"});
  EXPECT_EQ(failure_of(tree).message,
            "stage 'writer' failed: its producer 'numbers' failed: it does not know");
  EXPECT_EQ(tree.which_children()[0].state, child_state::failed);
}

TEST_F(selectors, of_a_stage_in_between_pass_every_event_on_once) {
  for (const std::size_t demand : {4U, 20U, 1000U}) {
    collection all;
    stage::supervisor tree({.max_restarts = 100});
    auto a = tree.start(counter(100));
    auto b = tree.start(relay(), through_options{.subscribe_to = {{a, {.max_demand = 20}}},
                                                 .dispatcher = stage::broadcast{}});
    tree.start(
        all.sink_of(),
        sink_options{.subscribe_to = {{b, {.max_demand = demand, .selector = fragile(times(3))}}}});
    tree.wait();
    EXPECT_EQ(all.all(), numbers(100)) << demand;
    EXPECT_EQ(tree.which_children()[1].crashes, 3U) << demand;
  }
}

// The producer has ended when its events are asked for.
TEST_F(selectors, of_a_stage_that_drains_are_tried_again_and_given_up) {
  for (const int crashes : {2, 99}) {
    collection all;
    stage::supervisor tree;
    source_factory at_once = [] {
      return source{[](std::size_t, stage::emit<int> out) {
                      for (int i = 0; i < 100; ++i) out(i);
                      out.complete();
                    },
                    {}};
    };
    auto a = tree.start(at_once, broadcasting());
    auto end = tree.start(all.sink_of(),
                          sink_options{.subscribe_to = {{a,
                                                         {.max_demand = 10,
                                                          .demand = stage::asking::manual,
                                                          .selector = fragile(times(crashes))}}}});
    end.ask(10);
    all.wait_for(10);
    end.ask(200);
    const auto ended = tree.try_wait();
    const auto producer = tree.which_children()[0];
    if (crashes == 2) {
      EXPECT_TRUE(ended);
      EXPECT_EQ(all.all(), numbers(100));
      EXPECT_EQ(producer.restarts, 2U);
      EXPECT_EQ(producer.state, child_state::complete);
    } else {
      ASSERT_FALSE(ended);
      EXPECT_THAT(ended.error().message, HasSubstr("it does not know"));
      EXPECT_EQ(producer.crashes, 4U);
      EXPECT_EQ(all.all().size() + producer.discarded, 100U);
    }
  }
}

TEST_F(selectors, of_a_temporary_stage_that_drains_end_it) {
  stage::supervisor tree;
  source_factory at_once = [] {
    return source{[](std::size_t, stage::emit<int> out) {
                    for (int i = 0; i < 100; ++i) out(i);
                    throw std::runtime_error("no more");
                  },
                  {}};
  };
  auto a = tree.start(at_once, broadcasting(stage::restart::temporary));
  // Always: if it throws before the supervisor has ended the stage, it is called again.
  tree.start(
      got.sink_of(),
      sink_options{.subscribe_to = {{a, {.max_demand = 10, .selector = fragile(times(1000))}}}});
  EXPECT_THAT(failure_of(tree).message, HasSubstr("no more")) << "the first failure is the one";
  EXPECT_LT(got.all().size(), 51U);
}

TEST_F(selectors, hashes_that_throw_lose_nothing_and_end_a_temporary_stage) {
  for (const auto restart : {stage::restart::transient, stage::restart::temporary}) {
    collection all;
    stage::supervisor tree;
    const auto crashes = times(1);
    auto a = tree.start(
        counter(100), source_options{.name = "numbers",
                                     .dispatcher =
                                         stage::partition_by<int>{
                                             .partitions = 1,
                                             .hash = [crashes](int) -> std::optional<std::size_t> {
                                               if ((*crashes)-- > 0) {
                                                 throw std::runtime_error("it does not know");
                                               }
                                               return 0;
                                             }},
                                     .restart = restart});
    tree.start(all.sink_of(), sink_options{.subscribe_to = {{a, {.partition = 0}}}});
    const auto ended = tree.try_wait();
    EXPECT_EQ(ended.has_value(), restart == stage::restart::transient);
    EXPECT_EQ(all.all(), ended ? numbers(100) : numbers(0));
    EXPECT_EQ(tree.which_children()[0].discarded, ended ? 0U : 100U);
  }
}

}  // namespace stage_selector_test
