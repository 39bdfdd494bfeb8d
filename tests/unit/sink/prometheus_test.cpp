#include <dynamo/sink/prometheus.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sink_prometheus_test {

using namespace dynamo;
using testing::HasSubstr;

TEST(prometheus_text, of_nothing_is_empty) {
  EXPECT_EQ(prometheus_text({}), "");
}

TEST(prometheus_text, has_a_head_for_each_metric_and_a_line_for_each_series) {
  memory_metrics kept;
  kept.series(metric::scan_items, {.table = "users"})->add(20'000);
  kept.series(metric::scan_items, {.table = "orders"})->add(0.5);
  kept.series(metric::requests, {.table = "users", .operation = "Scan", .outcome = "success"})
      ->add(1);
  kept.series(metric::credentials_refreshes, {.outcome = "success"})->add(0);
  EXPECT_EQ(prometheus_text(kept.snapshot()),
            "# HELP dynamo_requests_total Operations that ended, with all their attempts.\n"
            "# TYPE dynamo_requests_total counter\n"
            "dynamo_requests_total{table=\"users\",operation=\"Scan\",outcome=\"success\"} 1\n"
            "# HELP dynamo_credentials_refreshes_total Attempts to obtain new "
            "credentials.\n"
            "# TYPE dynamo_credentials_refreshes_total counter\n"
            "dynamo_credentials_refreshes_total{outcome=\"success\"} 0\n"
            "# HELP dynamo_scan_items_total Items in these pages, without a limit's surplus.\n"
            "# TYPE dynamo_scan_items_total counter\n"
            "dynamo_scan_items_total{table=\"orders\"} 0.5\n"
            "dynamo_scan_items_total{table=\"users\"} 20000\n");
}

TEST(prometheus_text, escapes_values_of_labels) {
  memory_metrics kept;
  kept.series(metric::stage_restarts, {.stage = "a \"b\"\\\n{c}"})->add(1);
  EXPECT_THAT(prometheus_text(kept.snapshot()),
              HasSubstr(R"(dynamo_stage_restarts_total{stage="a \"b\"\\\n{c}"} 1)"));
}

TEST(prometheus_text, adds_the_buckets_of_a_histogram_up) {
  memory_metrics kept;
  const auto latency =
      kept.series(metric::request_attempt_seconds, {.table = "users", .operation = "Scan"});
  latency->add(0.002);
  latency->add(0.002);
  latency->add(0.5);
  latency->add(60);
  const std::string text = prometheus_text(kept.snapshot());
  const std::string name = "dynamo_request_attempt_seconds";
  const std::string labels = R"(table="users",operation="Scan")";
  EXPECT_THAT(text, HasSubstr("# TYPE " + name + " histogram\n"));
  auto bucket = [&](const std::string& bound) {
    return name + "_bucket{" + labels + ",le=\"" + bound + "\"} ";
  };
  EXPECT_THAT(text, HasSubstr(bucket("0.001") + "0\n"));
  EXPECT_THAT(text, HasSubstr(bucket("0.0025") + "2\n"));
  EXPECT_THAT(text, HasSubstr(bucket("0.25") + "2\n"));
  EXPECT_THAT(text, HasSubstr(bucket("0.5") + "3\n"));
  EXPECT_THAT(text, HasSubstr(bucket("30") + "3\n"));
  EXPECT_THAT(text, HasSubstr(bucket("+Inf") + "4\n"));
  EXPECT_THAT(text, HasSubstr(name + "_sum{" + labels + "} 60.504\n"));
  EXPECT_THAT(text, HasSubstr(name + "_count{" + labels + "} 4\n"));
}

}  // namespace sink_prometheus_test
