// What a scan says of itself, against the table and the server's own figures.
#include "support/sample_table.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace scan_summary_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;

TEST_F(sample_scan, summary_accounts_for_every_item) {
  auto stream = items().stream_parallel_scan({.page_size = 500, .segments = 6});
  std::uint64_t came = 0;
  for (const item& each : stream) came += each.contains("id");
  const scan_summary summary = stream.summary();
  EXPECT_EQ(summary.end, scan_end::complete);
  EXPECT_EQ(came, sample_items);
  EXPECT_EQ(summary.items, sample_items);
  EXPECT_EQ(summary.scanned_items, sample_items);
  EXPECT_GT(summary.consumed_capacity, 0);
  EXPECT_GT(summary.elapsed, 0ns);
  EXPECT_EQ(summary.pages, counted_->submitted());
  EXPECT_EQ(summary.consumed_capacity, stream.progress().consumed_capacity);
  ASSERT_EQ(summary.segments.size(), 6U);
  scan_summary sums = summary;
  sums.add_up();
  EXPECT_EQ(sums, summary);
  for (const segment_summary& each : summary.segments) {
    EXPECT_EQ(each.end, scan_end::complete);
    EXPECT_GT(each.items, 0U);
    EXPECT_GT(each.under_way, 0ns);
  }
  EXPECT_GE(summary.item_skew(), 1);
  EXPECT_LT(summary.item_skew(), 2) << "the server splits evenly";
}

TEST_F(sample_scan, summary_of_a_scan_that_is_left_says_so) {
  auto stream = items().stream_scan({.page_size = 10});
  EXPECT_NE(stream.begin(), stream.end());
  EXPECT_EQ(stream.summary().end, scan_end::unfinished);
  EXPECT_EQ(stream.summary().segments[0].end, scan_end::unfinished);
}

TEST_F(sample_scan, bytes_end_a_scan) {
  auto stream = items().stream_scan({.page_size = 10, .max_bytes = 1});
  std::uint64_t came = 0;
  for (const item& each : stream) came += each.contains("id");
  EXPECT_EQ(came, 10U);
  EXPECT_EQ(stream.summary().end, scan_end::limited);
  EXPECT_EQ(counted_->submitted(), 1U);
}

// The network thread's timers keep the pace, and a higher budget is felt at once.
TEST_F(sample_scan, read_budget_is_kept_and_raised) {
  const scan_budget budget(0.001);
  auto stream = items().stream_parallel_scan({.page_size = 1000, .segments = 4, .budget = budget});
  auto next = stream.begin();
  ASSERT_NE(next, stream.end());
  EXPECT_EQ(counted_->submitted(), 1U) << "the first page is paid for in hours";
  budget.set_max_rcu(1e6);
  std::uint64_t came = 0;
  for (; next != stream.end(); ++next) came += next->contains("id");
  EXPECT_EQ(came, sample_items);
  EXPECT_EQ(stream.summary().end, scan_end::complete);
  EXPECT_EQ(budget.consumed(), stream.summary().consumed_capacity);
}

TEST_F(sample_scan, read_budget_takes_its_time) {
  const auto begin = std::chrono::steady_clock::now();
  auto stream = items().stream_scan({.page_size = 100, .limit = 300, .max_rcu = 40});
  std::uint64_t came = 0;
  for (const item& each : stream) came += each.contains("id");
  EXPECT_EQ(came, 300U);
  const scan_summary summary = stream.summary();
  ASSERT_EQ(summary.pages, 3U);
  // The last page may be owed for.
  const double paid = summary.consumed_capacity * 2 / 3;
  EXPECT_GE(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
            0.9 * paid / 40);
}

}  // namespace scan_summary_test
