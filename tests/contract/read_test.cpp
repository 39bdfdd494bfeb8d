#include "contract/backend_under_test.hpp"

#include <dynamo/table/table.hpp>

#include <gmock/gmock.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dynamo::contract {

struct event {
  std::string id;
  int at = 0;
  std::optional<std::string> tenant{};
  friend bool operator==(const event&, const event&) = default;
};

}  // namespace dynamo::contract

template <>
inline constexpr auto dynamo::mapping<dynamo::contract::event> =
    dynamo::table_mapping("events", dynamo::partition_key("id", &dynamo::contract::event::id),
                          dynamo::sort_key("at", &dynamo::contract::event::at),
                          dynamo::field("tenant", &dynamo::contract::event::tenant));

namespace dynamo::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class reads : public contract_test {
 protected:
  void SetUp() override {
    contract_test::SetUp();
    if (HasFatalFailure()) return;
    create_table_request request = test::simple_table("reads");
    request.key.sort_key = {.name = "at", .type = key_type::number};
    request.global_indexes.push_back(
        {.name = "by_tenant",
         .key = {.partition_key = {.name = "tenant"},
                 .sort_key = key_attribute{.name = "at", .type = key_type::number}}});
    name_ = make_table(request);
    events_.emplace(db(), name_);
    std::vector<event> all;
    for (int at = 1; at <= 9; ++at) all.push_back({.id = "a", .at = at});
    all.push_back({.id = "b", .at = 2, .tenant = "t"});
    all.push_back({.id = "c", .at = 1, .tenant = "t"});
    events_->put_all(all);
  }

  [[nodiscard]] query_request of(const char* id) const {
    return {.table = name_,
            .key_condition_expression = "id = :id",
            .expression_attribute_values = {{":id", id}}};
  }
  [[nodiscard]] const table<event>& events() const { return *events_; }

  std::string name_;

 private:
  std::optional<table<event>> events_;
};
INSTANTIATE_TEST_SUITE_P(backends, reads, ::testing::ValuesIn(backends_under_test()), name_of);

std::vector<int> times(const std::vector<event>& of) {
  std::vector<int> out;
  for (const event& each : of) out.push_back(each.at);
  return out;
}

