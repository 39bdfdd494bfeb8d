// Checkpoints of scans whose items go through messages, stages and flows.
#include "scan/checkpoint.hpp"
#include "support/memory_store.hpp"
#include "support/scripted_backend.hpp"
#include "support/watchdog.hpp"
#include "unit/scan/sample_items.hpp"

#include <dynamo/dynamo.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace table_tracked_test {

using namespace dynamo;
using namespace dynamo::test;
using ::testing::HasSubstr;

using tracked_person = tracked<person>;
static_assert(mapped<tracked_person>);
static_assert(std::is_base_of_v<person, tracked_person>);

class tracked_test : public ::testing::Test {
 protected:
  static constexpr std::uint32_t segments = 2;
  static constexpr int pages = 3;
  static constexpr int items = 4;
  static constexpr int all = 2 * pages * items;

  tracked_test() {
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      for (int page = 0; page < pages; ++page) {
        std::vector<std::string> of_page;
        for (int item = 0; item < items; ++item) {
          of_page.push_back(
              person_json(std::to_string(segment) + std::to_string(page) + std::to_string(item),
                          std::to_string(item)));
        }
        server->add_page(segment, of_page);
      }
    }
    server->answer(operation::describe_table, described_table("people"));
  }
  template <class T>
  [[nodiscard]] table<T> people() const {
    return table<T>(client(server));
  }
  [[nodiscard]] scan_options options() const {
    scan_options made;
    made.segments = segments;
    made.checkpoint = store;
    made.checkpoint_interval = std::chrono::milliseconds(0);
    return made;
  }
  // What the checkpoint says: items before the positions, and whether that is all.
  [[nodiscard]] std::uint64_t kept() const { return store->saved().empty() ? 0 : last().items(); }
  [[nodiscard]] scan::checkpoint last() const {
    return scan::parse_checkpoint(store->saved().back(), "memory").value();
  }
  static void expect_refused(const std::function<void()>& call) {
    try {
      call();
      ADD_FAILURE() << "was not refused";
    } catch (const exception& refused) {
      EXPECT_EQ(refused.kind(), errc::invalid_argument);
      EXPECT_THAT(refused.what(), HasSubstr("table<tracked<T>>"));
    }
  }

  watchdog dog{"a scan with a checkpoint"};
  std::shared_ptr<scripted_backend> server = std::make_shared<scripted_backend>();
  std::shared_ptr<memory_store> store = std::make_shared<memory_store>();
};

TEST_F(tracked_test, items_of_a_range_acknowledge_themselves) {
  auto scan = people<tracked_person>().stream_parallel_scan(options());
  std::vector<tracked_person> held;
  for (tracked_person& each : scan) held.push_back(each);
  ASSERT_EQ(held.size(), std::size_t{all});
  EXPECT_EQ(kept(), 0U);
  for (std::size_t i = held.size(); i-- > 1;) held[i].acknowledge();
  EXPECT_LT(kept(), std::uint64_t{all});
  EXPECT_FALSE(last().is_complete());
  const tracked_person copy = held[0];
  copy.acknowledge();
  EXPECT_TRUE(last().is_complete());
  EXPECT_EQ(kept(), std::uint64_t{all});
}

// Someone who gets an item twice, as after a crash of a stage, acknowledges it twice.
TEST_F(tracked_test, acknowledging_twice_counts_once) {
  auto scan = people<tracked_person>().stream_parallel_scan(options());
  auto first = scan.begin();
  for (int i = 0; i < items; ++i) first->acknowledge();
  EXPECT_EQ(kept(), 0U);
}

TEST_F(tracked_test, an_item_that_does_not_fit_and_is_passed_over_holds_nothing_back) {
  server = std::make_shared<scripted_backend>();
  server->add_page({person_json("a"), person_json("b", "many"), person_json("c")});
  server->answer(operation::describe_table, described_table("people"));
  scan_options with = options();
  with.segments = 1;
  auto scan = people<tracked_person>().stream_scan(with);
  int unfit = 0;
  for (auto& each : scan.as_results()) {
    if (each) {
      each->acknowledge();
    } else {
      ++unfit;
    }
  }
  EXPECT_EQ(unfit, 1);
  EXPECT_TRUE(last().is_complete());
  EXPECT_EQ(kept(), 3U);
}

TEST_F(tracked_test, without_a_checkpoint_they_are_like_any_others) {
  scan_options with = options();
  with.checkpoint = nullptr;
  int seen = 0;
  for (const tracked_person& each : people<tracked_person>().stream_parallel_scan(with)) {
    each.acknowledge();
    ++seen;
  }
  EXPECT_EQ(seen, all);
}

TEST_F(tracked_test, messages_of_items_acknowledge) {
  mailbox<scan_message<person>> inbox({.capacity = 8});
  scan_task task = people<person>().stream_scan_to_process(inbox, options());
  std::uint64_t seen = 0;
  while (auto message = inbox.receive()) {
    if (const auto* one = std::get_if<scan_item<person>>(&*message)) {
      ++seen;
      one->acknowledge();
      EXPECT_LE(kept(), seen);
    }
    if (std::holds_alternative<scan_complete>(*message)) break;
    ASSERT_FALSE(std::holds_alternative<scan_error>(*message));
  }
  task.wait();
  EXPECT_TRUE(last().is_complete());
}

