// What a scan tells recorders and logs, against what its summary says.
#include "support/kept_log.hpp"
#include "support/manual_backend.hpp"
#include "support/memory_store.hpp"
#include "support/simulated_service.hpp"
#include "support/watchdog.hpp"
#include "support/watched_backend.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace scan_scan_observer_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::failure_of;
using test::id_page;
using test::manual_backend;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view next_key = R"({"id":{"S":"z"}})";

class scan_observer_test : public testing::Test {
 protected:
  [[nodiscard]] std::shared_ptr<backend> watched(std::shared_ptr<backend> on) const {
    return std::make_shared<test::watched_backend>(std::move(on), metrics, kept.log);
  }
  [[nodiscard]] double total(metric what, const metric_labels& of = {}) const {
    return metrics->snapshot().total(what, of);
  }
  void expect_nothing_held() const {
    EXPECT_EQ(total(metric::scan_queued_bytes), 0);
    EXPECT_EQ(total(metric::scan_page_permits), 0);
    EXPECT_EQ(total(metric::scan_page_memory_bytes), 0);
  }

  const test::watchdog dog{"a scan that is watched"};
  std::shared_ptr<memory_metrics> metrics = std::make_shared<memory_metrics>();
  test::kept_log kept{log_level::debug};
};

TEST_F(scan_observer_test, counts_what_the_summary_proves) {
  const auto service = std::make_shared<test::simulated_service>();
  service->pages = {5, 1, 3, 0};
  service->bears = 2;
  page_source scan(watched(service), "users", {.segments = 4}, true);
  {
    const test::eager_puller puller(scan);
    while (!puller.ended() && service->step()) {
    }
    ASSERT_TRUE(puller.ended());
  }
  const scan_summary summary = scan.summary();
  ASSERT_EQ(summary.end, scan_end::complete);
  const metric_labels users{.table = "users"};
  EXPECT_EQ(total(metric::scan_pages, users), static_cast<double>(summary.pages));
  EXPECT_EQ(total(metric::scan_items, users), static_cast<double>(summary.items));
  EXPECT_EQ(total(metric::scan_scanned_items, users), static_cast<double>(summary.scanned_items));
  EXPECT_EQ(total(metric::scan_bytes, users), static_cast<double>(summary.bytes));
  EXPECT_EQ(total(metric::scan_read_units, users), summary.consumed_capacity);
  EXPECT_EQ(total(metric::scan_segments_complete, users), 4);
  EXPECT_GT(summary.consumed_capacity, 0);
  expect_nothing_held();
}

TEST_F(scan_observer_test, counts_the_waits_for_read_units_and_their_time) {
  const auto service = std::make_shared<test::simulated_service>();
  service->pages = {4};
  service->latency = 0ms;
  service->cost = [](std::uint32_t, std::uint32_t) { return 100.0; };
  {
    page_source scan(watched(service), "users", {.max_rcu = 100.0}, true);
    const test::eager_puller puller(scan);
    while (!puller.ended() && service->step()) {
    }
    ASSERT_TRUE(puller.ended());
  }
  EXPECT_GE(total(metric::scan_budget_waits), 1);
  const double seconds = std::chrono::duration<double>(service->elapsed()).count();
  EXPECT_GT(seconds, 1);
  EXPECT_NEAR(total(metric::scan_budget_wait_seconds), seconds, 0.01)
      << "with answers at once, all of the time is waiting";
  EXPECT_THAT(kept.lines(), Contains(HasSubstr("debug budget_wait table=users segment=- attempt=- "
                                               "request_id=- cause=read_units seconds=")));
}

TEST_F(scan_observer_test, measures_pages_that_wait_until_they_are_taken) {
  const auto service = std::make_shared<manual_backend>();
  std::optional<page> held;
  {
    page_source scan(watched(service), "users", {.segments = 2}, true);
    scan.async_next([&](auto got) { held = *std::move(got); });
    service->answer(0, id_page({"a"}, next_key));
    EXPECT_EQ(total(metric::scan_queued_bytes), 0) << "somebody had asked for it";
    const std::string second = id_page({"b", "c"}, next_key);
    service->answer(1, second);
    EXPECT_EQ(total(metric::scan_queued_bytes), static_cast<double>(second.size()));
    EXPECT_TRUE(scan.next().value());
    EXPECT_EQ(total(metric::scan_queued_bytes), 0);
    service->answer(2, id_page({"d"}, R"({"id":{"S":"y"}})"));
    EXPECT_GT(total(metric::scan_queued_bytes), 0);
    scan.cancel();
    service->obey_stops();
  }
  expect_nothing_held();
  EXPECT_EQ(total(metric::scans, {.outcome = "cancelled"}), 1);
}

TEST_F(scan_observer_test, measures_the_memory_of_pages_until_the_last_has_gone) {
  const auto service = std::make_shared<manual_backend>();
  page_source scan(watched(service), "users", {.max_buffered_bytes = 10'000}, true);
  scan.async_next([](const auto&) {});
  const std::shared_ptr<body_gate> gate = service->request(0).gate;
  std::optional<body_buffer> one = gate->admit(1000, &one, [] {});
  ASSERT_TRUE(one);
  EXPECT_EQ(total(metric::scan_page_permits), 1);
  EXPECT_EQ(total(metric::scan_page_memory_bytes), static_cast<double>(one->capacity()));
  EXPECT_EQ(total(metric::scan_backpressure_waits), 0);
  EXPECT_FALSE(gate->admit(10'000, &gate, [] {}));
  EXPECT_EQ(total(metric::scan_backpressure_waits), 1);
  gate->withdraw(&gate);
  one.reset();
  expect_nothing_held();
  service->answer(0, id_page({}));
}

TEST_F(scan_observer_test, reports_how_a_scan_failed) {
  const auto service = std::make_shared<manual_backend>();
  {
    page_source scan(watched(service), "users", {}, false);
    scan.async_next([](const auto&) {});
    service->answer(0, failure_of(errc::access_denied));
  }
  EXPECT_EQ(total(metric::scans, {.table = "users", .outcome = "failed"}), 1);
  EXPECT_THAT(kept.lines(), ElementsAre(HasSubstr("segment_started table=users segment=- "),
                                        HasSubstr("info  scan_ended table=users segment=- "
                                                  "attempt=- request_id=- cause=failed")));
}

TEST_F(scan_observer_test, reports_saves) {
  const auto store = std::make_shared<test::memory_store>();
  const auto service = std::make_shared<manual_backend>([](const backend_request& request) {
    return request.op == operation::describe_table
               ? std::string(R"({"Table":{"TableName":"users","TableStatus":"ACTIVE","KeySchema":)"
                             R"([{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":)"
                             R"([{"AttributeName":"id","AttributeType":"S"}]}})")
               : id_page({"a"});
  });
  {
    page_source scan(watched(service), "users", {.checkpoint = store}, false);
    EXPECT_TRUE((*scan.next().value()).try_acknowledge());
  }
  EXPECT_EQ(total(metric::checkpoint_saves, {.table = "users", .outcome = "success"}), 1);
  EXPECT_THAT(kept.lines(), Contains(HasSubstr("debug checkpoint_saved table=users")));
}

TEST_F(scan_observer_test, is_nothing_to_a_scan_that_is_not_watched) {
  const auto service =
      std::make_shared<manual_backend>([](const backend_request&) { return id_page({"a"}); });
  page_source scan(service, "users", {}, false);
  EXPECT_TRUE(scan.next().value());
  EXPECT_FALSE(scan.next().value());
  EXPECT_EQ(scan.summary().end, scan_end::complete);
}

}  // namespace scan_scan_observer_test
