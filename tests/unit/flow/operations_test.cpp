// Steps that handle one event after the other, and how they are put together.
#include "support/watchdog.hpp"
#include "unit/flow/numbers.hpp"

#include <dynamo/flow/flow.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace flow_operations_test {

using namespace dynamo;
using namespace dynamo::test;

using ints = std::vector<int>;
const flow::options two{.stages = 2, .max_demand = 8};

class flow_operations : public testing::Test {
  watchdog dog_{"flow_operations"};
};

TEST_F(flow_operations, map_replaces_each_event) {
  const auto all = flow::from(numbers(100), two) | flow::map([](int x) { return x * 3; }) |
                   flow::map([](int x) { return std::to_string(x); }) | flow::collect();
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 100U);
  EXPECT_TRUE(std::ranges::find(all, "297") != all.end());
}

TEST_F(flow_operations, filter_keeps_and_reject_drops) {
  const auto odd = [](int x) { return x % 2 == 1; };
  EXPECT_EQ(sorted(flow::from(numbers(6), two) | flow::filter(odd) | flow::collect()),
            (ints{1, 3, 5}));
  EXPECT_EQ(sorted(flow::from(numbers(6), two) | flow::reject(odd) | flow::collect()),
            (ints{0, 2, 4}));
}

TEST_F(flow_operations, flat_map_replaces_an_event_by_any_number) {
  const auto repeated = flow::from(numbers(4), two) |
                        flow::flat_map([](int x) { return ints(static_cast<std::size_t>(x), x); }) |
                        flow::collect();
  EXPECT_EQ(sorted(repeated), (ints{1, 2, 2, 3, 3, 3}));
  const auto some =
      flow::from(numbers(5), two) |
      flow::flat_map([](int x) { return x % 2 == 0 ? std::optional(x) : std::nullopt; }) |
      flow::collect();
  EXPECT_EQ(sorted(some), (ints{0, 2, 4}));
  const auto letters =
      flow::from(std::vector<std::string>{"ab", "c"}, {.stages = 1}) |
      flow::flat_map([](const std::string& x) -> const std::string& { return x; }) |
      flow::collect();
  EXPECT_EQ(letters, (std::vector<char>{'a', 'b', 'c'}));
}

TEST_F(flow_operations, each_sees_every_event_and_passes_it_on) {
  std::mutex mutex;
  std::multiset<int> seen;
  const auto all = flow::from(numbers(50), two) | flow::each([&](int x) {
                     const std::lock_guard lock(mutex);
                     seen.insert(x);
                   }) |
                   flow::collect();
  EXPECT_EQ(sorted(all), numbers(50));
  EXPECT_EQ(ints(seen.begin(), seen.end()), numbers(50));
}

TEST_F(flow_operations, map_batch_gets_at_most_half_of_max_demand) {
  std::atomic<std::size_t> largest = 0;
  std::atomic<int> batches = 0;
  const auto sizes = flow::from(numbers(100), {.stages = 1, .max_demand = 8}) |
                     flow::map_batch([&](std::span<int> batch) {
                       largest = std::max(largest.load(), batch.size());
                       ++batches;
                       return ints(batch.begin(), batch.end());
                     }) |
                     flow::collect();
  EXPECT_EQ(sizes, numbers(100));
  EXPECT_EQ(largest, 4U);
  EXPECT_EQ(batches, 25);
}

TEST_F(flow_operations, map_batch_that_returns_nothing_changes_in_place) {
  const auto all = flow::from(numbers(10), two) | flow::map_batch([](std::vector<int>& batch) {
                     for (int& x : batch) x += 100;
                   }) |
                   flow::collect();
  EXPECT_EQ(sorted(all).front(), 100);
  EXPECT_EQ(all.size(), 10U);
}

// A batch must not wait for events that the source does not have yet.
TEST_F(flow_operations, map_batch_does_not_wait_for_a_full_batch) {
  std::atomic<int> seen = 0;
  std::atomic<bool> all_seen_before_the_end = false;
  struct one_by_one {
    using value_type = int;
    std::atomic<int>* seen;
    std::atomic<bool>* in_time;
    int next = 0;
    bool pull(std::vector<int>& into, std::size_t) {
      // Whatever was given out has come through when the next one is asked for.
      if (*seen != next) return false;
      if (next == 5) {
        *in_time = true;
        return false;
      }
      into.push_back(next++);
      return true;
    }
    void cancel() {}
  };
  flow::from(one_by_one{&seen, &all_seen_before_the_end}, {.stages = 1}) |
      flow::map_batch([&](std::span<int> batch) { seen += static_cast<int>(batch.size()); }) |
      flow::run();
  EXPECT_TRUE(all_seen_before_the_end);
}

TEST_F(flow_operations, uniq_by_passes_the_first_of_each_key) {
  const auto all = flow::from(numbers(100), {.stages = 1}) |
                   flow::uniq_by([](int x) { return x % 10; }) | flow::collect();
  EXPECT_EQ(all, numbers(10));
  const auto texts = flow::from(std::vector<std::string>{"a", "b", "a", "b"}, {.stages = 1}) |
                     flow::uniq_by([](const std::string& x) { return std::string_view(x); }) |
                     flow::collect();
  EXPECT_EQ(texts, (std::vector<std::string>{"a", "b"}));
}

TEST_F(flow_operations, uniq_by_is_of_its_partition) {
  const auto key = [](int x) { return x % 7; };
  const auto all = flow::from(numbers(1000), {.stages = 3, .max_demand = 10}) |
                   flow::partition(key, {.stages = 4}) | flow::uniq_by(key) | flow::map(key) |
                   flow::collect();
  EXPECT_EQ(sorted(all), numbers(7));
  // Without the partition it is each stage's own.
  const auto apart = flow::from(number_source(1000), {.stages = 2, .max_demand = 2}) |
                     flow::uniq_by(key) | flow::collect();
  EXPECT_GE(apart.size(), 7U);
  EXPECT_LE(apart.size(), 14U);
}

