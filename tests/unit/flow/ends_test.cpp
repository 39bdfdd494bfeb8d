// What makes a flow run.
#include "support/watchdog.hpp"
#include "unit/flow/numbers.hpp"

#include <dynamo/flow/flow.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <ranges>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace flow_ends_test {

using namespace dynamo;
using namespace dynamo::test;

using ints = std::vector<int>;
using events = flow::event_stream<int>;

static_assert(std::ranges::input_range<events>);
static_assert(!std::ranges::forward_range<events>);
static_assert(std::ranges::viewable_range<events>, "a temporary goes into a pipeline");
static_assert(!std::copyable<events> && std::movable<events>);

const flow::options two{.stages = 2, .max_demand = 8};

template <class F>
errc kind_of(F f) {
  try {
    f();
  } catch (const exception& failure) {
    return failure.kind();
  }
  throw std::logic_error("nothing was thrown");
}

class flow_ends : public testing::Test {
  watchdog dog_{"flow_ends"};
};

TEST_F(flow_ends, collect_gives_each_last_stages_events_in_their_order) {
  EXPECT_EQ((flow::from(numbers(100), {.stages = 1, .max_demand = 6}) | flow::collect()),
            numbers(100));
  const auto all = flow::from(numbers(100), {.stages = 1, .max_demand = 6}) |
                   flow::partition([](int x) { return x % 2; }, {.stages = 2}) | flow::collect();
  EXPECT_EQ(sorted(all), numbers(100));
  EXPECT_TRUE(std::ranges::is_sorted(all | std::views::filter([](int x) { return x % 2 == 0; })));
}

TEST_F(flow_ends, collect_into_any_container) {
  EXPECT_EQ((flow::from(ints{3, 1, 3}, two) | flow::collect<std::set<int>>()),
            (std::set<int>{1, 3}));
  EXPECT_EQ((flow::from(ints{3, 1, 3}, two) | flow::collect<std::multiset<int>>()),
            (std::multiset<int>{1, 3, 3}));
  EXPECT_EQ((flow::from(numbers(3), {.stages = 1}) | flow::collect<std::deque<int>>()),
            (std::deque<int>{0, 1, 2}));
  EXPECT_EQ((flow::from(std::string("abc"), {.stages = 1}) | flow::collect<std::string>()), "abc");
}

TEST_F(flow_ends, collect_into_a_map_loses_no_event_of_a_key) {
  const auto pair = [](int x) { return std::pair(x % 3, x); };
  const auto flow = [&] { return flow::from(numbers(6), two) | flow::map(pair); };
  EXPECT_EQ(kind_of([&] { (void)(flow() | flow::collect<std::map<int, int>>()); }),
            errc::invalid_argument);
  EXPECT_EQ((flow() | flow::collect<std::multimap<int, int>>()).size(), 6U);
}

TEST_F(flow_ends, run_returns_when_everything_is_done) {
  std::atomic<int> seen = 0;
  flow::from(numbers(1000), two) | flow::partition() | flow::each([&](int) { ++seen; }) |
      flow::run();
  EXPECT_EQ(seen, 1000);
}

TEST_F(flow_ends, into_gives_batches_on_the_callers_thread) {
  const auto caller = std::this_thread::get_id();
  ints all;
  flow::from(numbers(100), two) | flow::into([&](std::vector<int>& batch) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_FALSE(batch.empty());
    EXPECT_LE(batch.size(), 4U);
    all.insert(all.end(), batch.begin(), batch.end());
  });
  EXPECT_EQ(sorted(all), numbers(100));
}

struct counting_sink {
  int taken = 0;
  int most = 0;
  bool operator()(const std::vector<int>& batch) {
    taken += static_cast<int>(batch.size());
    return taken < most;
  }
};

TEST_F(flow_ends, into_refers_to_a_sink_that_is_an_lvalue) {
  counting_sink sink{.most = 1000};
  flow::from(numbers(100), two) | flow::into(sink);
  EXPECT_EQ(sink.taken, 100);
}

