// Scans of hours in simulated time: the read budget, the limit that adapts, and uneven segments.
#include "support/simulated_service.hpp"
#include "support/watchdog.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

namespace scan_simulation_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::eager_puller;
using test::simulated_service;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// The same for each run, and without order.
double scattered(std::uint32_t segment, std::uint32_t page) {
  std::uint32_t mixed = segment * 2654435761U ^ (page * 40503U + 12345U);
  mixed ^= mixed >> 15;
  mixed *= 2246822519U;
  mixed ^= mixed >> 13;
  return mixed / 4294967296.0;
}

class simulation : public testing::Test {
 protected:
  page_source& scan() {
    source.emplace(service, "users", options, true);
    puller.emplace(*source);
    return *source;
  }
  void run_to_the_end() {
    while (!puller->ended()) ASSERT_TRUE(service->step()) << "the scan waits for nothing";
  }

  const test::watchdog guard{"a simulated scan"};
  const std::shared_ptr<simulated_service> service = std::make_shared<simulated_service>();
  scan_options options;
  std::optional<page_source> source;
  std::optional<eager_puller> puller;
};

// The read budget

struct budget_case {
  double max_rcu;
  double cheapest;  // pages cost between this and 128
  std::uint32_t segments;
};
std::ostream& operator<<(std::ostream& out, const budget_case& of) {
  return out << of.max_rcu << " RCU/s, pages from " << of.cheapest << ", " << of.segments;
}

class read_budget : public simulation, public testing::WithParamInterface<budget_case> {};

TEST_P(read_budget, is_kept_over_an_hour_with_one_page_of_debt_at_most) {
  const budget_case& given = GetParam();
  const double max_rcu = given.max_rcu;
  options.segments = given.segments;
  options.max_rcu = max_rcu;
  service->pages.assign(given.segments, 1'000'000);
  service->cost = [cheapest = given.cheapest](std::uint32_t segment, std::uint32_t page) {
    return cheapest + (128 - cheapest) * scattered(segment, page);
  };
  double most_debt = 0;
  service->on_answer = [&](double) {
    const double due = max_rcu * seconds(service->elapsed());
    most_debt = std::max(most_debt, service->consumed() - due);
  };
  scan();
  service->run_until(simulated_service::begin + 1h);
  EXPECT_NEAR(service->consumed() / (max_rcu * 3600), 1.0, 0.02);
  EXPECT_LE(most_debt, 128);
  EXPECT_EQ(source->progress().throttled, 0U);
  RecordProperty("share_of_budget", std::to_string(service->consumed() / (max_rcu * 3600)));
  RecordProperty("most_debt", std::to_string(most_debt));
}

INSTANTIATE_TEST_SUITE_P(all, read_budget,
                         testing::Values(budget_case{4, 128, 8}, budget_case{4, 32, 64},
                                         budget_case{500, 128, 1}, budget_case{500, 64, 32},
                                         budget_case{500, 0.5, 64}, budget_case{3000, 64, 64}));

TEST_F(simulation, pages_that_suddenly_cost_more_are_made_up_for) {
  options.segments = 64;
  options.max_rcu = 500;
  service->pages.assign(64, 1'000'000);
  service->cost = [](std::uint32_t, std::uint32_t page) { return page < 20 ? 0.5 : 128.0; };
  scan();
  service->run_until(simulated_service::begin + 5min);
  EXPECT_NEAR(service->consumed() / (500 * 300), 1.0, 0.02);
}

TEST_F(simulation, a_budget_is_changed_while_the_scan_runs) {
  const scan_budget budget(100);
  options.segments = 64;
  options.budget = budget;
  service->pages.assign(64, 1'000'000);
  scan();
  const auto used_in = [&](std::chrono::seconds time) {
    const double before = service->consumed();
    service->run_until(service->now() + time);
    return (service->consumed() - before) / seconds(time);
  };
  EXPECT_NEAR(used_in(600s), 100, 2);
  // With an alarm set for later, and a debt.
  budget.set_max_rcu(1000);
  EXPECT_NEAR(used_in(600s), 1000, 20);
  budget.set_max_rcu(10);
  EXPECT_NEAR(used_in(3600s), 10, 0.5);
  budget.set_max_rcu(std::nullopt);
  EXPECT_GT(used_in(10s), 64 * 128 / 0.05 * 0.9) << "as fast as the service answers";
  EXPECT_EQ(budget.consumed(), service->consumed());
}

