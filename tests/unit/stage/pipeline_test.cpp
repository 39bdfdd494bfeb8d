// Stages connected: order and ends.
#include "unit/stage/stage_pipeline.hpp"

#include <dynamo/stage/producer_from.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace stage_pipeline_test {

using namespace dynamo;
using namespace dynamo::test;
using testing::ElementsAre;

TEST_F(stage_pipeline, passes_every_event_on_in_order_and_completes_after_the_last) {
  stage::supervisor tree;
  bool complete_behind_all = false;
  auto a = tree.start(counter(20'000));
  auto b = tree.start(relay(), through_options{.subscribe_to = {{a}}});
  sink_factory last = [&] {
    return sink{[&](std::span<int> in, stage::delivery&) { got.add(in); },
                [&] { complete_behind_all = got.all().size() == 20'000; },
                {}};
  };
  tree.start(last, sink_options{.subscribe_to = {{b}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(20'000));
  EXPECT_TRUE(complete_behind_all);
  for (const auto& each : tree.which_children()) {
    EXPECT_EQ(each.state, stage::child_state::complete) << each.name;
  }
}

TEST_F(stage_pipeline, copies_share_the_events) {
  stage::supervisor tree;
  auto a = tree.start(counter(20'000));
  auto b = tree.start(relay(), through_options{.subscribe_to = {{a}}, .copies = 3});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{b}}, .copies = 2});
  tree.wait();
  EXPECT_EQ(got.sorted(), numbers(20'000));
  EXPECT_EQ(tree.which_children().size(), 6U);
  EXPECT_EQ(tree.which_children()[1].name, "stage 2 #1");
}

TEST_F(stage_pipeline, a_copy_is_never_concurrent_with_itself) {
  stage::supervisor tree({.pool = std::make_shared<worker_pool>(4)});
  std::atomic<int> within = 0;
  std::atomic<bool> overlapped = false;
  auto a = tree.start(counter(5000));
  auto b = tree.start(relay(), through_options{.subscribe_to = {{a}}, .copies = 4});
  sink_factory careful = [&] {
    return sink{[&](std::span<int> in, stage::delivery&) {
                  if (++within != 1) overlapped = true;
                  got.add(in);
                  --within;
                },
                {},
                {}};
  };
  tree.start(careful, sink_options{.subscribe_to = {{b, {.max_demand = 10}}}});
  tree.wait();
  EXPECT_FALSE(overlapped);
  EXPECT_EQ(got.sorted(), numbers(5000));
}

TEST_F(stage_pipeline, partitions_keep_events_of_one_key_together) {
  stage::supervisor tree;
  collection odd;
  auto a = tree.start(
      counter(1000),
      source_options{.dispatcher = stage::partition_by<int>{
                         .partitions = 2, .hash = [](int i) -> std::optional<std::size_t> {
                           if (i % 10 == 0) return std::nullopt;
                           return static_cast<std::size_t>(i % 2);
                         }}});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.partition = 0}}}});
  tree.start(odd.sink_of(), sink_options{.subscribe_to = {{a, {.partition = 1}}}});
  tree.wait();
  EXPECT_EQ(odd.all().size(), 500U);
  EXPECT_EQ(got.all().size(), 400U);
  for (const int each : odd.all()) ASSERT_EQ(each % 2, 1);
}

TEST_F(stage_pipeline, a_stage_of_many_producers_completes_when_the_last_does) {
  stage::supervisor tree;
  auto a = tree.start(counter(10));
  auto b = tree.start(counter(3000, 10));
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}, {b}}});
  tree.wait();
  EXPECT_EQ(got.sorted(), numbers(3000));
}

TEST_F(stage_pipeline, a_stage_drains_before_it_ends_and_may_emit_at_its_end) {
  stage::supervisor tree;
  auto a = tree.start(counter(10));
  through_factory twice_and_end = [] {
    return through{[](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                     for (const int each : in) {
                       for (int i = 0; i < 50; ++i) out(each);
                     }
                   },
                   [](stage::emit<int> out) { out(99); }};
  };
  auto b = tree.start(twice_and_end, through_options{.subscribe_to = {{a}}});
  // One by one: nearly all of it waits in the buffer when the source is complete.
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{b, {.max_demand = 1}}}});
  tree.wait();
  ASSERT_EQ(got.all().size(), 501U);
  EXPECT_EQ(got.all().back(), 99);
}

