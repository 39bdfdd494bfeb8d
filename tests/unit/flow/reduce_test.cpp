// States, windows and triggers.
#include "support/watchdog.hpp"
#include "unit/flow/numbers.hpp"

#include <dynamo/flow/flow.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace flow_reduce_test {

using namespace dynamo;
using namespace dynamo::test;

using ints = std::vector<int>;
using counts = std::map<int, int>;
const flow::options three{.stages = 3, .max_demand = 10};

class flow_reduce : public testing::Test {
  watchdog dog_{"flow_reduce"};
};

const auto zero = [] { return 0; };
const auto sum = [](int& state, int x) { state += x; };
const auto last_digit = [](int x) { return x % 10; };
const auto no_counts = [] { return counts(); };
const auto count_digit = [](counts& state, int x) { ++state[x % 10]; };

TEST_F(flow_reduce, before_a_partition_is_of_each_source_stage) {
  const auto states = flow::from(numbers(1000), three) | flow::reduce(zero, sum) | flow::collect();
  EXPECT_EQ(states.size(), 3U) << "one state for each stage";
  EXPECT_EQ(std::accumulate(states.begin(), states.end(), 0), 499'500);
}

TEST_F(flow_reduce, a_stage_without_events_emits_its_first_state) {
  const auto states = flow::from(ints{}, three) | flow::partition({}, {.stages = 5}) |
                      flow::reduce([] { return 7; }, sum) | flow::collect();
  EXPECT_EQ(states, (ints{7, 7, 7, 7, 7}));
}

TEST_F(flow_reduce, behind_a_partition_has_every_event_of_its_keys) {
  const auto states = flow::from(numbers(1000), three) |
                      flow::partition(last_digit, {.stages = 4}) |
                      flow::reduce(no_counts, count_digit) | flow::collect();
  ASSERT_EQ(states.size(), 4U);
  counts all;
  for (const counts& each : states) {
    for (const auto& [digit, count] : each) {
      EXPECT_EQ(count, 100) << digit;
      EXPECT_TRUE(all.emplace(digit, count).second) << "a key in two stages";
    }
  }
  EXPECT_EQ(all.size(), 10U);
}

TEST_F(flow_reduce, steps_after_it_act_on_the_states) {
  const auto sizes = flow::from(numbers(1000), three) | flow::partition(last_digit, {.stages = 4}) |
                     flow::reduce(no_counts, count_digit) |
                     flow::map([](const counts& state) { return static_cast<int>(state.size()); }) |
                     flow::reject([](int size) { return size == 0; }) | flow::collect();
  EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), 0), 10);
}

TEST_F(flow_reduce, emit_events_takes_the_states_apart) {
  auto pairs = flow::from(numbers(1000), three) | flow::partition(last_digit) |
               flow::reduce(no_counts, count_digit) | flow::emit_events() | flow::collect();
  static_assert(std::is_same_v<decltype(pairs), std::vector<std::pair<int, int>>>);
  ASSERT_EQ(pairs.size(), 10U);
  EXPECT_EQ(sorted(pairs).back(), (std::pair{9, 100}));

  const auto lists =
      flow::from(numbers(100), three) |
      flow::reduce([] { return ints(); }, [](ints& all, int x) { all.push_back(x); }) |
      flow::emit_events() | flow::collect();
  EXPECT_EQ(sorted(lists), numbers(100));
}

TEST_F(flow_reduce, one_after_the_other_through_a_partition) {
  // Counts of each source stage first, then their sums: little crosses the threads.
  const auto all = flow::from(numbers(1000), three) | flow::reduce(no_counts, count_digit) |
                   flow::emit_events() | flow::partition(&std::pair<int, int>::first) |
                   flow::reduce(no_counts,
                                [](counts& state, const std::pair<int, int>& entry) {
                                  state[entry.first] += entry.second;
                                }) |
                   flow::emit_events() | flow::collect<counts>();
  EXPECT_EQ(all.size(), 10U);
  for (const auto& [digit, count] : all) EXPECT_EQ(count, 100) << digit;
}

TEST_F(flow_reduce, group_by_emits_a_pair_for_each_key) {
  auto groups = flow::from(numbers(100), three) | flow::partition(last_digit, {.stages = 2}) |
                flow::group_by(last_digit, [](int x) { return x / 10; }) | flow::collect();
  ASSERT_EQ(groups.size(), 10U);
  for (auto& [digit, tens] : groups) EXPECT_EQ(sorted(tens), numbers(10)) << digit;
}

