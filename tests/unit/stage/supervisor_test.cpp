// What crashes lead to.
#include "support/manual_time.hpp"
#include "unit/stage/supervision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace stage_supervisor_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using stage::child_state;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(supervision, events_in_hand_are_delivered_again_and_flagged) {
  stage::supervisor tree;
  auto a = tree.start(counter(1000));
  tree.start(fragile(times(2)), sink_options{.subscribe_to = {{a, {.max_demand = 200}}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(1000));
  EXPECT_EQ(redelivered, 200U) << "a batch of 100, twice";
  const auto child = tree.which_children()[1];
  EXPECT_EQ(child.restarts, 2U);
  EXPECT_EQ(child.crashes, 2U);
  EXPECT_EQ(child.redelivered, 200U);
  EXPECT_EQ(child.handled, 1000U);
  EXPECT_EQ(child.reason->message, "it broke");
}

TEST_F(supervision, at_most_once_drops_them_and_counts) {
  stage::supervisor tree;
  auto a = tree.start(counter(1000));
  tree.start(fragile(times(2)), sink_options{.subscribe_to = {{a, {.max_demand = 200}}},
                                             .delivery = stage::guarantee::at_most_once});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(1000, 200));
  EXPECT_EQ(redelivered, 0U);
  EXPECT_EQ(tree.which_children()[1].dropped, 200U);
}

TEST_F(supervision, what_a_crashed_call_emitted_is_not_passed_on) {
  stage::supervisor tree;
  auto a = tree.start(counter(100));
  auto crashes = times(3);
  through_factory half = [crashes] {
    return through{[crashes](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                     for (int& each : in) {
                       out(each);
                       each = -1;  // events are brought back as they were
                     }
                     if ((*crashes)-- > 0) throw std::runtime_error("after half the work");
                   },
                   {}};
  };
  auto b = tree.start(half, through_options{.subscribe_to = {{a}}});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{b}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(100));
}

TEST_F(supervision, what_a_producer_emitted_before_it_crashed_is_passed_on) {
  stage::supervisor tree;
  int next = 0;
  source_factory fragile_source = [&] {
    return source{[&](std::size_t count, stage::emit<int> out) {
                    for (; count != 0 && next < 100; --count) {
                      out(next++);
                      if (next % 40 == 0) throw std::runtime_error("it broke");
                    }
                    if (next == 100) out.complete();
                  },
                  {}};
  };
  auto a = tree.start(fragile_source);
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.max_demand = 50}}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(100));
  EXPECT_EQ(tree.which_children()[0].restarts, 2U);
}

TEST_F(supervision, too_many_restarts_end_the_tree_with_one_error_that_names_the_stage) {
  stage::supervisor tree({.max_restarts = 2});
  auto a = tree.start(counter(1000), source_options{.name = "numbers"});
  tree.start(fragile(times(1000)), sink_options{.subscribe_to = {{a}}, .name = "writer"});
  try {
    tree.wait();
    FAIL() << "no error";
  } catch (const exception& ended) {
    EXPECT_EQ(ended.kind(), errc::callback);
    EXPECT_THAT(ended.what(), HasSubstr("stage 'writer'"));
    EXPECT_THAT(ended.what(), HasSubstr("more than 2 restarts in 5000 ms: it broke"));
    try {
      std::rethrow_if_nested(ended);
      FAIL() << "the stage's own exception is lost";
    } catch (const std::runtime_error& own) {
      EXPECT_STREQ(own.what(), "it broke");
    }
  }
  EXPECT_EQ(failure_of(tree).kind, errc::callback) << "and again";
  EXPECT_EQ(tree.which_children()[1].crashes, 3U);
  EXPECT_THROW(tree.start(counter(1)), exception);
}

