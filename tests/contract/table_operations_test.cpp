#include "contract/backend_under_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace dynamo::contract {
namespace table_operations_test {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class table_operations : public contract_test {};
INSTANTIATE_TEST_SUITE_P(backends, table_operations, ::testing::ValuesIn(backends_under_test()),
                         name_of);

TEST_P(table_operations, what_is_created_is_described) {
  create_table_request request = test::simple_table("described");
  request.key.sort_key = {.name = "at", .type = key_type::number};
  request.global_indexes.push_back(
      {.name = "by_tenant",
       .key = {.partition_key = {.name = "tenant"},
               .sort_key = key_attribute{.name = "digest", .type = key_type::binary}},
       .projection = index_projection::include,
       .included_attributes = {"name"}});
  request.stream = stream_view::new_and_old_images;
  const std::string name = make_table(request);
  const auto table = db().describe_table(name);
  EXPECT_EQ(table.name, name);
  EXPECT_EQ(table.status, table_status::active);
  EXPECT_EQ(table.status_text, "ACTIVE");
  EXPECT_THAT(table.arn, HasSubstr(name));
  EXPECT_EQ(table.key, request.key);
  EXPECT_EQ(table.item_count, 0U);
  ASSERT_EQ(table.indexes.size(), 1U);
  EXPECT_EQ(table.indexes[0].name, "by_tenant");
  EXPECT_TRUE(table.indexes[0].global);
  EXPECT_EQ(table.indexes[0].key, request.global_indexes[0].key);
  EXPECT_EQ(table.stream, stream_view::new_and_old_images);
  EXPECT_THAT(table.latest_stream_arn, HasSubstr(name));
  EXPECT_FALSE(table.throughput.has_value());
  ASSERT_TRUE(table.created.has_value());
  EXPECT_LT(std::chrono::abs(*table.created - std::chrono::system_clock::now()), 1h);
}

TEST_P(table_operations, provisioned_throughput_is_kept) {
  create_table_request request = test::simple_table("provisioned");
  request.throughput = {.read_units = 7, .write_units = 3};
  EXPECT_EQ(db().describe_table(make_table(request)).throughput, request.throughput);
}

TEST_P(table_operations, creating_twice_is_a_conflict) {
  const create_table_request request = test::simple_table("twice");
  make_table(request);
  const auto again = db().try_create_table(request);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, errc::conflict);
  EXPECT_EQ(again.error().code, "ResourceInUseException");
  EXPECT_EQ(again.error().table, request.table);
}

TEST_P(table_operations, list_has_all_names) {
  const std::string first = make_table("listed");
  const std::string second = make_table("listed");
  const auto names = db().list_tables();
  EXPECT_THAT(names, Contains(first));
  EXPECT_THAT(names, Contains(second));
  EXPECT_TRUE(std::ranges::is_sorted(names));
}

TEST_P(table_operations, deleted_tables_are_gone) {
  const std::string name = make_table("deleted");
  db().delete_table(name);
  auto after = db().try_describe_table(name);
  while (after && after->status == table_status::deleting) after = db().try_describe_table(name);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().kind, errc::not_found);
  EXPECT_THAT(db().list_tables(), Not(Contains(name)));
  EXPECT_EQ(db().try_delete_table(name).error().kind, errc::not_found);
}

TEST_P(table_operations, unknown_table_is_not_found) {
  const std::string name = test::unique_table_name("unknown");
  const owned_item key{{"id", "a"}};
  const auto expect_not_found = [&](const error& failure) {
    EXPECT_EQ(failure.kind, errc::not_found) << failure.to_string();
    EXPECT_EQ(failure.code, "ResourceNotFoundException");
    EXPECT_EQ(failure.table, name);
    EXPECT_FALSE(failure.request_id.empty());
    EXPECT_EQ(failure.attempts, 1U);
  };
  expect_not_found(db().try_describe_table(name).error());
  expect_not_found(db().try_put_item({.table = name, .item = key}).error());
  expect_not_found(db().try_get_item({.table = name, .key = key}).error());
  expect_not_found(db().try_delete_item({.table = name, .key = key}).error());
  expect_not_found(
      db().try_update_item({.table = name, .key = key, .update_expression = "REMOVE x"}).error());
  expect_not_found(db().try_batch_write({put_request{name, key}}).error());
  expect_not_found(db().try_batch_get({.table = name, .keys = {key}}).error());
  expect_not_found(db().try_scan({.table = name}).error());
  expect_not_found(db().try_query({.table = name,
                                   .key_condition_expression = "id = :id",
                                   .expression_attribute_values = {{":id", "a"}}})
                       .error());
}

TEST_P(table_operations, waiting_for_a_table_that_is_not_there_ends) {
  const auto answer = db().try_wait_until_active(test::unique_table_name("never"), 0s);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::not_found);
}

TEST_P(table_operations, name_that_is_not_allowed_is_rejected) {
  create_table_request request = test::simple_table("x");
  request.table = "no spaces please";
  const auto answer = db().try_create_table(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::rejected);
  EXPECT_EQ(answer.error().code, "ValidationException");
}

}  // namespace table_operations_test
}  // namespace dynamo::contract