TEST_F(flow_ends, a_sink_that_takes_no_more_ends_the_flow) {
  auto log = std::make_shared<source_log>();
  counting_sink sink{.most = 10};
  EXPECT_EQ(kind_of([&] { flow::from(number_source(100'000, log), two) | flow::into(sink); }),
            errc::cancelled);
  EXPECT_EQ(log->cancelled, 1);
  EXPECT_LT(log->pulled, 1000);
}

TEST_F(flow_ends, a_mailbox_is_a_sink) {
  mailbox<std::vector<int>> box({.capacity = 2});
  ints all;
  {
    std::jthread flow([to = box.get_sender()] {
      flow::from(numbers(100), two) |
          flow::into([&](std::vector<int>& batch) { return to.send(std::move(batch)); });
    });
    // The flow's sender ends with it.
    while (all.size() < 100) {
      const auto batch = box.receive();
      ASSERT_TRUE(batch);
      all.insert(all.end(), batch->begin(), batch->end());
    }
  }
  EXPECT_EQ(sorted(all), numbers(100));
}

TEST_F(flow_ends, stream_is_a_range) {
  ints all;
  for (int& x : flow::from(numbers(1000), two) | flow::partition() | flow::stream()) {
    all.push_back(x);
  }
  EXPECT_EQ(sorted(all), numbers(1000));
  int sum = 0;
  for (const int x : flow::from(numbers(1000), two) | flow::stream() |
                         std::views::filter([](int y) { return y < 10; })) {
    sum += x;
  }
  EXPECT_EQ(sum, 45);
}

TEST_F(flow_ends, a_stream_feeds_another_flow) {
  const auto all = flow::from(flow::from(numbers(500), two) | flow::stream(), two) |
                   flow::map([](int x) { return x; }) | flow::collect();
  EXPECT_EQ(sorted(all), numbers(500));
}

TEST_F(flow_ends, a_stream_that_is_left_early_ends_its_flow) {
  auto log = std::make_shared<source_log>();
  {
    auto range = flow::from(number_source(100'000, log), two) | flow::partition() | flow::stream();
    auto at = range.begin();
    ++at;
    EXPECT_NE(at, range.end());
  }
  EXPECT_EQ(log->cancelled, 1);
  EXPECT_LT(log->pulled, 1000);
}

TEST_F(flow_ends, a_stream_moves_while_it_is_iterated) {
  auto first = flow::from(numbers(10), {.stages = 1}) | flow::stream();
  auto at = first.begin();
  EXPECT_EQ(*at, 0);
  const auto second = std::move(first);
  ++at;
  EXPECT_EQ(*at, 1);
}

// The flow goes on in the background, but not beyond its bound: a queue of one batch, and one batch
// that waits, for each last stage.
TEST_F(flow_ends, a_stream_that_is_not_read_holds_its_bound) {
  auto log = std::make_shared<source_log>();
  auto range =
      flow::from(number_source(2000, log), {.stages = 1, .max_demand = 10}) | flow::stream();
  int handled = 0;
  int most = 0;
  for (auto at = range.begin(); at != range.end(); ++at) {
    if (handled == 0) log->wait_for(15);
    most = std::max(most, log->count() - handled);
    ++handled;
  }
  EXPECT_EQ(handled, 2000);
  EXPECT_EQ(most, 15);
}

TEST_F(flow_ends, the_source_is_cancelled_only_if_the_flow_does_not_complete) {
  auto log = std::make_shared<source_log>();
  flow::from(number_source(10, log), two) | flow::run();
  EXPECT_EQ(log->cancelled, 0);
}

TEST_F(flow_ends, invalid_options_are_refused_at_the_call) {
  EXPECT_EQ(kind_of([] { (void)flow::from(ints{}, {.stages = 0}); }), errc::invalid_argument);
  EXPECT_EQ(kind_of([] { (void)flow::from(ints{}, {.stages = 1025}); }), errc::invalid_argument);
  EXPECT_EQ(kind_of([] { (void)flow::from(ints{}, {.max_demand = 1}); }), errc::invalid_argument);
  EXPECT_EQ(kind_of([] { (void)(flow::from(ints{}) | flow::partition({}, {.stages = 0})); }),
            errc::invalid_argument);
  EXPECT_EQ(kind_of([] { (void)(flow::from(ints{}) | flow::shuffle({.max_demand = 0})); }),
            errc::invalid_argument);
  EXPECT_EQ(kind_of([] { (void)flow::take_sort(0); }), errc::invalid_argument);
  EXPECT_EQ(kind_of([] { (void)flow::window_count(0); }), errc::invalid_argument);
  EXPECT_EQ(kind_of([] { (void)flow::trigger_every(0); }), errc::invalid_argument);
}

TEST_F(flow_ends, options_default_to_the_machine_and_are_inherited) {
  EXPECT_GE(flow::options().stages, 1U);
  EXPECT_EQ(flow::options().max_demand, 1000U);
  const auto states = flow::from(numbers(10), {.stages = 3}) | flow::shuffle() |
                      flow::reduce([] { return 0; }, [](int&, int) {}) | flow::collect();
  EXPECT_EQ(states.size(), 3U);
}

}  // namespace flow_ends_test
