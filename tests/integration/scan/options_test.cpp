#include "support/sample_table.hpp"

#include <gmock/gmock.h>

#include <ranges>
#include <set>
#include <string>
#include <vector>

namespace scan_options_test {

using namespace dynamo;
using namespace dynamo::test;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(sample_scan, filter_with_names_and_values) {
  std::set<std::string> found;
  auto stream =
      items().stream_parallel_scan({.segments = 3,
                                    .filter_expression = "#n >= :a AND #n < :b",
                                    .expression_attribute_names = {{"#n", "number"}},
                                    .expression_attribute_values = {{":a", 500}, {":b", 600}}});
  for (const item& each : stream) found.emplace(each["id"].as_string());
  EXPECT_EQ(found.size(), 100U);
  EXPECT_TRUE(found.contains(sample_id(500)));
  EXPECT_TRUE(found.contains(sample_id(599)));
  EXPECT_EQ(stream.progress().scanned_items, sample_items);
}

TEST_F(sample_scan, projection_leaves_other_attributes_out) {
  roll_call seen;
  for (const item& each : items().stream_parallel_scan(
           {.projection_expression = "#i", .expression_attribute_names = {{"#i", "id"}}})) {
    ASSERT_EQ(each.size(), 1U);
    seen.came(each["id"].as_string());
  }
  EXPECT_EQ(seen.size(), sample_items);
}

TEST_F(sample_scan, index_gives_the_items_that_are_in_it) {
  roll_call seen;
  for (const item& each : items().stream_parallel_scan({.segments = 2, .index_name = "by_rare"})) {
    ASSERT_TRUE(each.contains("rare"));
    seen.came(each["id"].as_string());
  }
  EXPECT_EQ(seen.size(), sample_items / rare_every);
}

TEST_F(sample_scan, consistent_read_is_asked_for_only_when_wanted) {
  for (const item& each : items().stream_scan({.consistent_read = true, .limit = 1})) {
    EXPECT_TRUE(each.contains("id"));
  }
  EXPECT_THAT(counted_->bodies(), Each(HasSubstr(R"("ConsistentRead":true)")));
  const auto before = counted_->submitted();
  for (const item& each : items().stream_scan({.limit = 1})) EXPECT_TRUE(each.contains("id"));
  EXPECT_THAT(counted_->bodies().at(before), Not(HasSubstr("ConsistentRead")));
}

TEST_F(sample_scan, consistent_read_of_an_index_is_refused_with_the_services_sentence) {
  auto stream = items().stream_scan({.consistent_read = true, .index_name = "by_rare"});
  const auto first = stream.try_next();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind, errc::rejected);
  EXPECT_EQ(first.error().code, "ValidationException");
  EXPECT_EQ(first.error().table, name());
  EXPECT_THAT(first.error().message, HasSubstr("onsistent"));
}

TEST_F(sample_scan, limit_is_the_number_of_items_in_all) {
  for (const std::size_t limit : {1U, 99U, 1500U}) {
    roll_call sequential;
    for (const item& each : items().stream_scan({.limit = limit})) {
      sequential.came(each["id"].as_string());
    }
    EXPECT_EQ(sequential.size(), limit);
    roll_call parallel;
    for (const item& each :
         items().stream_parallel_scan({.page_size = 40, .segments = 6, .limit = limit})) {
      parallel.came(each["id"].as_string());
    }
    EXPECT_EQ(parallel.size(), limit);
  }
}

TEST_F(sample_scan, limit_beyond_the_table_is_no_limit) {
  EXPECT_EQ(items().parallel_scan({.limit = sample_items * 300'000}).size(), sample_items);
}

TEST_F(sample_scan, limit_counts_what_passes_the_filter) {
  std::size_t found = 0;
  for (const item& each : items().stream_scan(
           {.page_size = 100, .filter_expression = "attribute_exists(rare)", .limit = 7})) {
    EXPECT_TRUE(each.contains("rare"));
    ++found;
  }
  EXPECT_EQ(found, 7U);
}

TEST_F(sample_scan, limit_of_a_count_is_kept) {
  EXPECT_EQ(items().count({.page_size = 100, .segments = 1, .limit = 250}).items, 250U);
  EXPECT_EQ(counted_->submitted(), 3U);
}

TEST_F(sample_scan, page_size_is_in_every_request) {
  roll_call seen;
  for (const item& each : items().stream_parallel_scan({.page_size = 777, .segments = 4})) {
    seen.came(each["id"].as_string());
  }
  EXPECT_EQ(seen.size(), sample_items);
  EXPECT_THAT(counted_->bodies(), Each(HasSubstr(R"("Limit":777)")));
  EXPECT_GE(counted_->submitted(), sample_items / 777);
}

TEST_F(sample_scan, empty_table) {
  const scratch_table empty(*db_, simple_table("empty"));
  const table<item> nothing(*db_, empty.name());
  EXPECT_TRUE(nothing.scan().empty());
  EXPECT_TRUE(nothing.parallel_scan({.segments = 64}).empty());
  EXPECT_EQ(nothing.count().items, 0U);
  auto stream = nothing.stream_parallel_scan();
  EXPECT_TRUE(stream.begin() == stream.end());
  EXPECT_TRUE(stream.begin() == stream.end());
  EXPECT_EQ(stream.progress().segments_complete, 8U);
}

TEST_F(sample_scan, table_that_is_not_there) {
  auto stream = table<item>(*db_, "no-such-table").stream_parallel_scan({.segments = 2});
  const auto first = stream.try_next();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind, errc::not_found);
  EXPECT_EQ(first.error().table, "no-such-table");
  EXPECT_TRUE(first.error().segment.has_value());
  EXPECT_EQ(first.error().attempts, 1U);
  EXPECT_FALSE(first.error().request_id.empty());
  // The end is the same as often as it is asked for.
  EXPECT_EQ(stream.try_next().error(), first.error());
}

class take_from_scan : public sample_scan,
                       public ::testing::WithParamInterface<std::pair<int, std::size_t>> {};

TEST_P(take_from_scan, asks_for_no_page_that_is_not_read) {
  const auto [wanted, requests] = GetParam();
  auto stream = items().stream_scan({.page_size = 10});
  int came = 0;
  for (const item& each : stream | std::views::take(wanted)) {
    EXPECT_TRUE(each.contains("id"));
    ++came;
  }
  EXPECT_EQ(came, wanted);
  EXPECT_EQ(counted_->submitted(), requests);
}

INSTANTIATE_TEST_SUITE_P(items, take_from_scan,
                         ::testing::Values(std::pair{0, 0U}, std::pair{1, 1U}, std::pair{9, 1U},
                                           std::pair{10, 1U}, std::pair{11, 2U}, std::pair{20, 2U},
                                           std::pair{25, 3U}),
                         [](const auto& of) { return std::to_string(of.param.first); });

TEST_F(sample_scan, nothing_is_sent_before_the_first_item_is_asked_for) {
  auto sequential = items().stream_scan();
  auto parallel = items().stream_parallel_scan();
  [[maybe_unused]] auto first = sequential.begin();
  [[maybe_unused]] auto second = parallel.begin();
  EXPECT_EQ(counted_->submitted(), 0U);
}

}  // namespace scan_options_test