struct point {
  int x = 0;
  std::string name;
  [[nodiscard]] bool positive() const { return x > 0; }
};

TEST_F(flow_operations, members_are_functions) {
  std::vector<point> points{{1, "a"}, {-1, "b"}, {2, "a"}};
  const auto names = flow::from(points, two) | flow::filter(&point::positive) |
                     flow::partition(&point::name) | flow::uniq_by(&point::name) |
                     flow::map(&point::name) | flow::collect();
  EXPECT_EQ(names, std::vector<std::string>{"a"});
  EXPECT_EQ(points[0].name, "a") << "what an lvalue refers to is only read";
}

TEST_F(flow_operations, functions_may_be_called_with_lvalues) {
  const auto all = flow::from(numbers(5), two) | flow::map([](int& x) { return ++x; }) |
                   flow::filter([](int& x) { return x > 3; }) | flow::collect();
  EXPECT_EQ(sorted(all), (ints{4, 5}));
}

TEST_F(flow_operations, nothing_runs_before_an_end) {
  auto log = std::make_shared<source_log>();
  std::atomic<int> calls = 0;
  {
    auto pipeline = flow::from(number_source(100, log), two) | flow::map([&](int x) {
                      ++calls;
                      return x;
                    }) |
                    flow::partition() | flow::reduce([&] { return ++calls, 0; }, [](int&, int) {});
    auto range = std::move(pipeline) | flow::stream();
    auto at = range.begin();
    EXPECT_EQ(log->pulls, 0);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(*at, 0);
    EXPECT_GT(calls, 0);
  }
  calls = 0;
  log->pulls = 0;
  {
    const auto unused =
        flow::from(number_source(100, log), two) | flow::each([&](int) { ++calls; });
  }
  EXPECT_EQ(log->pulls, 0);
  EXPECT_EQ(calls, 0);
}

TEST_F(flow_operations, steps_run_on_the_flows_threads) {
  const auto caller = std::this_thread::get_id();
  std::mutex mutex;
  std::set<std::thread::id> first;
  std::set<std::thread::id> second;
  const auto note = [&](std::set<std::thread::id>& in) {
    return [&mutex, &in](int) {
      const std::lock_guard lock(mutex);
      in.insert(std::this_thread::get_id());
    };
  };
  flow::from(numbers(1000), {.stages = 3, .max_demand = 4}) | flow::each(note(first)) |
      flow::map([](int x) { return x; }) | flow::each(note(first)) |
      flow::partition({}, {.stages = 2}) | flow::each(note(second)) | flow::run();
  EXPECT_LE(first.size(), 3U) << "steps without an exchange between them share their threads";
  EXPECT_EQ(second.size(), 2U);
  EXPECT_FALSE(first.contains(caller) || second.contains(caller));
  for (const auto id : second) EXPECT_FALSE(first.contains(id));
}

// Fused: events are handed from step to step where they are.
TEST_F(flow_operations, element_wise_steps_copy_and_move_nothing) {
  const auto owned = tracer::some(100);
  tracer::forget();
  const auto sum = flow::from(owned, two) |
                   flow::filter([](const tracer& t) { return t.value > 9; }) |
                   flow::each([](const tracer&) {}) |
                   flow::reject([](const tracer& t) { return t.value > 89; }) |
                   flow::map(&tracer::value) | flow::collect();
  EXPECT_EQ(sum.size(), 80U);
  EXPECT_EQ(tracer::copies, 0);
  EXPECT_EQ(tracer::moves, 0);
}

TEST_F(flow_operations, events_are_moved_never_copied_where_the_flow_owns_them) {
  auto owned = tracer::some(100);
  tracer::forget();
  const auto all = flow::from(std::move(owned), two) |
                   flow::filter([](const tracer& t) { return t.value % 2 == 0; }) |
                   flow::map([](tracer&& t) { return std::move(t); }) |
                   flow::partition(&tracer::value) | flow::flat_map([](tracer&& t) {
                     std::vector<tracer> one;
                     one.push_back(std::move(t));
                     return one;
                   }) |
                   flow::group_by(&tracer::value) | flow::collect();
  EXPECT_EQ(all.size(), 50U);
  EXPECT_EQ(tracer::copies, 0);
}

TEST_F(flow_operations, exactly_the_events_that_leave_are_moved) {
  auto owned = tracer::some(100);
  tracer::forget();
  std::vector<tracer> kept;
  kept.reserve(100);
  flow::from(std::move(owned), {.stages = 1, .max_demand = 1000}) |
      flow::filter([](const tracer& t) { return t.value < 10; }) |
      flow::each([](const tracer&) {}) | flow::into([&](std::vector<tracer>& batch) {
        for (tracer& each : batch) kept.push_back(std::move(each));
      });
  EXPECT_EQ(kept.size(), 10U);
  EXPECT_EQ(tracer::copies, 0);
  EXPECT_EQ(tracer::moves, 20) << "into the batch, and out of it";
}

TEST_F(flow_operations, an_empty_source_is_a_complete_flow) {
  EXPECT_TRUE(
      (flow::from(ints{}, two) | flow::map([](int x) { return x; }) | flow::collect()).empty());
  EXPECT_TRUE((flow::from(std::list<int>{}, two) | flow::partition() | flow::collect()).empty());
}

}  // namespace flow_operations_test
