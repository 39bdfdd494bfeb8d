// Clients of an engine in the process: how their calls end, and who is told.
#include "support/manual_time.hpp"
#include "support/watchdog.hpp"

#include <dynamo/dynamo.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace client_embedded_test {

using namespace dynamo;

// A table of some megabytes.
void fill(const client& db) {
  db.create_table({.table = "things", .key = {.partition_key = {"id"}}});
  std::vector<write_request> writes;
  for (int i = 0; i < 400; ++i) {
    writes.emplace_back(put_request{
        "things", owned_item{{"id", std::to_string(i)}, {"text", std::string(20'000, 'x')}}});
  }
  db.batch_write(writes);
}

TEST(embedded, a_scan_that_is_left_while_pages_wait_for_memory_ends) {
  const test::watchdog guard("leaving scans");
  const client db = client::in_memory();
  fill(db);
  const table<item> items(db, "things");
  for (int round = 0; round < 40; ++round) {
    auto stream = items.stream_parallel_scan({.segments = 8, .max_buffered_bytes = 1'500'000});
    for ([[maybe_unused]] const item& each : stream) {
      std::this_thread::yield();
      break;
    }
  }
}

TEST(embedded, a_stop_at_any_moment_ends_a_call) {
  const test::watchdog guard("stopping calls");
  const client db = client::in_memory();
  fill(db);
  int cancelled = 0;
  for (int round = 0; round < 300; ++round) {
    std::stop_source stop;
    std::atomic<bool> go = false;
    std::thread stopper([&] {
      while (!go) std::this_thread::yield();
      for (int i = 0; i < round * 20; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
      stop.request_stop();
    });
    go = true;
    const auto page = db.try_scan({.table = "things"}, {.stop = stop.get_token()});
    if (!page) {
      EXPECT_EQ(page.error().kind, errc::cancelled);
      ++cancelled;
    }
    stopper.join();
  }
  RecordProperty("cancelled", cancelled);
}

TEST(embedded, a_call_is_tried_again_by_the_clock_of_the_client) {
  const test::watchdog guard("a clock that is ahead or behind");
  for (const auto ahead : {std::chrono::hours(-1000), std::chrono::hours(1000)}) {
    const auto time = std::make_shared<test::manual_clock>();
    time->advance(std::chrono::steady_clock::now() - time->now() + ahead);
    const client db(embedded_engine::in_memory({.throttle = true, .time = time}), {.time = time});
    db.create_table({.table = "slow",
                     .key = {.partition_key = {"id"}},
                     .throughput = provisioned_throughput{.read_units = 1, .write_units = 1}});
    // All of the units that there are.
    db.put_item({"slow", owned_item{{"id", "1"}, {"text", std::string(300 * 1024 - 100, 'x')}}});
    const std::jthread moves([&](const std::stop_token& stop) {
      for (; !stop.stop_requested(); std::this_thread::yield())
        time->advance(std::chrono::seconds(1));
    });
    EXPECT_TRUE(db.try_put_item({"slow", owned_item{{"id", "2"}}}));
  }
}

TEST(embedded, the_configurations_watchers_are_reported) {
  const auto counted = std::make_shared<memory_metrics>();
  const client db(embedded_engine::in_memory(), {.metrics = counted});
  (void)db.list_tables();
  EXPECT_EQ(counted->snapshot().total(metric::requests), 1.0);
}

TEST(embedded, an_engine_is_shared_by_its_clients) {
  const auto engine = embedded_engine::in_memory();
  const client one(engine);
  const client other(engine);
  one.create_table({.table = "things", .key = {.partition_key = {"id"}}});
  EXPECT_EQ(other.list_tables(), std::vector<std::string>{"things"});
  EXPECT_TRUE(client::in_memory().list_tables().empty());
}

}  // namespace client_embedded_test
