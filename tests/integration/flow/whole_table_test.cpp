// Flows over a real table.
#include "support/sample_table.hpp"
#include "support/watchdog.hpp"

#include <dynamo/flow/flow.hpp>

#include <atomic>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace flow_whole_table_test {

using namespace dynamo;
using namespace dynamo::test;

// The samples have no tenants: one of 37 made of the number.
std::uint32_t tenant_of(std::uint32_t number) {
  return number * number % 37;
}

class flow_over_samples : public sample_scan {
 protected:
  watchdog dog_{"FlowOverSamples", std::chrono::seconds(300)};
};

using tenant_counts = std::map<std::uint32_t, int>;

TEST_F(flow_over_samples, counts_per_tenant_over_eight_segments_equal_the_sequential_counts) {
  tenant_counts expected;
  for (const sample& each : samples().stream_scan({.read_ahead = true})) {
    ++expected[tenant_of(each.number)];
  }
  ASSERT_EQ(std::accumulate(expected.begin(), expected.end(), 0,
                            [](int sum, const auto& of) { return sum + of.second; }),
            static_cast<int>(sample_items));

  const scan_watch watch;
  const auto partitioned =
      flow::from(samples().stream_parallel_scan({.segments = 8, .watch = watch}), {.stages = 4}) |
      flow::map(&sample::number) | flow::partition(tenant_of, {.stages = 3}) |
      flow::reduce([] { return tenant_counts(); },
                   [](tenant_counts& state, std::uint32_t number) { ++state[tenant_of(number)]; }) |
      flow::emit_events() | flow::collect<tenant_counts>();
  EXPECT_EQ(partitioned, expected);
  EXPECT_EQ(watch.summary().end, scan_end::complete);
  EXPECT_EQ(watch.summary().items, sample_items);
  EXPECT_EQ(watch.summary().segments.size(), 8U);

  const auto gathered = flow::from(samples().stream_parallel_scan({.segments = 8}), {.stages = 4}) |
                        flow::reduce([] { return tenant_counts(); },
                                     [](tenant_counts& state, const sample& each) {
                                       ++state[tenant_of(each.number)];
                                     }) |
                        flow::collect();
  tenant_counts sum;
  for (const tenant_counts& state : gathered) {
    for (const auto& [tenant, count] : state) sum[tenant] += count;
  }
  EXPECT_EQ(sum, expected);
}

TEST_F(flow_over_samples, gives_every_item_once) {
  roll_call seen;
  flow::from(samples().stream_parallel_scan({.segments = 8}), {.stages = 3, .max_demand = 100}) |
      flow::partition(&sample::id, {.stages = 2}) |
      flow::into([&](const std::vector<sample>& batch) {
        for (const sample& each : batch) {
          seen.came(each.id);
          EXPECT_EQ(each.text, sample_text(each.number));
        }
      });
  EXPECT_EQ(seen.size(), sample_items);
}

TEST_F(flow_over_samples, gives_every_item_once_as_a_range) {
  roll_call seen;
  for (const std::string& id :
       flow::from(items().stream_parallel_scan({.segments = 5}), {.stages = 3}) |
           flow::map([](const item& each) { return std::string(each["id"].as_string()); }) |
           flow::stream()) {
    seen.came(id);
  }
  EXPECT_EQ(seen.size(), sample_items);
}

TEST_F(flow_over_samples, a_sequential_scan_is_a_source_too) {
  std::atomic<std::size_t> items_seen = 0;
  flow::from(samples().stream_scan(), {.stages = 2}) |
      flow::each([&](const sample&) { ++items_seen; }) | flow::run();
  EXPECT_EQ(items_seen, sample_items);
  EXPECT_EQ(counted_->most_at_once(), 1U);
}

TEST_F(flow_over_samples, leaving_early_cancels_the_requests) {
  {
    auto range = flow::from(samples().stream_parallel_scan({.page_size = 100, .segments = 4}),
                            {.stages = 2, .max_demand = 100}) |
                 flow::map(&sample::id) | flow::stream();
    EXPECT_NE(range.begin(), range.end());
  }
  EXPECT_TRUE(counted_->wait_until_idle(std::chrono::seconds(30)));
  EXPECT_LT(counted_->submitted(), 200U);
}

}  // namespace flow_whole_table_test
