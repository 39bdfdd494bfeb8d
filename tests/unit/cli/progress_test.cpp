#include "cli/progress.hpp"

#include "cli/console.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>

namespace dynamo::cli {
namespace cli_progress_test {

using namespace std::chrono_literals;

constexpr progress_meter::time_point start{};

TEST(progress, groups_digits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(123456), "123,456");
  EXPECT_EQ(grouped(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(progress, shows_bytes_in_decimal_units) {
  EXPECT_EQ(readable_bytes(0), "0 B");
  EXPECT_EQ(readable_bytes(999), "999 B");
  EXPECT_EQ(readable_bytes(1000), "1.0 kB");
  EXPECT_EQ(readable_bytes(8'449'000), "8.4 MB");
  EXPECT_EQ(readable_bytes(999'960), "1.0 MB");
  EXPECT_EQ(readable_bytes(3e18), "3000.0 PB");
}

TEST(progress, shows_durations) {
  EXPECT_EQ(readable_duration(7s), "0:07");
  EXPECT_EQ(readable_duration(754s), "12:34");
  EXPECT_EQ(readable_duration(3723s), "1:02:03");
  EXPECT_EQ(readable_duration(360000s), "100:00:00");
}

TEST(progress_meter, shows_share_rates_and_time_left) {
  progress_meter meter(start);
  EXPECT_EQ(meter.line(start + 2s,
                       {.items = 5000, .done = 5000, .bytes = 4'000'000, .expected = 20000}, 120),
            "[#####...............]   25%  5,000 items  4.0 MB  2,500 items/s  2.0 MB/s  ETA 0:06");
}

TEST(progress_meter, the_share_is_of_what_was_evaluated) {
  progress_meter meter(start);
  // A filter that lets one item in ten pass.
  EXPECT_EQ(meter.line(start + 1s, {.items = 100, .done = 1000, .expected = 4000}, 120),
            "[#####...............]   25%  100 items  100 items/s  ETA 0:03");
}

TEST(progress_meter, shows_the_read_units_used) {
  progress_meter meter(start);
  EXPECT_EQ(meter.line(start + 1s, {.items = 10, .bytes = 500, .read_units = 1732.5}, 120),
            "10 items  500 B  10 items/s  500 B/s  1,733 RCU");
}

TEST(progress_meter, without_an_expectation_shows_no_share) {
  progress_meter meter(start);
  EXPECT_EQ(meter.line(start + 1s, {.items = 10, .done = 10, .bytes = 500}, 120),
            "10 items  500 B  10 items/s  500 B/s");
  EXPECT_EQ(meter.line(start + 1s, {.items = 10, .done = 10, .expected = 0}, 120),
            "10 items  10 items/s");
}

// The service's count is hours old: beyond it there is nothing to say.
TEST(progress_meter, a_table_that_grew_shows_no_share_at_its_end) {
  progress_meter meter(start);
  EXPECT_EQ(meter.line(start + 1s, {.items = 20, .done = 20, .expected = 10}, 120),
            "20 items  20 items/s");
}

TEST(progress_meter, shows_no_time_left_before_something_is_done) {
  progress_meter meter(start);
  EXPECT_EQ(meter.line(start + 1s, {.items = 0, .done = 0, .expected = 10}, 120),
            "[....................]    0%  0 items  0 items/s");
}

TEST(progress_meter, rates_forget_what_is_long_ago) {
  progress_meter meter(start);
  for (int second = 1; second <= 10; ++second) {
    (void)meter.line(start + std::chrono::seconds(second), {.items = 10'000, .done = 10'000}, 80);
  }
  // Nothing has come for nine seconds.
  EXPECT_EQ(meter.line(start + 11s, {.items = 10'000, .done = 10'000, .expected = 20'000}, 80),
            "[##########..........]   50%  10,000 items  0 items/s");
}

TEST(progress_meter, leaves_out_what_does_not_fit) {
  const progress_counts counts{.items = 5000, .done = 5000, .bytes = 4'000'000, .expected = 20000};
  const auto line = [&](std::size_t width) {
    progress_meter meter(start);
    return meter.line(start + 2s, counts, width);
  };
  EXPECT_EQ(line(79), " 25%  5,000 items  4.0 MB  2,500 items/s  2.0 MB/s  ETA 0:06");
  EXPECT_EQ(line(50), " 25%  5,000 items  4.0 MB  2,500 items/s  ETA 0:06");
  EXPECT_EQ(line(45), " 25%  5,000 items  2,500 items/s  ETA 0:06");
  EXPECT_EQ(line(30), " 25%  5,000 items  ETA 0:06");
  EXPECT_EQ(line(12), "5,000 items");
  EXPECT_EQ(line(3), "5,0");
  for (std::size_t width = 0; width < 100; ++width) EXPECT_LE(line(width).size(), width);
}

TEST(progress_meter, sums_up) {
  const progress_meter meter(start);
  EXPECT_EQ(
      meter.summary(start + 3200ms, {.items = 20'000, .bytes = 14'000'000, .read_units = 2560.5}),
      "20,000 items, 14.0 MB in 3.2 s (6,250 items/s), 2560.5 read units");
  EXPECT_EQ(meter.summary(start + 90s, {.items = 1}), "1 item in 1:30 (0 items/s)");
  EXPECT_EQ(meter.summary(start + 1s, {.items = 0, .bytes = 0}), "0 items, 0 B in 1.0 s");
}

// What a server says ends up on a terminal: it must not move the cursor, nor add lines.
TEST(console, one_line_has_no_control_characters) {
  EXPECT_EQ(one_line("a\nb\r\x1b[2Jc\x7f"), R"(a b \u001b[2Jc\u007f)");
  EXPECT_EQ(one_line("é 東京"), "é 東京");
}

}  // namespace cli_progress_test
}  // namespace dynamo::cli