TEST_F(stage_pipeline, a_consumer_that_cancels_ends_its_producers_too) {
  stage::supervisor tree;
  source_factory endless = [] {
    return source{[](std::size_t count, stage::emit<int> out) {
                    for (; count != 0; --count) out(1);
                  },
                  {}};
  };
  auto a = tree.start(endless);
  auto b = tree.start(relay(), through_options{.subscribe_to = {{a}}});
  sink_factory first_ten = [&] {
    return sink{[&](std::span<int> in, stage::delivery& with) {
                  got.add(in.first(10));
                  with.cancel();
                },
                {},
                {}};
  };
  tree.start(first_ten, sink_options{.subscribe_to = {{b}}});
  tree.wait();
  EXPECT_EQ(got.all().size(), 10U);
  for (const auto& each : tree.which_children()) {
    EXPECT_EQ(each.state, stage::child_state::complete) << each.name;
  }
}

TEST_F(stage_pipeline, with_a_transient_or_temporary_producer_a_consumer_outlives_its_end) {
  for (const auto how : {stage::cancel::transient, stage::cancel::temporary}) {
    collection some;
    stage::supervisor tree;
    auto a = tree.start(counter(5));
    tree.start(some.sink_of(), sink_options{.subscribe_to = {{a, {.cancel = how}}}});
    some.wait_for(5);
    while (tree.which_children()[0].state != stage::child_state::complete) {
      std::this_thread::yield();
    }
    EXPECT_EQ(tree.which_children()[1].state, stage::child_state::running);
    tree.stop();
    EXPECT_EQ(tree.which_children()[1].state, stage::child_state::stopped);
  }
}

TEST_F(stage_pipeline, subscribing_to_what_has_ended_completes) {
  stage::supervisor tree;
  auto a = tree.start(counter(5));
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  tree.wait();
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  tree.wait();
  EXPECT_EQ(got.all().size(), 5U);
}

TEST_F(stage_pipeline, a_woken_producer_emits_what_it_could_not_at_once) {
  std::mutex mutex;
  stage::waker wake;
  int available = 0;
  gate asked;
  source_factory late = [&] {
    return source{[&](std::size_t count, stage::emit<int> out) {
                    const std::lock_guard lock(mutex);
                    for (; count != 0 && available != 0; --count) out(--available);
                  },
                  [&](stage::waker with) {
                    const std::lock_guard lock(mutex);
                    wake = std::move(with);
                    asked.open();
                  }};
  };
  stage::supervisor tree;
  auto a = tree.start(late);
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  asked.pass();
  for (const std::size_t total : {3U, 6U}) {
    {
      const std::lock_guard lock(mutex);
      available = 3;
      wake();
    }
    got.wait_for(total);
  }
  tree.stop();
  wake();  // it may outlive its stage
  EXPECT_EQ(got.all(), (std::vector<int>{2, 1, 0, 2, 1, 0}));
}

TEST_F(stage_pipeline, events_beyond_the_demand_wait_in_a_buffer_that_discards_and_reports) {
  stage::supervisor tree;
  source_factory too_much = [] {
    return source{[](std::size_t, stage::emit<int> out) {
                    for (int i = 0; i < 20; ++i) out(i);
                    out.complete();
                  },
                  {}};
  };
  auto a = tree.start(too_much, source_options{.buffer = {.size = 5, .keep = stage::keep::last}});
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a, {.max_demand = 2}}}});
  tree.wait();
  EXPECT_THAT(got.all(), ElementsAre(0, 1, 15, 16, 17, 18, 19));
  EXPECT_EQ(tree.which_children()[0].discarded, 13U);
}

TEST_F(stage_pipeline, ranges_are_producers) {
  stage::supervisor tree;
  auto a = tree.start(stage::producer_from(std::views::iota(0, 5000)));
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{a}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(5000));
}

