// Where a flow's events come from.
#include "support/manual_backend.hpp"
#include "support/scripted_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/flow/numbers.hpp"
#include "unit/scan/sample_items.hpp"

#include <dynamo/flow/flow.hpp>
#include <dynamo/stream/scan_stream.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace flow_source_test {

using namespace dynamo;
using namespace dynamo::test;

using ints = std::vector<int>;
const flow::options three{.stages = 3, .max_demand = 8};

std::string long_id(int number) {
  return "an id that does not fit into a short string, number " + std::to_string(number);
}

class flow_source : public testing::Test {
 protected:
  // `pages` pages of 10 people in each segment; ages count up from 0.
  void serve(std::uint32_t segments, int pages) {
    int age = 0;
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      for (int i = 0; i < pages; ++i) {
        std::vector<std::string> items;
        for (int k = 0; k < 10; ++k, ++age) {
          items.push_back(person_json(long_id(age), std::to_string(age)));
        }
        backend_->add_page(segment, std::move(items));
      }
    }
    options_.segments = segments;
    people_ = age;
  }
  template <class T = person>
  scan_stream<T> scan(bool ahead = true) {
    return {page_source(backend_, "people", options_, ahead), "people"};
  }

  watchdog dog_{"flow_source"};
  std::shared_ptr<scripted_backend> backend_ = std::make_shared<scripted_backend>();
  scan_options options_;
  int people_ = 0;
};

TEST_F(flow_source, a_scan_gives_every_item_once) {
  serve(4, 20);
  const auto ages = flow::from(scan(), three) | flow::map(&person::age) | flow::collect();
  EXPECT_EQ(sorted(ages), numbers(800));
}

TEST_F(flow_source, items_of_a_scan_may_be_taken_away) {
  serve(2, 10);
  const auto all = flow::from(scan(), three) | flow::partition(&person::age) | flow::collect();
  std::set<std::string> ids;
  for (const person& each : all) ids.insert(each.id);
  EXPECT_EQ(ids.size(), 200U);
  EXPECT_TRUE(ids.contains(long_id(199)));
}

TEST_F(flow_source, a_scan_of_views_and_of_items) {
  serve(2, 10);
  const auto lengths = flow::from(scan<person_view>(), three) |
                       flow::filter([](const person_view& p) { return p.age < 10; }) |
                       flow::map([](const person_view& p) { return std::string(p.id); }) |
                       flow::collect<std::set<std::string>>();
  EXPECT_EQ(lengths.size(), 10U);
  EXPECT_TRUE(lengths.contains(long_id(9)));
  const auto ids = flow::from(scan<item>(), three) |
                   flow::map([](const item& i) { return std::string(i["id"].as_string()); }) |
                   flow::collect<std::set<std::string>>();
  EXPECT_EQ(ids.size(), 200U);
}

// Where items are only looked at, their memory is used again.
TEST_F(flow_source, items_are_decoded_into_one_object_of_each_stage) {
  serve(4, 20);
  std::mutex mutex;
  std::map<std::thread::id, std::set<const void*>> objects;
  std::map<std::thread::id, std::set<const void*>> texts;
  flow::from(scan(), three) | flow::each([&](const person& p) {
    const std::lock_guard lock(mutex);
    objects[std::this_thread::get_id()].insert(&p);
    texts[std::this_thread::get_id()].insert(p.id.data());
  }) | flow::filter([](const person& p) { return p.age < 0; }) |
      flow::run();
  EXPECT_FALSE(objects.contains(std::this_thread::get_id())) << "decoded on the flow's threads";
  for (const auto& [thread, seen] : objects) EXPECT_EQ(seen.size(), 1U);
  // Ids grow by a digit, so the text may have been made larger.
  for (const auto& [thread, seen] : texts) EXPECT_LE(seen.size(), 3U);
}

TEST_F(flow_source, pages_are_decoded_by_all_stages_at_once) {
  serve(3, 2);
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::thread::id> stages;
  // Each stage waits in its first item until every other has one: it hangs if one decodes for all.
  flow::from(scan(), three) | flow::each([&](const person&) {
    std::unique_lock lock(mutex);
    stages.insert(std::this_thread::get_id());
    changed.notify_all();
    changed.wait(lock, [&] { return stages.size() == 3; });
  }) | flow::run();
  EXPECT_EQ(stages.size(), 3U);
}

TEST_F(flow_source, nothing_is_sent_before_the_end_of_the_pipeline) {
  serve(2, 2);
  {
    auto waiting = flow::from(scan(), three) | flow::map(&person::age) | flow::stream();
    (void)waiting.begin();
  }
  EXPECT_TRUE(backend_->requests().empty());
}

// A stage that does not go on asks for nothing: each holds its page, and no other is requested.
TEST_F(flow_source, stalled_stages_request_one_page_each) {
  serve(1, 30);
  std::mutex mutex;
  std::condition_variable changed;
  unsigned stalled = 0;
  bool go_on = false;
  std::jthread running([&] {
    flow::from(scan(false), three) | flow::each([&](const person&) {
      std::unique_lock lock(mutex);
      if (go_on) return;
      ++stalled;
      changed.notify_all();
      changed.wait(lock, [&] { return go_on; });
    }) | flow::run();
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stalled == 3; });
    EXPECT_EQ(backend_->requests().size(), 3U);
    go_on = true;
  }
  changed.notify_all();
  running.join();
  EXPECT_EQ(backend_->requests().size(), 30U);
}

