// Scans as producers: against demand alone, and on from where they stood.
#include "support/manual_backend.hpp"
#include "support/scripted_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/scan/sample_items.hpp"

#include <dynamo/stage/scan_producer.hpp>
#include <dynamo/stage/supervisor.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stage_scan_producer_test {

using namespace dynamo;
using namespace dynamo::test;
using testing::HasSubstr;

// What a producer needs of a table.
struct people_table {
  std::shared_ptr<backend> from;
  [[nodiscard]] page_source pages(const scan_options& options, bool ahead) const {
    return {from, name(), options, ahead};
  }
  [[nodiscard]] static std::string name() { return "people"; }
};

struct ids {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> all;

  void add(const std::string& id) {
    const std::lock_guard lock(mutex);
    all.push_back(id);
    changed.notify_all();
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return all.size() >= count; });
  }
};
struct taker {
  ids* into;
  void on_events(std::span<const person> people) {
    for (const person& each : people) into->add(each.id);
  }
};

class scan_producer_test : public testing::Test {
 protected:
  // `pages` pages of `items` people in each of `segments` segments.
  static std::shared_ptr<scripted_backend> people(std::uint32_t segments, int pages, int items) {
    auto made = std::make_shared<scripted_backend>();
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      for (int page = 0; page < pages; ++page) {
        std::vector<std::string> all;
        for (int i = 0; i < items; ++i) {
          all.push_back(
              person_json(std::to_string(segment) + "-" + std::to_string(page * items + i)));
        }
        made->add_page(segment, std::move(all));
      }
    }
    return made;
  }
  void expect_all(std::uint32_t segments, int items) {
    std::vector<std::string> expected;
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      for (int i = 0; i < items; ++i) {
        expected.push_back(std::to_string(segment) + "-" + std::to_string(i));
      }
    }
    EXPECT_THAT(got.all, testing::UnorderedElementsAreArray(expected));
  }
  void run(const std::shared_ptr<backend>& from, const scan_options& options,
           const stage::supervisor_options& how = {}) {
    stage::supervisor tree(how);
    auto source = tree.start(stage::scan_producer<person>(people_table{from}, options));
    tree.start([this] { return taker{&got}; }, {.subscribe_to = {{source, {.max_demand = 20}}}});
    auto ended = tree.try_wait();
    if (!ended) failure = ended.error();
    crashes = tree.which_children()[0].crashes;
  }

  watchdog dog{"a scan producer"};
  ids got;
  std::optional<error> failure;
  std::uint64_t crashes = 0;
};

TEST_F(scan_producer_test, emits_every_item_of_every_segment) {
  run(people(4, 5, 13), {.segments = 4});
  EXPECT_FALSE(failure);
  expect_all(4, 65);
}

TEST_F(scan_producer_test, of_any_items_emits_them_owned) {
  struct taker_of_items {
    ids* into;
    void on_events(std::span<const owned_item> items) {
      for (const owned_item& each : items) into->add(std::string(each.at("id").as_string()));
    }
  };
  stage::supervisor tree;
  auto source =
      tree.start(stage::scan_producer<item>(people_table{people(2, 3, 4)}, {.segments = 2}));
  tree.start([this] { return taker_of_items{&got}; }, {.subscribe_to = {{source}}});
  tree.wait();
  expect_all(2, 12);
}

TEST_F(scan_producer_test, sends_nothing_without_demand) {
  auto from = people(4, 5, 10);
  stage::supervisor tree;
  auto source = tree.start(stage::scan_producer<person>(people_table{from}, {.segments = 4}));
  auto end = tree.start([this] { return taker{&got}; },
                        {.subscribe_to = {{source, {.demand = stage::asking::manual}}}});
  end.ask(0);
  tree.stop();
  EXPECT_EQ(from->requests().size(), 0U);
}

// Documented: a page from each segment, within max_concurrency, while there is demand that the
// pages at hand do not cover.
TEST_F(scan_producer_test, requests_a_page_of_each_segment_at_a_time) {
  auto from = std::make_shared<manual_backend>();
  stage::supervisor tree;
  auto source = tree.start(
      stage::scan_producer<person>(people_table{from}, {.segments = 8, .max_concurrency = 3}));
  auto end = tree.start([this] { return taker{&got}; },
                        {.subscribe_to = {{source, {.demand = stage::asking::manual}}}});
  end.ask(2);
  from->wait_for(3);
  const std::string key = R"({"p":{"N":"1"}})";
  from->answer(0, page_of({person_json("a"), person_json("b"), person_json("c")}, key));
  got.wait_for(2);
  from->answer(1, page_of({person_json("d"), person_json("e")}, key));
  from->answer(2, page_of({person_json("f")}, key));
  // Six items are there; four more are asked for and covered.
  end.ask(4);
  got.wait_for(6);
  EXPECT_EQ(from->count(), 3U);
  end.ask(1);
  from->wait_for(6);
  EXPECT_EQ(from->count(), 6U);
  tree.request_stop();
  while (from->obey_stops() == 0) std::this_thread::yield();
}