TEST_F(supervision, restarts_that_are_long_ago_do_not_count) {
  auto time = std::make_shared<manual_clock>();
  stage::supervisor tree({.max_restarts = 1, .clock = time});
  auto a = tree.start(counter(100));
  auto crashes = times(10);
  sink_factory slow = [&, crashes] {
    return sink{[&, crashes](std::span<int> in, stage::delivery&) {
                  time->advance(6s);
                  if ((*crashes)-- > 0) throw std::runtime_error("it broke");
                  got.add(in);
                },
                {},
                {}};
  };
  tree.start(slow, sink_options{.subscribe_to = {{a}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(100));
  EXPECT_EQ(tree.which_children()[1].restarts, 10U);
}

TEST_F(supervision, strategies_restart_the_others_too) {
  const std::vector<std::pair<stage::strategy, std::vector<std::uint64_t>>> expected{
      {stage::one_for_one, {0, 1, 0}},
      {stage::one_for_all, {1, 1, 1}},
      {stage::rest_for_one, {0, 1, 1}}};
  for (const auto& [strategy, restarts] : expected) {
    collection all;
    stage::supervisor tree({.strategy = strategy});
    auto a = tree.start(counter(5000));
    auto crashes = times(1);
    through_factory once = [crashes] {
      return through{[crashes](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                       if ((*crashes)-- > 0) throw std::runtime_error("it broke");
                       for (const int each : in) out(each);
                     },
                     {}};
    };
    auto b = tree.start(once, through_options{.subscribe_to = {{a}}});
    tree.start(all.sink_of(), sink_options{.subscribe_to = {{b, {.max_demand = 10}}}});
    tree.wait();
    EXPECT_EQ(all.all(), numbers(5000));
    std::vector<std::uint64_t> counted;
    for (const auto& each : tree.which_children()) counted.push_back(each.restarts);
    EXPECT_EQ(counted, restarts);
  }
}

TEST_F(supervision, a_temporary_stage_ends_alone_and_its_consumers_hear) {
  // A consumer that ends with its producer fails with it; one that does not goes on.
  for (const auto how : {stage::cancel::permanent, stage::cancel::temporary}) {
    stage::supervisor tree;
    source_factory broken = [] {
      return source{[](std::size_t, stage::emit<int>) { throw std::runtime_error("no source"); },
                    {}};
    };
    auto a =
        tree.start(broken, source_options{.name = "numbers", .restart = stage::restart::temporary});
    tree.start(got.sink_of(),
               sink_options{.subscribe_to = {{a, {.cancel = how}}}, .name = "writer"});
    if (how == stage::cancel::permanent) {
      const error failure = failure_of(tree);
      EXPECT_EQ(failure.message, "stage 'writer' failed: its producer 'numbers' failed: no source");
    } else {
      while (tree.which_children()[0].state != child_state::failed) std::this_thread::yield();
      EXPECT_EQ(tree.which_children()[0].reason->message, "no source");
      EXPECT_EQ(tree.which_children()[1].state, child_state::running);
    }
  }
}

TEST_F(supervision, events_of_a_temporary_producer_come_before_its_failure) {
  stage::supervisor tree;
  source_factory broken = [] {
    return source{[](std::size_t, stage::emit<int> out) {
                    for (int i = 0; i < 50; ++i) out(i);
                    throw std::runtime_error("no more");
                  },
                  {}};
  };
  auto a = tree.start(broken, source_options{.restart = stage::restart::temporary});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.max_demand = 4}}}});
  EXPECT_THAT(failure_of(tree).message, HasSubstr("no more"));
  EXPECT_EQ(got.all(), numbers(50));
}

TEST_F(supervision, a_permanent_producer_is_made_again_when_it_is_complete) {
  stage::supervisor tree({.max_restarts = 4});
  source_factory short_one = [] {
    return source{[](std::size_t, stage::emit<int> out) {
                    out(1);
                    out.complete();
                  },
                  {}};
  };
  auto a = tree.start(short_one, source_options{.restart = stage::restart::permanent});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  EXPECT_THAT(failure_of(tree).message, HasSubstr("permanent"));
  EXPECT_EQ(tree.which_children()[0].restarts, 4U);
}