// A parallel scan reads ahead as far as its budget of bytes goes.
TEST_F(flow_source, a_small_demand_and_a_small_budget_bound_the_requests) {
  serve(4, 30);
  const std::size_t page_bytes =
      page_body(std::vector<std::string>(10, person_json(long_id(0), "0"))).size();
  options_.max_buffered_bytes = 4 * page_bytes;
  std::atomic<std::size_t> handled = 0;
  std::atomic<std::size_t> most = 0;
  flow::from(scan(), {.stages = 2, .max_demand = 20}) |
      flow::partition(&person::age, {.stages = 1}) | flow::each([&](const person&) {
        const std::size_t delivered = ++handled / 10;
        most = std::max(most.load(), backend_->requests().size() - delivered);
      }) |
      flow::run();
  EXPECT_EQ(handled, 1200U);
  // Queued in the scan: 4 pages, the one that filled them up, and one a stage that asks. In stages:
  // 2. On their way: 2 x 20 events, and 10 in hand: 5 pages; and the one that is counted late.
  EXPECT_LE(most, 4U + 1 + 2 + 2 + 5 + 1);
  EXPECT_GE(most, 5U);
}

TEST_F(flow_source, a_stream_that_was_read_from_is_refused) {
  serve(1, 2);
  auto begun = scan();
  EXPECT_EQ(begun.begin()->age, 0);
  try {
    (void)flow::from(std::move(begun));
    FAIL();
  } catch (const exception& failure) {
    EXPECT_EQ(failure.kind(), errc::invalid_argument);
  }
}

TEST_F(flow_source, containers_are_read_in_place_or_moved_from) {
  auto owned = tracer::some(50);
  tracer::forget();
  EXPECT_EQ((flow::from(owned, three) | flow::map(&tracer::value) | flow::collect()).size(), 50U);
  EXPECT_EQ(tracer::copies, 0);
  EXPECT_EQ((flow::from(owned, three) | flow::collect()).size(), 50U);
  EXPECT_EQ(tracer::copies, 50)
      << "events of a container that is not the flow's are copied to leave";
  tracer::forget();
  EXPECT_EQ((flow::from(std::move(owned), three) | flow::collect()).size(), 50U);
  EXPECT_EQ(tracer::copies, 0);
  // A view does not own: what it shows is not moved from.
  std::vector<std::string> texts(20, long_id(0));
  (void)(flow::from(std::span(texts), three) | flow::collect());
  EXPECT_EQ(texts.front(), long_id(0));
}

TEST_F(flow_source, any_input_range_is_a_source) {
  std::istringstream words("1 2 3 4 5 6 7 8 9");
  EXPECT_EQ(sorted(flow::from(std::ranges::istream_view<int>(words), three) | flow::collect()),
            (ints{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  std::list<int> list{1, 2, 3};
  EXPECT_EQ(sorted(flow::from(list, three) | flow::collect()), (ints{1, 2, 3}));
  EXPECT_EQ(list, (std::list<int>{1, 2, 3}));
  EXPECT_EQ(sorted(flow::from(std::views::iota(0, 500), three) | flow::collect()), numbers(500));
  std::deque<int> deque{4, 5, 6};
  EXPECT_EQ(sorted(flow::from(deque, three) | flow::collect()), (ints{4, 5, 6}));
  const ints fixed{1, 2};
  EXPECT_EQ(sorted(flow::from(fixed, three) | flow::collect()), fixed);
}

TEST_F(flow_source, a_range_over_a_scan_fetches_no_page_that_is_not_needed) {
  serve(1, 5);
  const auto ages = flow::from(scan(false) | std::views::take(10), three) |
                    flow::map(&person::age) | flow::collect();
  EXPECT_EQ(sorted(ages), numbers(10));
  EXPECT_EQ(backend_->requests().size(), 1U);
}

TEST_F(flow_source, a_range_is_pulled_in_chunks_of_half_of_max_demand) {
  std::atomic<int> pulled = 0;
  std::atomic<int> handled = 0;
  std::atomic<int> most = 0;
  const auto count = [&](int x) {
    ++pulled;
    return x;
  };
  flow::from(std::views::iota(0, 100) | std::views::transform(count),
             {.stages = 1, .max_demand = 10}) |
      flow::each([&](int) {
        most = std::max(most.load(), pulled - handled);
        ++handled;
      }) |
      flow::run();
  EXPECT_EQ(pulled, 100);
  EXPECT_EQ(most, 5);
}

TEST_F(flow_source, a_producer_of_ones_own) {
  auto log = std::make_shared<source_log>();
  const auto all =
      flow::from(number_source(1000, log, 3), three) | flow::partition() | flow::collect();
  EXPECT_EQ(sorted(all), numbers(1000));
}

TEST_F(flow_source, a_producer_that_waits_is_cancelled) {
  auto log = std::make_shared<source_log>();
  log->held = true;
  std::stop_source stop;
  std::jthread running([&] {
    EXPECT_THROW(
        flow::from(number_source(1000, log), {.stages = 2, .stop = stop.get_token()}) | flow::run(),
        exception);
  });
  log->wait_for_pull();
  stop.request_stop();
  running.join();
  EXPECT_EQ(log->cancelled, 1);
}

}  // namespace flow_source_test