TEST_F(flow_reduce, group_by_keeps_the_order_of_one_source_stage) {
  const auto groups = flow::from(numbers(100), {.stages = 1, .max_demand = 6}) |
                      flow::partition(last_digit, {.stages = 3}) | flow::group_by(last_digit) |
                      flow::collect<std::map<int, ints>>();
  for (const auto& [digit, all] : groups) EXPECT_TRUE(std::ranges::is_sorted(all)) << digit;
  EXPECT_EQ(groups.size(), 10U);
}

TEST_F(flow_reduce, group_by_copies_keys_that_view) {
  const auto groups =
      flow::from(std::vector<std::string>{"ab", "ac", "bc"}, {.stages = 1}) |
      flow::group_by([](const std::string& x) { return std::string_view(x).substr(0, 1); }) |
      flow::collect<std::map<std::string, std::vector<std::string>>>();
  EXPECT_EQ(groups.at("a"), (std::vector<std::string>{"ab", "ac"}));
  EXPECT_EQ(groups.at("b"), (std::vector<std::string>{"bc"}));
}

TEST_F(flow_reduce, emit_and_reduce_emits_as_it_goes) {
  const auto all = flow::from(numbers(10), {.stages = 1}) |
                   flow::emit_and_reduce(zero,
                                         [](int& state, int x) {
                                           state += x;
                                           return x % 3 == 0 ? std::optional(state) : std::nullopt;
                                         }) |
                   flow::collect();
  EXPECT_EQ(all, (ints{0, 6, 21, 45})) << "and nothing at the end";
}

TEST_F(flow_reduce, emit_and_reduce_may_tell_its_state_on_the_trigger) {
  const auto all = flow::from(numbers(5), {.stages = 1}) |
                   flow::emit_and_reduce(zero,
                                         [](int& state, int x) {
                                           state += x;
                                           return ints{x, x};
                                         }) |
                   flow::on_trigger([](int& state) { return -state; }) | flow::collect();
  EXPECT_EQ(all, (ints{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, -10}));
}

TEST_F(flow_reduce, on_trigger_in_the_global_window_is_called_once_a_stage_at_the_end) {
  std::mutex mutex;
  std::set<unsigned> stages;
  const auto all = flow::from(numbers(100), three) | flow::partition({}, {.stages = 4}) |
                   flow::reduce(zero, [](int& state, int) { ++state; }) |
                   flow::on_trigger([&](int& state, const flow::trigger_info& info) {
                     EXPECT_EQ(info.reason, flow::trigger::done);
                     EXPECT_EQ(info.stages, 4U);
                     EXPECT_EQ(info.window, 0U);
                     EXPECT_EQ(info.events, static_cast<std::uint64_t>(state));
                     const std::lock_guard lock(mutex);
                     EXPECT_TRUE(stages.insert(info.stage).second);
                     return ints{state, -1};
                   }) |
                   flow::collect();
  EXPECT_EQ(stages, (std::set<unsigned>{0, 1, 2, 3}));
  EXPECT_EQ(std::ranges::count(all, -1), 4);
  EXPECT_EQ(std::accumulate(all.begin(), all.end(), 0), 100 - 4);
}

TEST_F(flow_reduce, on_trigger_may_emit_nothing_or_text) {
  const auto none = flow::from(numbers(10), three) | flow::reduce(zero, sum) |
                    flow::on_trigger([](int&) { return std::optional<int>(); }) | flow::collect();
  EXPECT_TRUE(none.empty());
  int seen = 0;
  flow::from(numbers(10), {.stages = 1}) | flow::reduce(zero, sum) |
      flow::on_trigger([&](int state) { seen = state; }) | flow::run();
  EXPECT_EQ(seen, 45);
  const auto texts = flow::from(numbers(10), {.stages = 1}) | flow::reduce(zero, sum) |
                     flow::on_trigger([](int& state) { return std::to_string(state); }) |
                     flow::collect();
  EXPECT_EQ(texts, std::vector<std::string>{"45"}) << "text is one event";
}

