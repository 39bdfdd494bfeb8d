#include "contract/backend_under_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace dynamo::contract {
namespace index_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class indexes_test : public contract_test {
 protected:
  void SetUp() override {
    contract_test::SetUp();
    if (HasFatalFailure()) return;
    create_table_request request = test::simple_table("indexes");
    request.key.sort_key = {.name = "at", .type = key_type::number};
    request.local_indexes.push_back(
        {.name = "by_weight",
         .key = {.partition_key = {.name = "id"},
                 .sort_key = key_attribute{.name = "weight", .type = key_type::number}},
         .projection = index_projection::keys_only});
    request.global_indexes.push_back({.name = "by_tenant",
                                      .key = {.partition_key = {.name = "tenant"}},
                                      .projection = index_projection::include,
                                      .included_attributes = {"name"}});
    table_ = make_table(request);
  }

  void put(owned_item item) { db().put_item({.table = table_, .item = std::move(item)}); }
  item_page query(const char* index, const char* condition, attribute_values with) {
    return db().query({.table = table_,
                       .index_name = index,
                       .key_condition_expression = condition,
                       .expression_attribute_values = std::move(with)});
  }
  std::vector<owned_item> scan(const char* index) {
    std::vector<owned_item> all;
    scan_request request{.table = table_, .index_name = index, .limit = 2};
    do {
      auto page = db().scan(request);
      std::ranges::move(page.items, std::back_inserter(all));
      request.exclusive_start_key = page.last_evaluated_key;
    } while (!request.exclusive_start_key.empty());
    return all;
  }

  std::string table_;
};
INSTANTIATE_TEST_SUITE_P(backends, indexes_test, ::testing::ValuesIn(backends_under_test()),
                         name_of);

TEST_P(indexes_test, hold_what_has_their_keys_with_what_they_project) {
  put({{"id", "a"}, {"at", 1}, {"weight", 30}, {"tenant", "t"}, {"name", "n1"}, {"extra", 1}});
  put({{"id", "a"}, {"at", 2}, {"weight", 10}, {"name", "n2"}});
  put({{"id", "a"}, {"at", 3}, {"tenant", "t"}});
  put({{"id", "b"}, {"at", 1}, {"tenant", "u"}, {"name", "n3"}});
  EXPECT_THAT(query("by_weight", "id = :id", {{":id", "a"}}).items,
              ElementsAre(owned_item{{"id", "a"}, {"at", 2}, {"weight", 10}},
                          owned_item{{"id", "a"}, {"at", 1}, {"weight", 30}}));
  EXPECT_THAT(
      query("by_tenant", "tenant = :t", {{":t", "t"}}).items,
      UnorderedElementsAre(owned_item{{"id", "a"}, {"at", 1}, {"tenant", "t"}, {"name", "n1"}},
                           owned_item{{"id", "a"}, {"at", 3}, {"tenant", "t"}}));
  EXPECT_THAT(scan("by_tenant"), SizeIs(3));
  EXPECT_THAT(scan("by_weight"), SizeIs(2));
}

TEST_P(indexes_test, follow_every_write) {
  const owned_item key{{"id", "a"}, {"at", 1}};
  put({{"id", "a"}, {"at", 1}, {"tenant", "t"}, {"weight", 1}});
  db().update_item({.table = table_,
                    .key = key,
                    .update_expression = "SET tenant = :t, weight = :s",
                    .expression_attribute_values = {{":t", "u"}, {":s", 2}}});
  EXPECT_THAT(query("by_tenant", "tenant = :t", {{":t", "t"}}).items, IsEmpty());
  EXPECT_THAT(query("by_tenant", "tenant = :t", {{":t", "u"}}).items, SizeIs(1));
  EXPECT_THAT(query("by_weight", "id = :id AND weight > :s", {{":id", "a"}, {":s", 1}}).items,
              SizeIs(1));
  db().update_item({.table = table_, .key = key, .update_expression = "REMOVE tenant"});
  EXPECT_THAT(scan("by_tenant"), IsEmpty());
  EXPECT_THAT(scan("by_weight"), SizeIs(1));
  db().delete_item({.table = table_, .key = key});
  EXPECT_THAT(scan("by_weight"), IsEmpty());
}

