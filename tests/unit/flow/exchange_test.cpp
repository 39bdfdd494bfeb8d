// Events from one group of stages to another: partition, shuffle, merge, take_sort.
#include "support/watchdog.hpp"
#include "unit/flow/numbers.hpp"

#include <dynamo/flow/flow.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace flow_exchange_test {

using namespace dynamo;
using namespace dynamo::test;

using ints = std::vector<int>;

class flow_exchange : public testing::Test {
  watchdog dog_{"flow_exchange"};
};

TEST_F(flow_exchange, partition_hands_one_key_to_one_stage) {
  const auto key = [](int x) { return x % 17; };
  std::mutex mutex;
  std::map<int, std::set<std::thread::id>> stages_of;
  std::set<std::thread::id> stages;
  const auto all = flow::from(numbers(5000), {.stages = 3, .max_demand = 14}) |
                   flow::partition(key, {.stages = 5}) | flow::each([&](int x) {
                     const std::lock_guard lock(mutex);
                     stages_of[key(x)].insert(std::this_thread::get_id());
                     stages.insert(std::this_thread::get_id());
                   }) |
                   flow::collect();
  EXPECT_EQ(sorted(all), numbers(5000));
  EXPECT_EQ(stages_of.size(), 17U);
  for (const auto& [of, threads] : stages_of) EXPECT_EQ(threads.size(), 1U) << of;
  EXPECT_GT(stages.size(), 1U);
  EXPECT_LE(stages.size(), 5U);
}

TEST_F(flow_exchange, a_key_has_the_same_stage_in_every_flow) {
  const auto stage_of = [](unsigned sources) {
    std::map<int, unsigned> found;
    const auto states =
        flow::from(numbers(200), {.stages = sources, .max_demand = 10}) |
        flow::partition({}, {.stages = 4}) |
        flow::reduce([] { return ints(); }, [](ints& all, int x) { all.push_back(x); }) |
        flow::on_trigger(
            [](ints& all, const flow::trigger_info& info) { return std::pair(info.stage, all); }) |
        flow::collect();
    for (const auto& [stage, all] : states) {
      for (const int x : all) found[x] = stage;
    }
    return found;
  };
  const auto once = stage_of(1);
  EXPECT_EQ(once.size(), 200U);
  EXPECT_EQ(stage_of(3), once);
  for (const auto& [x, stage] : once) EXPECT_EQ(flow::key_hash()(x) % 4, stage);
}

TEST_F(flow_exchange, partition_keeps_the_order_of_one_stage_before) {
  const auto all = flow::from(numbers(1000), {.stages = 1, .max_demand = 6}) |
                   flow::partition([](int x) { return x % 3; }, {.stages = 2}) |
                   flow::group_by([](int x) { return x % 3; }) | flow::collect();
  ASSERT_EQ(all.size(), 3U);
  for (const auto& [key, group] : all) EXPECT_TRUE(std::ranges::is_sorted(group)) << key;
}

TEST(flow_key_hash, spreads_numbers_that_lie_close) {
  for (const std::size_t stages : {2U, 3U, 4U, 8U}) {
    for (const int step : {1, 2, 8, 1024}) {
      std::vector<int> load(stages);
      for (int i = 0; i < 1000; ++i) ++load[flow::key_hash()(i * step) % stages];
      const int fair = 1000 / static_cast<int>(stages);
      EXPECT_GT(std::ranges::min(load), fair / 2) << stages << " stages, step " << step;
    }
  }
}

TEST(flow_key_hash, is_of_the_value_not_of_its_type) {
  EXPECT_EQ(flow::key_hash()(std::string("tenant")), flow::key_hash()(std::string_view("tenant")));
  EXPECT_EQ(flow::key_hash()(std::pair(1, std::string("a"))),
            flow::key_hash()(std::tuple(1, std::string_view("a"))));
  EXPECT_NE(flow::key_hash()(std::pair(1, 2)), flow::key_hash()(std::pair(2, 1)));
}

TEST_F(flow_exchange, shuffle_hands_every_event_to_some_stage) {
  const auto all = flow::from(numbers(1000), {.stages = 2, .max_demand = 10}) |
                   flow::shuffle({.stages = 5}) | flow::map([](int x) { return x; }) |
                   flow::collect();
  EXPECT_EQ(sorted(all), numbers(1000));
}

// A stage that hangs does not hold up events that others could take.
TEST_F(flow_exchange, shuffle_goes_around_a_stage_that_is_busy) {
  std::mutex mutex;
  std::condition_variable changed;
  int handled = 0;
  flow::from(numbers(1000), {.stages = 1, .max_demand = 2}) | flow::shuffle({.stages = 3}) |
      flow::each([&](int x) {
        std::unique_lock lock(mutex);
        ++handled;
        changed.notify_all();
        // The stage that has the first event waits until the others have done the rest.
        if (x == 0) changed.wait(lock, [&] { return handled == 1000; });
      }) |
      flow::run();
  EXPECT_EQ(handled, 1000);
}

TEST_F(flow_exchange, merge_is_one_flow_of_all_events) {
  auto small = flow::from(numbers(100), {.stages = 2}) | flow::map([](int x) { return x + 1000; });
  auto large = flow::from(number_source(1000), {.stages = 3, .max_demand = 10});
  const auto all = flow::merge({.stages = 2}, std::move(small), std::move(large)) |
                   flow::partition([](int x) { return x % 2; }) | flow::collect();
  EXPECT_EQ(sorted(all), numbers(1100));
}