TEST_P(reads, query_follows_the_sort_key_in_both_directions) {
  query_request request = of("a");
  EXPECT_THAT(times(events().query(request)), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  request.limit = 2;  // in pages
  EXPECT_THAT(times(events().query(request)), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  request.ascending = false;
  EXPECT_THAT(times(events().query(request)), ElementsAre(9, 8, 7, 6, 5, 4, 3, 2, 1));
  EXPECT_THAT(events().query(of("nobody")), IsEmpty());
}

TEST_P(reads, query_with_condition_filter_and_projection) {
  query_request request = of("a");
  request.key_condition_expression += " AND #at BETWEEN :from AND :to";
  request.expression_attribute_names = {{"#at", "at"}};
  request.expression_attribute_values.insert({{":from", 3}, {":to", 5}});
  EXPECT_THAT(times(events().query(request)), ElementsAre(3, 4, 5));
  request.filter_expression = "attribute_exists(tenant)";
  EXPECT_THAT(events().query(request), IsEmpty());
  request.filter_expression.clear();
  request.projection_expression = "#at";
  const auto page = db().query(request);
  EXPECT_THAT(page.items,
              ElementsAre(owned_item{{"at", 3}}, owned_item{{"at", 4}}, owned_item{{"at", 5}}));
}

TEST_P(reads, query_page_reports_where_to_continue) {
  query_request request = of("a");
  request.limit = 4;
  const auto page = db().query(request);
  EXPECT_EQ(page.items.size(), 4U);
  EXPECT_EQ(page.count, 4U);
  EXPECT_EQ(page.scanned_count, 4U);
  EXPECT_TRUE(page.consumed_capacity.has_value());
  EXPECT_FALSE(page.last_evaluated_key.empty());
  request.exclusive_start_key = page.last_evaluated_key;
  EXPECT_EQ(db().query(request).items.front().at("at").as_number(), number(5));
  request.limit.reset();
  EXPECT_TRUE(db().query(request).last_evaluated_key.empty());
}

TEST_P(reads, query_counts) {
  query_request request = of("a");
  request.selected = select::count;
  const auto page = db().query(request);
  EXPECT_EQ(page.count, 9U);
  EXPECT_TRUE(page.items.empty());
}

TEST_P(reads, query_of_an_index) {
  query_request request{.index_name = "by_tenant",
                        .key_condition_expression = "tenant = :t",
                        .expression_attribute_values = {{":t", "t"}}};
  EXPECT_THAT(events().query(request), ElementsAre(event{"c", 1, "t"}, event{"b", 2, "t"}));
  request.limit = 1;
  request.ascending = false;
  EXPECT_THAT(events().query(request), ElementsAre(event{"b", 2, "t"}, event{"c", 1, "t"}));
}

TEST_P(reads, scan_in_pages) {
  scan_request request{.table = name_, .limit = 4};
  std::set<std::string> found;
  int pages = 0;
  do {
    const auto page = db().scan(request);
    EXPECT_LE(page.items.size(), 4U);
    EXPECT_EQ(page.count, page.items.size());
    for (const auto& each : page.items) {
      found.insert(each.at("id").as_string() + each.at("at").as_number().text());
    }
    request.exclusive_start_key = page.last_evaluated_key;
    ++pages;
  } while (!request.exclusive_start_key.empty());
  EXPECT_EQ(found.size(), 11U);
  EXPECT_GE(pages, 3);
}

TEST_P(reads, scan_of_segments_is_the_whole_table) {
  std::size_t found = 0;
  for (std::uint32_t segment = 0; segment < 3; ++segment) {
    found += db().scan({.table = name_, .segment = segment, .total_segments = 3}).items.size();
  }
  EXPECT_EQ(found, 11U);
}

TEST_P(reads, table_of_structs) {
  const event put{.id = "z", .at = 5, .tenant = "u"};
  EXPECT_EQ(events().get("z", 5), std::nullopt);
  events().put(put);
  EXPECT_EQ(events().get("z", 5), put);
  EXPECT_EQ(events().get(std::string("a"), 3), (event{.id = "a", .at = 3}));
  const auto updated = events().update({.key = table<event>::key_of("z", 5),
                                        .update_expression = "SET tenant = :t",
                                        .expression_attribute_values = {{":t", "v"}},
                                        .returned = return_values::updated_new});
  EXPECT_EQ(updated, (owned_item{{"tenant", "v"}}));
  events().remove("z", 5);
  EXPECT_EQ(events().get("z", 5), std::nullopt);
  EXPECT_EQ(events().describe().name, name_);
}

TEST_P(reads, table_is_scanned_and_counted) {
  EXPECT_EQ(events().scan().size(), 11U);
  EXPECT_EQ(events().parallel_scan({.segments = 4}).size(), 11U);
  EXPECT_EQ(events().count().items, 11U);
  EXPECT_EQ(events().count({.index_name = "by_tenant"}).items, 2U);
  std::vector<event> streamed;
  for (const event& each : events().stream_scan({.index_name = "by_tenant"})) {
    streamed.push_back(each);
  }
  EXPECT_THAT(streamed, UnorderedElementsAre(event{"c", 1, "t"}, event{"b", 2, "t"}));
}

TEST_P(reads, table_of_items) {
  const table<item> items(db(), name_);
  const owned_item put{{"id", "z"}, {"at", 1}, {"anything", attribute_list{"x"}}};
  items.put(put);
  const owned_item key{{"id", "z"}, {"at", 1}};
  EXPECT_EQ(items.get(key), put);
  EXPECT_THAT(items.query(of("z")), ElementsAre(put));
  items.remove(key);
  EXPECT_EQ(items.get(key), std::nullopt);
}

}  // namespace
}  // namespace dynamo::contract