TEST_P(indexes_test, a_local_index_gives_more_than_it_projects) {
  put({{"id", "a"}, {"at", 1}, {"weight", 30}, {"name", "n1"}, {"extra", 1}});
  query_request request{.table = table_,
                        .index_name = "by_weight",
                        .key_condition_expression = "id = :id",
                        .projection_expression = "extra",
                        .expression_attribute_values = {{":id", "a"}}};
  EXPECT_THAT(db().query(request).items, ElementsAre(owned_item{{"extra", 1}}));
  request.projection_expression.clear();
  request.selected = select::all_attributes;
  EXPECT_THAT(db().query(request).items, ElementsAre(SizeIs(5)));
  // A global one does not.
  request.index_name = "by_tenant";
  request.key_condition_expression = "tenant = :id";
  const auto refused = db().try_query(request);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "ValidationException");
}

TEST_P(indexes_test, equal_keys_are_paged_through) {
  std::vector<owned_item> all;
  for (int at = 0; at < 7; ++at) {
    all.push_back({{"id", at % 2 == 0 ? "even" : "odd"}, {"at", at}, {"tenant", "t"}});
    put(all.back());
  }
  for (const bool ascending : {true, false}) {
    std::vector<owned_item> seen;
    query_request request{.table = table_,
                          .index_name = "by_tenant",
                          .key_condition_expression = "tenant = :t",
                          .expression_attribute_values = {{":t", "t"}},
                          .ascending = ascending,
                          .limit = 2};
    do {
      auto page = db().query(request);
      EXPECT_LE(page.items.size(), 2U);
      std::ranges::move(page.items, std::back_inserter(seen));
      request.exclusive_start_key = page.last_evaluated_key;
    } while (!request.exclusive_start_key.empty());
    EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(all));
  }
}

TEST_P(indexes_test, are_made_from_what_is_there_and_dropped) {
  put({{"id", "a"}, {"at", 1}, {"color", "red"}});
  put({{"id", "a"}, {"at", 2}, {"color", "red"}, {"x", 1}});
  put({{"id", "b"}, {"at", 1}});
  db().update_table({.table = table_,
                     .new_index = index_definition{.name = "by_color",
                                                   .key = {.partition_key = {.name = "color"}}}});
  const auto is_active = [&] {
    const auto table = db().wait_until_active(table_);
    return std::ranges::all_of(table.indexes, [](const index_description& index) {
      return index.status == table_status::active;
    });
  };
  while (!is_active()) {
  }
  EXPECT_THAT(query("by_color", "color = :c", {{":c", "red"}}).items, SizeIs(2));
  put({{"id", "c"}, {"at", 1}, {"color", "red"}});
  EXPECT_THAT(query("by_color", "color = :c", {{":c", "red"}}).items, SizeIs(3));
  db().update_table({.table = table_, .dropped_index = "by_color"});
  while (db().wait_until_active(table_).indexes.size() != 2) {
  }
  const auto gone = db().try_query({.table = table_,
                                    .index_name = "by_color",
                                    .key_condition_expression = "color = :c",
                                    .expression_attribute_values = {{":c", "red"}}});
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, "ValidationException");
}

TEST_P(indexes_test, keys_of_other_types_are_refused) {
  const auto refused = db().try_put_item(
      {.table = table_, .item = owned_item{{"id", "a"}, {"at", 1}, {"tenant", 7}}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "ValidationException");
}

TEST_P(indexes_test, consistent_reads_are_for_tables_and_local_indexes) {
  const auto read = [&](const char* index) {
    return db().try_scan({.table = table_, .index_name = index, .consistent_read = true});
  };
  EXPECT_TRUE(read("by_weight").has_value());
  const auto refused = read("by_tenant");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "ValidationException");
}

}  // namespace index_test
}  // namespace dynamo::contract