// 5 does not divide pages of 4: batches span pages and segments.
TEST_F(tracked_test, messages_of_batches_acknowledge_their_items) {
  scan_options with = options();
  with.batch_size = 5;
  mailbox<scan_message<person>> inbox({.capacity = 100});
  scan_task task = people<person>().stream_scan_to_process(inbox, with);
  task.wait();
  EXPECT_EQ(kept(), 0U);
  std::vector<scan_batch<person>> batches;
  while (auto message = inbox.receive()) {
    if (auto* batch = std::get_if<scan_batch<person>>(&*message)) {
      batches.push_back(std::move(*batch));
    }
    if (std::holds_alternative<scan_complete>(*message)) break;
  }
  ASSERT_EQ(batches.size(), 5U);
  for (std::size_t i = 1; i < batches.size(); ++i) batches[i].acknowledge();
  EXPECT_LE(kept(), std::uint64_t{all - 5});
  EXPECT_FALSE(!store->saved().empty() && last().is_complete());
  batches[0].acknowledge();
  EXPECT_TRUE(last().is_complete());
  EXPECT_EQ(kept(), std::uint64_t{all});
}

TEST_F(tracked_test, messages_that_cannot_be_acknowledged_are_refused) {
  mailbox<std::variant<std::string, scan_complete, scan_error>> inbox({.capacity = 8});
  expect_refused([&] {
    (void)people<person>().stream_scan_to_process(
        inbox, options(), {.message_format = [](person&& each) { return std::move(each.id); }});
  });
  mailbox<std::variant<tracked_person, scan_complete, scan_error>> tracked_inbox({.capacity = 100});
  scan_task task = people<tracked_person>().stream_scan_to_process(
      tracked_inbox, options(),
      {.message_format = [](tracked_person&& each) { return std::move(each); }});
  task.wait();
  while (auto message = tracked_inbox.receive()) {
    if (const auto* each = std::get_if<tracked_person>(&*message)) each->acknowledge();
    if (std::holds_alternative<scan_complete>(*message)) break;
  }
  EXPECT_TRUE(last().is_complete());
}

struct acknowledger {
  std::atomic<int>* seen;
  void on_events(std::span<const tracked_person> people) {
    for (const tracked_person& each : people) {
      each.acknowledge();
      // Between two items of one call: those before come again, and were acknowledged already.
      if (++*seen % 7 == 0) throw std::runtime_error("crash");
    }
  }
};

TEST_F(tracked_test, stages_that_crash_acknowledge_what_comes_again_once) {
  std::atomic<int> seen = 0;
  stage::supervisor tree({.max_restarts = 100});
  auto source =
      tree.start(stage::scan_producer<tracked_person>(people<tracked_person>(), options()));
  tree.start([&seen] { return acknowledger{&seen}; },
             {.subscribe_to = {{source, {.max_demand = 4}}}});
  tree.wait();
  EXPECT_GT(seen, all);
  EXPECT_TRUE(last().is_complete());
  EXPECT_EQ(kept(), std::uint64_t{all});
}

// A failed scan is opened again from where it stood, with items still in the stages.
TEST_F(tracked_test, a_producer_that_failed_keeps_its_checkpoint) {
  server->fail_at(4, error{.kind = errc::unavailable, .message = "the network is down"});
  std::atomic<int> seen = 0;
  struct taker {
    std::atomic<int>* seen;
    void on_events(std::span<const tracked_person> people) {
      for (const tracked_person& each : people) {
        each.acknowledge();
        ++*seen;
      }
    }
  };
  {
    stage::supervisor tree({.max_restarts = 10});
    auto source =
        tree.start(stage::scan_producer<tracked_person>(people<tracked_person>(), options()));
    tree.start([&seen] { return taker{&seen}; }, {.subscribe_to = {{source, {.max_demand = 6}}}});
    tree.wait();
  }
  EXPECT_EQ(seen, all);
  EXPECT_TRUE(last().is_complete());
  EXPECT_EQ(kept(), std::uint64_t{all});
  EXPECT_FALSE(store->is_held());
}

TEST_F(tracked_test, a_producer_continues_from_the_checkpoint) {
  {
    auto scan = people<person>().stream_parallel_scan(options());
    auto batches = scan.batches();
    auto at = batches.begin();
    for (int i = 0; i < 3; ++i, ++at) (*at).acknowledge();
  }
  std::atomic<int> seen = 0;
  struct counter {
    std::atomic<int>* seen;
    void on_events(std::span<const tracked_person> people) {
      *seen += static_cast<int>(people.size());
    }
  };
  stage::supervisor tree;
  auto source =
      tree.start(stage::scan_producer<tracked_person>(people<tracked_person>(), options()));
  tree.start([&seen] { return counter{&seen}; }, {.subscribe_to = {{source}}});
  tree.wait();
  EXPECT_EQ(seen, all - 3 * items);
}

TEST_F(tracked_test, a_flow_acknowledges_at_its_end) {
  const std::vector<int> kept_ages =
      flow::from(people<tracked_person>().stream_parallel_scan(options()), {.stages = 3}) |
      flow::filter([](const tracked_person& each) {
        if (each.age != 0) return true;
        each.acknowledge();  // what is left out was dealt with too
        return false;
      }) |
      flow::partition(&person::id) | flow::map([](const tracked_person& each) {
        each.acknowledge();
        return each.age;
      }) |
      flow::collect();
  EXPECT_EQ(kept_ages.size(), std::size_t{all / items * (items - 1)});
  EXPECT_TRUE(last().is_complete());
  EXPECT_EQ(kept(), std::uint64_t{all});
}

TEST_F(tracked_test, stages_and_flows_of_others_are_refused) {
  expect_refused([&] { (void)stage::scan_producer<person>(people<person>(), options()); });
  expect_refused([&] {
    (void)(flow::from(people<person>().stream_parallel_scan(options())) | flow::collect());
  });
  EXPECT_FALSE(store->is_held());
  EXPECT_EQ(server->count(operation::scan), 0U);
}

}  // namespace table_tracked_test