TEST_F(supervision, a_factory_that_throws_is_a_crash) {
  stage::supervisor tree;
  auto a = tree.start(counter(10));
  auto attempts = times(2);
  sink_factory inner = got.sink_of();
  sink_factory reluctant = [attempts, inner] {
    if ((*attempts)-- > 0) throw std::runtime_error("not yet");
    return inner();
  };
  tree.start(reluctant, sink_options{.subscribe_to = {{a}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(10));
  EXPECT_EQ(tree.which_children()[1].crashes, 2U);
}

TEST_F(supervision, a_poisonous_event_goes_to_the_dead_letters_and_the_others_continue) {
  stage::supervisor tree({.max_restarts = 0});
  std::vector<int> dead;
  std::vector<std::string> reasons;
  auto a = tree.start(counter(1000));
  sink_factory picky = [this] {
    return sink{[this](std::span<int> in, stage::delivery&) {
                  for (const int each : in) {
                    if (each % 300 == 7) throw std::runtime_error("poison");
                  }
                  got.add(in);
                },
                {},
                {}};
  };
  tree.start(picky,
             sink_options{.subscribe_to = {{a}}, .dead_letter = [&](int&& event, const error& why) {
                            dead.push_back(event);
                            reasons.push_back(why.message);
                          }});
  tree.wait();
  EXPECT_THAT(dead, ElementsAre(7, 307, 607, 907));
  EXPECT_THAT(reasons, testing::Each(std::string("poison")));
  EXPECT_EQ(got.all().size(), 996U);
  EXPECT_EQ(tree.which_children()[1].dead_letters, 4U);
  EXPECT_EQ(tree.which_children()[1].crashes, 12U)
      << "three for each: twice in a batch, once alone";
}

TEST_F(supervision, without_dead_letters_a_poisonous_event_ends_the_tree) {
  stage::supervisor tree;
  auto a = tree.start(counter(10));
  tree.start(fragile(times(1000)), sink_options{.subscribe_to = {{a}}});
  EXPECT_THAT(failure_of(tree).message, HasSubstr("it broke"));
  EXPECT_EQ(tree.which_children()[1].crashes, 4U);
}

TEST_F(supervision, dead_letters_that_throw_end_the_tree_at_the_limit) {
  stage::supervisor tree;
  auto a = tree.start(counter(10));
  tree.start(fragile(times(1000)),
             sink_options{.subscribe_to = {{a}}, .dead_letter = [](int&&, const error&) {
                            throw std::runtime_error("the letters' store is full");
                          }});
  EXPECT_THAT(failure_of(tree).message, HasSubstr("store is full"));
}

TEST_F(supervision, a_hash_outside_its_range_is_a_crash_of_its_stage) {
  stage::supervisor tree;
  auto a =
      tree.start(counter(10),
                 source_options{.name = "numbers",
                                .dispatcher = stage::partition_by<int>{
                                    .partitions = 1, .hash = [](int) { return std::size_t{9}; }}});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.partition = 0}}}});
  const error failure = failure_of(tree);
  EXPECT_THAT(failure.message, HasSubstr("'numbers'"));
  EXPECT_THAT(failure.message, HasSubstr("partition 9 of 1"));
}

// Nested

TEST_F(supervision, a_nested_supervisor_restarts_its_own) {
  stage::supervisor tree({.max_restarts = 0});
  auto a = tree.start(counter(1000));
  stage::supervisor& inner = tree.nest({.max_restarts = 3, .name = "inner"});
  inner.start(fragile(times(3)), sink_options{.subscribe_to = {{a}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(1000));
  EXPECT_EQ(tree.which_children()[1].name, "inner");
  EXPECT_EQ(tree.which_children()[1].restarts, 0U);
  EXPECT_EQ(tree.which_children()[1].state, child_state::complete);
}

TEST_F(supervision, a_nested_supervisor_launches_a_stage_once) {
  // The only thread is busy until both were told to begin.
  const auto pool = std::make_shared<worker_pool>(1);
  gate busy;
  pool->post([&] { busy.pass(); });
  stage::supervisor tree({.max_restarts = 0, .pool = pool});
  stage::supervisor& inner = tree.nest({.max_restarts = 2, .name = "inner"});
  std::atomic<int> attempts = 0;
  source_factory broken = [&]() -> source {
    ++attempts;
    throw std::runtime_error("it broke");
  };
  inner.start(broken);
  busy.open();
  EXPECT_THAT(failure_of(tree).message, HasSubstr("more than 2 restarts"));
  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(inner.which_children()[0].crashes, 3U);
}

TEST_F(supervision, a_nested_supervisor_that_gives_up_is_restarted_by_its_parent) {
  stage::supervisor tree({.max_restarts = 1});
  auto a = tree.start(counter(1000));
  stage::supervisor& inner = tree.nest({.max_restarts = 1, .name = "inner"});
  inner.start(fragile(times(3)), sink_options{.subscribe_to = {{a}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(1000));
  EXPECT_EQ(tree.which_children()[1].restarts, 1U);
}

TEST_F(supervision, an_error_names_the_whole_way) {
  stage::supervisor tree({.max_restarts = 1});
  auto a = tree.start(counter(1000));
  stage::supervisor& inner = tree.nest({.max_restarts = 0, .name = "inner"});
  inner.start(fragile(times(100)), sink_options{.subscribe_to = {{a}}, .name = "writer"});
  const error failure = failure_of(tree);
  EXPECT_THAT(failure.message, HasSubstr("supervisor 'inner' failed"));
  EXPECT_THAT(failure.message, HasSubstr("stage 'writer' failed"));
  EXPECT_THAT(failure.message, HasSubstr("it broke"));
}

}  // namespace stage_supervisor_test
