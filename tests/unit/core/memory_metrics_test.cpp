#include <dynamo/core/memory_metrics.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace core_memory_metrics_test {

using namespace dynamo;

TEST(metric_definitions, are_named_as_prometheus_wants_it) {
  std::set<std::string_view> names;
  for (const metric_definition& each : metric_definitions) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_TRUE(each.name.starts_with("dynamo_")) << each.name;
    EXPECT_EQ(each.name.ends_with("_total"), each.kind == metric_kind::counter) << each.name;
    EXPECT_EQ(each.help.find('\n'), std::string_view::npos) << each.name;
    EXPECT_TRUE(each.help.ends_with('.')) << each.name;
  }
}

TEST(memory_metrics, adds_up_by_labels) {
  memory_metrics kept;
  kept.series(metric::scan_items, {.table = "users"})->add(3);
  kept.series(metric::scan_items, {.table = "users"})->add(4);
  kept.series(metric::scan_items, {.table = "orders"})->add(5);
  kept.series(metric::scan_queued_bytes, {.table = "users"})->add(10);
  kept.series(metric::scan_queued_bytes, {.table = "users"})->add(-4);
  const metrics_snapshot seen = kept.snapshot();
  EXPECT_EQ(seen.total(metric::scan_items), 12);
  EXPECT_EQ(seen.total(metric::scan_items, {.table = "users"}), 7);
  EXPECT_EQ(seen.total(metric::scan_items, {.table = "nobody"}), 0);
  EXPECT_EQ(seen.total(metric::scan_queued_bytes), 6);
  EXPECT_EQ(seen.samples.size(), 3U);
}

TEST(memory_metrics, looks_only_at_labels_that_the_metric_has) {
  memory_metrics kept;
  const auto one = kept.series(metric::scan_items, {.table = "users", .operation = "Scan"});
  EXPECT_EQ(one, kept.series(metric::scan_items, {.table = "users", .cause = "throttled"}));
  EXPECT_NE(one, kept.series(metric::scan_items, {.table = "orders"}));
  EXPECT_NE(one, kept.series(metric::scan_pages, {.table = "users"}));
}

TEST(memory_metrics, puts_measurements_into_buckets) {
  memory_metrics kept;
  const meter latency(std::shared_ptr<metrics_recorder>(&kept, [](metrics_recorder*) {}),
                      metric::request_attempt_seconds, {.table = "users", .operation = "Scan"});
  latency.add(0.001);  // a bound belongs to its bucket
  latency.add(0.0011);
  latency.add(30);
  latency.add(31);
  const metrics_snapshot seen = kept.snapshot();
  ASSERT_EQ(seen.samples.size(), 1U);
  const metric_sample& sample = seen.samples.front();
  EXPECT_EQ(sample.labels, (std::vector<std::string>{"users", "Scan"}));
  EXPECT_EQ(sample.buckets[0], 1U);
  EXPECT_EQ(sample.buckets[1], 1U);
  EXPECT_EQ(sample.buckets[histogram_bounds.size() - 1], 1U);
  EXPECT_EQ(sample.buckets[histogram_bounds.size()], 1U);
  EXPECT_EQ(sample.count(), 4U);
  EXPECT_DOUBLE_EQ(sample.value, 61.0021);
  EXPECT_EQ(seen.count(metric::request_attempt_seconds, {.operation = "Scan"}), 4U);
  EXPECT_EQ(seen.count(metric::request_attempt_seconds, {.operation = "Query"}), 0U);
}

// A program that names its tables by the hour would else use ever more memory.
TEST(memory_metrics, bounds_the_number_of_series) {
  memory_metrics kept(2);
  for (int i = 0; i < 100; ++i) {
    kept.series(metric::scan_items, {.table = "table-" + std::to_string(i)})->add(1);
  }
  const metrics_snapshot seen = kept.snapshot();
  EXPECT_EQ(seen.samples.size(), 3U);
  EXPECT_EQ(seen.total(metric::scan_items), 100);
  EXPECT_EQ(seen.total(metric::scan_items, {.table = "other"}), 98);
}

TEST(memory_metrics, loses_nothing_on_many_threads) {
  memory_metrics kept;
  constexpr int threads = 4;
  constexpr int each = 10'000;
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&kept] {
        const auto items = kept.series(metric::scan_items, {.table = "users"});
        const auto latency = kept.series(metric::request_attempt_seconds, {});
        for (int n = 0; n < each; ++n) {
          items->add(2);
          latency->add(0.5);
        }
      });
    }
    (void)kept.snapshot();
  }
  const metrics_snapshot seen = kept.snapshot();
  EXPECT_EQ(seen.total(metric::scan_items), 2.0 * threads * each);
  EXPECT_EQ(seen.count(metric::request_attempt_seconds), std::uint64_t{threads} * each);
  EXPECT_EQ(seen.total(metric::request_attempt_seconds), 0.5 * threads * each);
}

TEST(meter, of_nobody_does_nothing) {
  const meter none;
  none.add(1);
  const meter without(nullptr, metric::scan_items, {.table = "users"});
  without.add(1);
}

}  // namespace core_memory_metrics_test