TEST_F(scan_producer_test, a_consumer_that_takes_nothing_stops_the_requests) {
  // A table without an end: the tree cannot be complete before the stop reaches it.
  auto from = std::make_shared<scripted_backend>();
  from->answer(operation::scan, [pages = std::make_shared<std::atomic<int>>(0)](const auto&) {
    return result<std::string>(page_body(std::vector<std::string>(10, person_json("a")),
                                         R"({"id":{"S":")" + std::to_string(++*pages) + R"("}})"));
  });
  struct stuck {
    std::mutex* block;
    std::atomic<int>* calls;
    void on_events(std::span<const person>) {
      ++*calls;
      const std::lock_guard lock(*block);
    }
  };
  std::mutex block;
  std::atomic<int> calls = 0;
  std::unique_lock lock(block);
  stage::supervisor tree;
  auto source = tree.start(stage::scan_producer<person>(people_table{from}, {.segments = 2}));
  tree.start([&] { return stuck{&block, &calls}; },
             {.subscribe_to = {{source, {.max_demand = 40}}}});
  while (calls == 0 || from->requests().size() < 4) std::this_thread::yield();
  // 40 items are 4 pages; one more may have been on its way for the other segment. Behind the lock
  // the consumer may take more before the stop reaches it.
  EXPECT_LE(from->requests().size(), 5U);
  tree.request_stop();
  lock.unlock();
  EXPECT_FALSE(tree.try_wait());
}

TEST_F(scan_producer_test, a_failed_scan_continues_where_it_stood) {
  for (std::size_t at = 0; at < 12; ++at) {
    got.all.clear();
    auto from = people(3, 4, 10);
    from->fail_at(at, failure_of(errc::unavailable));
    run(from, {.segments = 3});
    EXPECT_FALSE(failure) << failure->to_string();
    EXPECT_EQ(crashes, 1U) << at;
    expect_all(3, 40);
  }
}

TEST_F(scan_producer_test, a_scan_that_keeps_failing_ends_the_tree_with_its_error) {
  auto from = people(1, 10, 10);
  for (std::size_t at = 3; at < 20; ++at)
    from->fail_at(at, failure_of(errc::throttled, "too fast"));
  run(from, {.segments = 1});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, errc::throttled);
  EXPECT_EQ(failure->table, "people");
  EXPECT_THAT(failure->message, HasSubstr("too fast"));
  EXPECT_EQ(crashes, 4U);
}

TEST_F(scan_producer_test, keeps_its_limit_across_failures) {
  auto from = people(1, 10, 10);
  from->fail_at(2, failure_of(errc::unavailable));
  run(from, {.segments = 1, .limit = 35});
  EXPECT_FALSE(failure);
  EXPECT_EQ(got.all.size(), 35U);
}

TEST_F(scan_producer_test, an_item_that_does_not_fit_fails_it_or_is_told_and_left_out) {
  auto with_bad = [] {
    auto made = std::make_shared<scripted_backend>();
    made->add_page({person_json("a"), person_json("b", "old"), person_json("c")});
    return made;
  };
  {
    // Temporary: it is let go at once, so that its end comes to the consumer behind its events.
    stage::supervisor tree;
    auto source = tree.start(
        stage::scan_producer<person>(people_table{with_bad()}, scan_options{.segments = 1}),
        {.restart = stage::restart::temporary});
    tree.start([this] { return taker{&got}; }, {.subscribe_to = {{source}}});
    const auto ended = tree.try_wait();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, errc::invalid_value);
    EXPECT_EQ(got.all, std::vector<std::string>{"a"});
  }
  got.all.clear();
  std::atomic<int> told = 0;
  stage::supervisor tree;
  auto source = tree.start(stage::scan_producer<person>(people_table{with_bad()}, {.segments = 1},
                                                        [&](const error& why) {
                                                          EXPECT_EQ(why.kind, errc::invalid_value);
                                                          ++told;
                                                        }));
  tree.start([this] { return taker{&got}; }, {.subscribe_to = {{source}}});
  tree.wait();
  EXPECT_EQ(got.all, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(told, 1);
}

TEST_F(scan_producer_test, a_stop_of_the_scan_ends_the_tree) {
  std::stop_source stop;
  stop.request_stop();
  run(people(1, 1, 1), {.segments = 1, .stop = stop.get_token()});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, errc::cancelled);
}

TEST_F(scan_producer_test, refuses_options_before_it_sends_anything) {
  auto from = people(1, 1, 1);
  auto made = [&](const scan_options& options) {
    return stage::scan_producer<person>(people_table{from}, options);
  };
  EXPECT_THROW(made({.segments = 0}), exception);
  EXPECT_THROW(made({.page_size = 0}), exception);
  EXPECT_THROW(made({.select = select::count}), exception);
  EXPECT_TRUE(from->requests().empty());
}

}  // namespace stage_scan_producer_test
