// Consumers that leave, that are refused, and that come when nothing reads their subscription.
#include "support/watchdog.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/core/worker_pool.hpp>
#include <dynamo/stage/producer_from.hpp>
#include <dynamo/stage/supervisor.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace stage_left_consumer_test {

using namespace dynamo;

std::vector<int> numbers(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

stage::partition_by<int> odd_and_even() {
  return {2, [](const int& number) {
            return std::optional<std::size_t>(static_cast<std::size_t>(number % 2));
          }};
}

struct adding {
  std::atomic<int>* count;
  int leaves_after = 0;  // 0: never
  void on_events(std::span<const int> in, stage::delivery& by) {
    *count += static_cast<int>(in.size());
    if (leaves_after != 0 && *count >= leaves_after) by.cancel();
  }
};

TEST(left_consumers, hold_up_no_other_partition) {
  const test::watchdog limit("a partition without its consumer");
  std::atomic<int> even = 0;
  std::atomic<int> odd = 0;
  stage::supervisor tree;
  auto source = tree.start(stage::producer_from(numbers(20'000)), {.dispatcher = odd_and_even()});
  // First: a producer ends when the last of its consumers leaves.
  tree.start([&] { return adding{&odd}; }, {.subscribe_to = {{source, {.partition = 1}}}});
  tree.start([&] { return adding{&even, 10}; }, {.subscribe_to = {{source, {.partition = 0}}}});
  tree.wait();
  EXPECT_EQ(odd, 10'000);
  // Of the other partition, some were on their way to the consumer when it left.
  const auto children = tree.which_children();
  EXPECT_EQ(children[0].discarded + children[2].dropped, static_cast<std::uint64_t>(10'000 - even));
}

TEST(left_consumers, a_refused_start_takes_nothing) {
  const test::watchdog limit("a start after a refused one");
  std::atomic<int> count = 0;
  stage::supervisor tree;
  auto source = tree.start(stage::producer_from(numbers(1000)), {.dispatcher = odd_and_even()});
  EXPECT_THROW(tree.start([&] { return adding{&count}; },
                          {.subscribe_to = {{source, {.partition = 1}}}, .copies = 2}),
               exception);
  tree.start([&] { return adding{&count}; },
             {.subscribe_to = {{source, {.partition = 0}}}, .copies = 2});
  tree.wait();
  EXPECT_EQ(count, 1000);
}

TEST(left_consumers, a_subscription_that_is_not_read_ends) {
  const test::watchdog limit("a subscription to a tree that ends");
  std::atomic<int> count = 0;
  const auto pool = std::make_shared<worker_pool>(1);
  auto first = std::make_unique<stage::supervisor>(stage::supervisor_options{.pool = pool});
  auto source = first->start(stage::producer_from(numbers(3)));
  first->start([&] { return adding{&count}; }, {.subscribe_to = {{source}}});
  first->wait();
  std::mutex mutex;
  std::condition_variable changed;
  bool go = false;
  pool->post([&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return go; });
  });
  {
    stage::supervisor second({.pool = pool});
    second.start([&] { return adding{&count}; }, {.subscribe_to = {{source}}});
    first.reset();
    {
      const std::lock_guard lock(mutex);
      go = true;
    }
    changed.notify_all();
    EXPECT_FALSE(second.try_wait());
  }
  EXPECT_EQ(count, 3);
}

// Its increment throws once, in the middle.
struct stumbling_range : std::ranges::view_base {
  struct iterator {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    stumbling_range* of = nullptr;
    int operator*() const { return of->at; }
    iterator& operator++() {
      if (of->at == 50 && !std::exchange(of->stumbled, true)) throw std::runtime_error("passing");
      ++of->at;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return of->at == 100; }
  };
  iterator begin() { return {this}; }
  static std::default_sentinel_t end() { return {}; }
  int at = 0;
  bool stumbled = false;
};

TEST(producer_from, emits_an_element_once_although_its_increment_throws) {
  const test::watchdog limit("a range whose increment throws");
  std::atomic<int> count = 0;
  stage::supervisor tree;
  auto source = tree.start(stage::producer_from(stumbling_range()));
  tree.start([&] { return adding{&count}; }, {.subscribe_to = {{source}}});
  tree.wait();
  EXPECT_EQ(count, 100);
}

TEST(demand, of_more_than_there_are_numbers_is_the_largest_one) {
  const test::watchdog limit("a demand of the largest number and one");
  std::atomic<int> count = 0;
  stage::supervisor tree;
  auto source = tree.start(stage::producer_from(numbers(1000)));
  auto sink = tree.start([&] { return adding{&count}; },
                         {.subscribe_to = {{source, {.demand = stage::asking::manual}}}});
  sink.ask(static_cast<std::size_t>(-1));
  sink.ask(1);
  tree.wait();
  EXPECT_EQ(count, 1000);
}

}  // namespace stage_left_consumer_test