TEST_F(flow_exchange, merge_of_one_and_of_merged_flows) {
  const auto from = [](int count) { return flow::from(numbers(count), {.stages = 2}); };
  const auto all = flow::merge(flow::merge(from(10)), flow::merge(from(10), from(10))) |
                   flow::reduce([] { return 0; }, [](int& sum, int x) { sum += x; }) |
                   flow::collect();
  EXPECT_EQ(std::accumulate(all.begin(), all.end(), 0), 3 * 45);
}

TEST_F(flow_exchange, take_sort_finds_the_first_of_all) {
  ints shuffled = numbers(1000);
  std::ranges::sort(shuffled, {}, [](int x) { return x * 7919 % 1009; });
  const auto first =
      flow::from(shuffled, {.stages = 3, .max_demand = 20}) | flow::take_sort(5) | flow::collect();
  EXPECT_EQ(first, numbers(5)) << "sorted, in one piece";
  const auto last = flow::from(shuffled, {.stages = 3}) | flow::take_sort(3, std::greater<>()) |
                    flow::map([](int x) { return x * 10; }) | flow::collect();
  EXPECT_EQ(last, (ints{9990, 9980, 9970}));
  EXPECT_EQ((flow::from(numbers(3), {.stages = 2}) | flow::take_sort(10) | flow::collect()),
            numbers(3));
}

TEST_F(flow_exchange, take_sort_after_a_reduce) {
  const auto top =
      flow::from(numbers(1000), {.stages = 2}) | flow::partition([](int x) { return x * x % 10; }) |
      flow::reduce([] { return std::map<int, int>(); },
                   [](auto& counts, int x) { ++counts[x * x % 10]; }) |
      flow::emit_events() |
      flow::take_sort(2,
                      [](const auto& a, const auto& b) {
                        return std::pair(-a.second, a.first) < std::pair(-b.second, b.first);
                      }) |
      flow::collect();
  EXPECT_EQ(top, (std::vector<std::pair<int, int>>{{1, 200}, {4, 200}}));
}

// A stage is done when all that feed it are gone, not when the first is.
TEST_F(flow_exchange, a_stage_is_done_after_the_last_that_feeds_it) {
  auto log = std::make_shared<source_log>();
  log->held = true;
  std::atomic<int> quick = 0;
  std::atomic<bool> finished = false;
  const auto count = [](int& state, int) { ++state; };
  auto slow = flow::from(number_source(50, log), {.stages = 1});
  auto fast = flow::from(numbers(50), {.stages = 4, .max_demand = 2}) | flow::each([&](int) {
                // The quick flow ends, of which each stage is gone soon; then the slow one goes on.
                if (++quick == 50) log->hold(false);
              });
  const auto states = flow::merge({.stages = 3}, std::move(slow), std::move(fast)) |
                      flow::reduce([] { return 0; }, count) | flow::each([&](int) {
                        EXPECT_EQ(log->count(), 50) << "a state was emitted before the end";
                        finished = true;
                      }) |
                      flow::collect();
  EXPECT_TRUE(finished);
  EXPECT_EQ(std::accumulate(states.begin(), states.end(), 0), 100);
}

// The bound, proved by counts: two batches on the way from one stage to another (max_demand), and
// one in the hands of the stage that has them.
TEST_F(flow_exchange, a_stalled_stage_stops_its_source_at_the_bound) {
  for (const std::size_t max_demand : {2U, 10U, 100U}) {
    const int batch = static_cast<int>(max_demand / 2);
    auto log = std::make_shared<source_log>();
    std::atomic<int> handled = 0;
    std::atomic<int> most = 0;
    flow::from(number_source(2000, log), {.stages = 1, .max_demand = max_demand}) |
        flow::partition({}, {.stages = 1}) | flow::each([&](int) {
          // Waits for all that may come; a hang would mean that less is let through than promised.
          if (handled == 0) log->wait_for(3 * batch);
          most = std::max(most.load(), log->count() - handled);
          ++handled;
        }) |
        flow::run();
    EXPECT_EQ(handled, 2000);
    EXPECT_EQ(most, 3 * batch) << "max_demand " << max_demand;
  }
}

TEST_F(flow_exchange, the_bound_holds_between_many_stages) {
  constexpr unsigned before = 3;
  constexpr unsigned behind = 2;
  constexpr int max_demand = 10;
  auto log = std::make_shared<source_log>();
  std::atomic<int> handled = 0;
  std::atomic<int> most = 0;
  flow::from(number_source(5000, log, 1), {.stages = before, .max_demand = max_demand}) |
      flow::partition({}, {.stages = behind}) | flow::each([&](int) {
        const int under_way = log->count() - handled;
        int seen = most;
        while (seen < under_way && !most.compare_exchange_weak(seen, under_way)) {
        }
        ++handled;
      }) |
      flow::run();
  // For each subscription max_demand, each stage behind a batch in its hands, and each stage before
  // what it pulled last.
  EXPECT_LE(most, static_cast<int>(before * behind) * max_demand +
                      static_cast<int>(behind) * max_demand / 2 + static_cast<int>(before));
}

TEST_F(flow_exchange, each_exchange_may_have_a_demand_of_its_own) {
  auto log = std::make_shared<source_log>();
  std::atomic<int> handled = 0;
  std::atomic<int> most = 0;
  flow::from(number_source(2000, log, 1), {.stages = 1, .max_demand = 1000}) |
      flow::partition({}, {.stages = 1, .max_demand = 4}) | flow::each([&](int) {
        most = std::max(most.load(), log->count() - handled);
        ++handled;
      }) |
      flow::run();
  EXPECT_LE(most, 4 + 2 + 1);
}

}  // namespace flow_exchange_test
