#include "support/sample_table.hpp"

#include <string>
#include <tuple>
#include <vector>

namespace scan_whole_table_test {

using namespace dynamo;
using namespace dynamo::test;

TEST_F(sample_scan, sequential_stream_gives_every_item_once) {
  roll_call seen;
  for (const item& each : items().stream_scan()) seen.came(each["id"].as_string());
  EXPECT_EQ(seen.size(), sample_items);
  EXPECT_EQ(counted_->most_at_once(), 1U);
}

TEST_F(sample_scan, reading_ahead_gives_every_item_once) {
  roll_call seen;
  for (const item& each : items().stream_scan({.read_ahead = true})) {
    seen.came(each["id"].as_string());
  }
  EXPECT_EQ(seen.size(), sample_items);
}

class parallel_scan_test : public sample_scan,
                           public ::testing::WithParamInterface<std::tuple<unsigned, unsigned>> {};

TEST_P(parallel_scan_test, gives_every_item_once) {
  const auto [segments, concurrency] = GetParam();
  roll_call seen;
  auto stream =
      items().stream_parallel_scan({.segments = segments, .max_concurrency = concurrency});
  for (const item& each : stream) seen.came(each["id"].as_string());
  EXPECT_EQ(seen.size(), sample_items);
  EXPECT_LE(counted_->most_at_once(), concurrency);
  const auto progress = stream.progress();
  EXPECT_EQ(progress.items, sample_items);
  EXPECT_EQ(progress.scanned_items, sample_items);
  EXPECT_EQ(progress.segments, segments);
  EXPECT_EQ(progress.segments_complete, segments);
  EXPECT_EQ(progress.requests, counted_->submitted());
  EXPECT_GT(progress.consumed_capacity, 0);
}

INSTANTIATE_TEST_SUITE_P(segments, parallel_scan_test,
                         ::testing::Combine(::testing::Values(1U, 3U, 8U, 64U),
                                            ::testing::Values(1U, 4U)),
                         [](const auto& of) {
                           return std::to_string(std::get<0>(of.param)) + "Segments" +
                                  std::to_string(std::get<1>(of.param)) + "AtOnce";
                         });

TEST_F(sample_scan, structs_are_filled) {
  roll_call seen;
  for (const sample& each : samples().stream_parallel_scan()) {
    seen.came(each.id);
    ASSERT_EQ(each.id, sample_id(each.number));
    ASSERT_EQ(each.text, sample_text(each.number));
  }
  EXPECT_EQ(seen.size(), sample_items);
}

TEST_F(sample_scan, structs_of_views_are_filled) {
  roll_call seen;
  for (const sample_view& each : table<sample_view>(*db_).stream_parallel_scan()) {
    seen.came(each.id);
    ASSERT_EQ(each.id, sample_id(each.number));
  }
  EXPECT_EQ(seen.size(), sample_items);
}

TEST_F(sample_scan, batches_hold_every_item_once_and_can_be_kept) {
  auto stream = items().stream_parallel_scan({.page_size = 1000, .segments = 4});
  std::vector<batch<item>> kept;
  for (auto& each : stream.batches()) {
    EXPECT_FALSE(each.empty());
    EXPECT_LT(each.segment(), 4U);
    kept.push_back(std::move(each));
  }
  roll_call seen;
  for (const auto& each : kept) {
    for (const item& one : each) seen.came(one["id"].as_string());
  }
  EXPECT_EQ(seen.size(), sample_items);
}

TEST_F(sample_scan, results_are_every_item_once) {
  auto stream = items().stream_parallel_scan();
  roll_call seen;
  for (const auto& each : stream.as_results()) {
    ASSERT_TRUE(each) << each.error().to_string();
    seen.came((*each)["id"].as_string());
  }
  EXPECT_EQ(seen.size(), sample_items);
}

TEST_F(sample_scan, all_items_in_one_result) {
  roll_call sequential;
  for (const owned_item& each : items().scan()) sequential.came(each.at("id").as_string());
  EXPECT_EQ(sequential.size(), sample_items);
  roll_call parallel;
  for (const sample& each : samples().parallel_scan({.segments = 5})) parallel.came(each.id);
  EXPECT_EQ(parallel.size(), sample_items);
}

TEST_F(sample_scan, counts_without_reading) {
  const auto counts = items().count();
  EXPECT_EQ(counts.items, sample_items);
  EXPECT_EQ(counts.scanned_items, sample_items);
  const auto few = items().count({.segments = 1,
                                  .filter_expression = "#n < :end",
                                  .expression_attribute_names = {{"#n", "number"}},
                                  .expression_attribute_values = {{":end", 123}}});
  EXPECT_EQ(few.items, 123U);
  EXPECT_EQ(few.scanned_items, sample_items);
}

}  // namespace scan_whole_table_test