TEST_F(simulation, scans_share_a_budget) {
  const scan_budget budget(200);
  options.segments = 16;
  options.budget = budget;
  service->pages.assign(16, 1'000'000);
  page_source other(service, "orders", options, true);
  eager_puller second(other);
  scan();
  service->run_until(service->now() + 20min);
  EXPECT_NEAR(service->consumed() / (200 * 1200), 1.0, 0.02);
  EXPECT_GT(second.pages(), 100U);
  EXPECT_GT(puller->pages(), 100U);
  EXPECT_EQ(budget.consumed(), service->consumed());
}

TEST_F(simulation, a_scan_that_ends_while_it_waits_for_its_budget_leaves_nothing_behind) {
  options.max_rcu = 1;
  service->pages = {100};
  scan();
  service->run_until(service->now() + 1s);
  EXPECT_EQ(puller->pages(), 1U);
  source.reset();
  EXPECT_TRUE(puller->ended());
  ASSERT_TRUE(puller->failure());
  EXPECT_EQ(puller->failure()->kind, errc::cancelled);
  while (service->step()) {
  }
  EXPECT_EQ(service->answered(), 1U);
}

// The limit that adapts

class concurrency : public simulation, public testing::WithParamInterface<std::uint32_t> {
 protected:
  // Requests that the service worked on at a time, on average.
  double working(std::chrono::seconds time) {
    const auto before = service->answered();
    service->run_until(service->now() + time);
    return static_cast<double>(service->answered() - before) * seconds(service->latency) /
           seconds(time);
  }
};

TEST_P(concurrency, finds_what_the_service_bears_and_follows_when_that_doubles) {
  const double bears = GetParam();
  options.segments = 256;
  options.max_concurrency = 256;
  service->pages.assign(256, 1'000'000);
  service->bears = GetParam();
  scan();
  service->run_until(simulated_service::begin + 60s);
  const double found = working(60s);
  EXPECT_NEAR(found / bears, 1.0, 0.1);
  const auto throttled = source->progress().throttled;
  service->bears = 2 * GetParam();
  service->run_until(service->now() + 60s);
  const double again = working(60s);
  EXPECT_NEAR(again / (2 * bears), 1.0, 0.1);
  RecordProperty("found", std::to_string(found));
  RecordProperty("again", std::to_string(again));
  EXPECT_LT(static_cast<double>(source->progress().throttled - throttled),
            static_cast<double>(service->answered()) / 50)
      << "the service is hardly asked for more than it bears";
}

INSTANTIATE_TEST_SUITE_P(all, concurrency, testing::Values(5, 20, 50));

// Uneven segments

class uneven : public simulation {
 protected:
  // 1,024 segments, of which 1 % hold half of the pages.
  void SetUp() override {
    options.segments = 1024;
    service->pages.assign(1024, 20);
    for (std::uint32_t i = 0; i < 10; ++i) service->pages[i * 97 + 31] = 2028;
    for (const std::uint32_t each : service->pages) total += each;
  }
  double total = 0;
};

TEST_F(uneven, a_service_that_bears_little_is_used_to_the_end) {
  service->bears = 8;
  scan();
  run_to_the_end();
  const double ideal = total * seconds(service->latency) / 8;
  EXPECT_EQ(static_cast<double>(puller->pages()), total);
  EXPECT_LT(seconds(service->elapsed()), 1.1 * ideal);
  RecordProperty("of_ideal", std::to_string(seconds(service->elapsed()) / ideal));
  EXPECT_EQ(source->summary().end, scan_end::complete);
  EXPECT_NEAR(source->summary().item_skew(), 2028 * 1024 / total, 1e-9);
}

TEST_F(uneven, a_read_budget_is_used_to_the_end) {
  options.max_rcu = 20'000;
  scan();
  run_to_the_end();
  const double ideal = total * 128 / 20'000;
  EXPECT_EQ(static_cast<double>(puller->pages()), total);
  EXPECT_LT(seconds(service->elapsed()), 1.1 * ideal);
  RecordProperty("of_ideal", std::to_string(seconds(service->elapsed()) / ideal));
}

// Each of 16 partitions bears two requests at a time: in the order of their numbers the first
// segments would all ask one of them.
TEST_F(simulation, no_partition_is_hammered) {
  options.segments = 1024;
  options.max_concurrency = 16;
  service->pages.assign(1024, 10);
  service->partitions = 16;
  service->a_partition_bears = 3;
  scan();
  run_to_the_end();
  const double ideal = 1024 * 10 * seconds(service->latency) / 16;
  EXPECT_LT(seconds(service->elapsed()), 1.1 * ideal);
  EXPECT_LT(source->progress().throttled, 100U);
  RecordProperty("of_ideal", std::to_string(seconds(service->elapsed()) / ideal));
  RecordProperty("throttled", std::to_string(source->progress().throttled));
}

}  // namespace scan_simulation_test