TEST_F(flow_reduce, a_count_window_begins_again) {
  const auto sums = flow::from(numbers(10), {.stages = 1}) | flow::window_count(4) |
                    flow::reduce(zero, sum) | flow::collect();
  EXPECT_EQ(sums, (ints{0 + 1 + 2 + 3, 4 + 5 + 6 + 7, 8 + 9}));
}

TEST_F(flow_reduce, the_last_count_window_is_not_empty) {
  const auto sums = flow::from(numbers(8), {.stages = 1}) | flow::window_count(4) |
                    flow::reduce(zero, sum) | flow::collect();
  EXPECT_EQ(sums, (ints{6, 22}));
  EXPECT_TRUE((flow::from(ints{}, three) | flow::window_count(4) | flow::reduce(zero, sum) |
               flow::collect())
                  .empty());
}

TEST_F(flow_reduce, count_windows_are_passed_to_their_triggers) {
  using seen = std::tuple<std::uint64_t, std::uint64_t, bool, int>;
  const auto all =
      flow::from(numbers(10), {.stages = 1}) | flow::window_count(4) | flow::reduce(zero, sum) |
      flow::on_trigger([](int& state, const flow::trigger_info& info) {
        return seen(info.window, info.events, info.reason == flow::trigger::done, state);
      }) |
      flow::collect();
  EXPECT_EQ(all, (std::vector<seen>{{0, 4, false, 6}, {1, 4, false, 22}, {2, 2, true, 17}}));
}

TEST_F(flow_reduce, count_windows_are_of_each_stage) {
  const auto sizes = flow::from(numbers(1000), three) | flow::partition(last_digit, {.stages = 4}) |
                     flow::window_count(30) | flow::reduce(zero, [](int& state, int) { ++state; }) |
                     flow::collect();
  EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), 0), 1000);
  EXPECT_LE(std::ranges::count_if(sizes, [](int size) { return size < 30; }), 4);
  EXPECT_EQ(std::ranges::max(sizes), 30);
}

TEST_F(flow_reduce, trigger_every_keeps_the_state) {
  const auto sums = flow::from(numbers(10), {.stages = 1}) | flow::trigger_every(4) |
                    flow::reduce(zero, sum) | flow::collect();
  EXPECT_EQ(sums, (ints{6, 28, 45}));
  using seen = std::tuple<std::uint64_t, std::uint64_t, bool>;
  const auto told = flow::from(numbers(8), {.stages = 1}) | flow::trigger_every(4) |
                    flow::reduce(zero, sum) |
                    flow::on_trigger([](int&, const flow::trigger_info& info) {
                      return seen(info.window, info.events, info.reason == flow::trigger::done);
                    }) |
                    flow::collect();
  EXPECT_EQ(told, (std::vector<seen>{{0, 4, false}, {0, 8, false}, {0, 8, true}}));
}

TEST_F(flow_reduce, a_trigger_may_change_the_state) {
  const auto sums =
      flow::from(numbers(8), {.stages = 1}) | flow::trigger_every(4) | flow::reduce(zero, sum) |
      flow::on_trigger([](int& state) { return std::exchange(state, 0); }) | flow::collect();
  EXPECT_EQ(sums, (ints{6, 22, 0}));
}

TEST_F(flow_reduce, group_by_in_a_window) {
  const auto groups = flow::from(numbers(40), {.stages = 1}) | flow::window_count(20) |
                      flow::group_by(last_digit) | flow::collect();
  EXPECT_EQ(groups.size(), 20U);
  for (const auto& [digit, all] : groups) EXPECT_EQ(all.size(), 2U) << digit;
}

TEST_F(flow_reduce, states_are_moved_not_copied) {
  tracer::forget();
  const auto all = flow::from(numbers(100), three) | flow::partition() |
                   flow::reduce([] { return tracer(0); }, [](tracer& t, int x) { t.value += x; }) |
                   flow::collect();
  EXPECT_EQ(all.size(), 3U);
  EXPECT_EQ(tracer::copies, 0);
}

TEST_F(flow_reduce, events_may_be_moved_into_the_state) {
  const auto all =
      flow::from(std::vector<std::string>{"a", "b", "c"}, {.stages = 1}) |
      flow::reduce([] { return std::vector<std::string>(); },
                   [](auto& state, std::string&& text) { state.push_back(std::move(text)); }) |
      flow::emit_events() | flow::collect();
  EXPECT_EQ(all, (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace flow_reduce_test