TEST_F(stage_pipeline, ranges_of_what_cannot_be_copied_are_moved_through) {
  struct adder {
    collection* into;
    void on_events(std::span<const std::unique_ptr<int>> in) {
      for (const auto& each : in) into->add({each.get(), 1});
    }
  };
  std::vector<std::unique_ptr<int>> owned;
  for (int i = 0; i < 10; ++i) owned.push_back(std::make_unique<int>(i));
  stage::supervisor tree;
  auto a = tree.start(stage::producer_from(std::move(owned)));
  tree.start([&] { return adder{&got}; }, {.subscribe_to = {{a}}});
  tree.wait();
  EXPECT_EQ(got.all(), numbers(10));
}

TEST_F(stage_pipeline, a_range_is_not_advanced_beyond_what_is_asked_for) {
  std::atomic<int> seen = 0;
  auto counted = std::views::iota(0) | std::views::transform([&](int i) {
                   ++seen;
                   return i;
                 });
  stage::supervisor tree;
  auto a = tree.start(stage::producer_from(counted));
  auto end = tree.start(got.sink_of(),
                        sink_options{.subscribe_to = {{a, {.demand = stage::asking::manual}}}});
  end.ask(7);
  got.wait_for(7);
  tree.stop();
  EXPECT_EQ(seen, 7);
}

template <class Start>
void expect_refused(Start start, const std::string& part) {
  try {
    start();
    FAIL() << "not refused: " << part;
  } catch (const exception& refused) {
    EXPECT_EQ(refused.kind(), errc::invalid_argument);
    EXPECT_THAT(refused.what(), testing::HasSubstr(part));
  }
}

TEST_F(stage_pipeline, impossible_options_are_refused_at_the_call) {
  stage::supervisor tree;
  auto a = tree.start(counter(0));
  auto with = [&](sink_options options) {
    return [&, options] { tree.start(got.sink_of(), options); };
  };
  expect_refused(with({.subscribe_to = {{a}}, .copies = 0}), "copies is 0");
  expect_refused(with({}), "needs a producer");
  expect_refused(with({.subscribe_to = {{a, {.max_demand = 0}}}}), "min_demand is 0");
  expect_refused(with({.subscribe_to = {{a, {.max_demand = 5, .min_demand = 5}}}}),
                 "min_demand is 5");
  expect_refused(with({.subscribe_to = {{a}}, .max_deliveries = 1}), "max_deliveries");
  expect_refused(with({.subscribe_to = {{a, {.partition = 0}}}}), "no partition_by");
  expect_refused([&] { tree.start(stage::producer_from(std::views::iota(0)), {.copies = 2}); },
                 "cannot have copies");
  expect_refused([] { const stage::supervisor none({.period = std::chrono::milliseconds(0)}); },
                 "period");
  auto b = tree.start(counter(0), source_options{.dispatcher = stage::broadcast{}});
  expect_refused(with({.subscribe_to = {{b}, {b}}}), "subscribed to this broadcast already");
  auto c = tree.start(
      counter(0), source_options{.dispatcher = stage::partition_by<int>{
                                     .partitions = 1, .hash = [](int) { return std::size_t{0}; }}});
  expect_refused(with({.subscribe_to = {{c}}}), "must name a partition");
  expect_refused(with({.subscribe_to = {{c, {.partition = 0}}}, .copies = 2}), "below 1");
  EXPECT_EQ(tree.which_children().size(), 3U) << "nothing was started";
  // What a refused subscription had taken is free again.
  tree.start(got.sink_of(), sink_options{.subscribe_to = {{c, {.partition = 0}}}});
}

TEST_F(stage_pipeline, events_that_cannot_be_copied_need_a_stage_that_does_not_change_them) {
  struct changing {
    void on_events(std::span<std::unique_ptr<int>>) {}
  };
  stage::supervisor tree;
  auto a = tree.start(stage::producer_from(std::vector<std::unique_ptr<int>>(3)));
  expect_refused([&] { tree.start([] { return changing{}; }, {.subscribe_to = {{a}}}); },
                 "cannot be copied");
  tree.start([] { return changing{}; },
             {.subscribe_to = {{a}}, .delivery = stage::guarantee::at_most_once});
  tree.wait();
}

}  // namespace stage_pipeline_test
