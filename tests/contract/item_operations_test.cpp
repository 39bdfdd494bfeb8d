#include "contract/backend_under_test.hpp"

#include <gmock/gmock.h>

#include <string>

namespace dynamo::contract {
namespace item_operations_test {

using ::testing::HasSubstr;

class item_operations : public contract_test {};
INSTANTIATE_TEST_SUITE_P(backends, item_operations, ::testing::ValuesIn(backends_under_test()),
                         name_of);

TEST_P(item_operations, what_is_put_is_got) {
  const std::string table = make_table("items", true);
  const owned_item item{{"id", "a"},
                        {"at", 7},
                        {"empty", ""},
                        {"flag", true},
                        {"nothing", nullptr},
                        {"list", attribute_list{1, "two", attribute_list{}, attribute_map{}}},
                        {"map", attribute_map{{"Count", 1}, {"\"quoted\"\n", "\u00e4\U0001F600"}}},
                        {"bytes", bytes{std::byte{0}, std::byte{255}}},
                        {"words", string_set{{"x", "y"}}},
                        {"numbers", number_set{{1, number("2.50")}}},
                        {"blobs", binary_set{{{std::byte{1}}, {std::byte{2}}}}},
                        {"big", number("12345678901234567890123456789012345678")}};
  db().put_item({.table = table, .item = item});
  const owned_item key{{"id", "a"}, {"at", 7}};
  EXPECT_EQ(db().get_item({.table = table, .key = key}), item);
  EXPECT_EQ(db().get_item({.table = table, .key = key, .consistent_read = true}), item);
  EXPECT_EQ(db().get_item({.table = table,
                           .key = key,
                           .projection_expression = "#m.#c, flag",
                           .expression_attribute_names = {{"#m", "map"}, {"#c", "Count"}}}),
            (owned_item{{"flag", true}, {"map", attribute_map{{"Count", 1}}}}));
}

TEST_P(item_operations, nothing_is_got_where_nothing_is) {
  const std::string table = make_table("items");
  const owned_item key{{"id", "a"}};
  EXPECT_EQ(db().get_item({.table = table, .key = key}), std::nullopt);
  db().delete_item({.table = table, .key = key});
  db().put_item({.table = table, .item = key});
  EXPECT_EQ(db().get_item({.table = table, .key = key}), key);
  db().delete_item({.table = table, .key = key});
  EXPECT_EQ(db().get_item({.table = table, .key = key}), std::nullopt);
}

TEST_P(item_operations, put_replaces_the_whole_item) {
  const std::string table = make_table("items");
  db().put_item({.table = table, .item = owned_item{{"id", "a"}, {"old", 1}}});
  const owned_item item{{"id", "a"}, {"new", 2}};
  db().put_item({.table = table, .item = item});
  EXPECT_EQ(db().get_item({.table = table, .key = owned_item{{"id", "a"}}}), item);
}

TEST_P(item_operations, update_returns_what_is_asked_for) {
  const std::string table = make_table("items");
  const owned_item key{{"id", "a"}};
  const auto increase = [&](return_values returned) {
    return db().update_item({.table = table,
                             .key = key,
                             .update_expression = "ADD #c :one SET colour = :x",
                             .expression_attribute_names = {{"#c", "count"}},
                             .expression_attribute_values = {{":one", 1}, {":x", "x"}},
                             .returned = returned});
  };
  const auto with = [](int count) { return owned_item{{"count", count}, {"colour", "x"}}; };
  const auto whole = [&](int count) {
    owned_item item = with(count);
    item.emplace("id", "a");
    return item;
  };
  EXPECT_EQ(increase(return_values::none), std::nullopt);
  EXPECT_EQ(increase(return_values::updated_new), with(2));
  EXPECT_EQ(increase(return_values::updated_old), with(2));
  EXPECT_EQ(increase(return_values::all_new), whole(4));
  EXPECT_EQ(increase(return_values::all_old), whole(4));
  EXPECT_EQ(db().get_item({.table = table, .key = key}), whole(5));
}

TEST_P(item_operations, condition_that_does_not_hold_is_a_conflict) {
  const std::string table = make_table("items");
  const owned_item item{{"id", "a"}, {"version", 1}};
  const owned_item key{{"id", "a"}};
  db().put_item({.table = table, .item = item, .condition_expression = "attribute_not_exists(id)"});
  const auto expect_conflict = [&](const error& failure) {
    EXPECT_EQ(failure.kind, errc::conflict) << failure.to_string();
    EXPECT_EQ(failure.code, "ConditionalCheckFailedException");
    EXPECT_EQ(failure.table, table);
    EXPECT_EQ(failure.attempts, 1U);
  };
  expect_conflict(
      db().try_put_item(
              {.table = table, .item = key, .condition_expression = "attribute_not_exists(id)"})
          .error());
  expect_conflict(
      db().try_update_item({.table = table,
                            .key = key,
                            .update_expression = "SET version = :next",
                            .condition_expression = "version = :last",
                            .expression_attribute_values = {{":next", 3}, {":last", 2}}})
          .error());
  expect_conflict(db().try_delete_item({.table = table,
                                        .key = key,
                                        .condition_expression = "#v > :v",
                                        .expression_attribute_names = {{"#v", "version"}},
                                        .expression_attribute_values = {{":v", 1}}})
                      .error());
  EXPECT_EQ(db().get_item({.table = table, .key = key}), item);
  db().delete_item({.table = table,
                    .key = key,
                    .condition_expression = "version = :v",
                    .expression_attribute_values = {{":v", 1}}});
  EXPECT_EQ(db().get_item({.table = table, .key = key}), std::nullopt);
}

TEST_P(item_operations, invalid_requests_are_rejected_with_the_services_sentence) {
  const std::string table = make_table("items");
  const auto expect_rejected = [&](const error& failure, const char* words) {
    EXPECT_EQ(failure.kind, errc::rejected) << failure.to_string();
    EXPECT_EQ(failure.code, "ValidationException");
    EXPECT_THAT(failure.message, HasSubstr(words));
    EXPECT_EQ(failure.http_status, 400);
  };
  expect_rejected(db().try_scan({.table = table, .filter_expression = "nonsense here !"}).error(),
                  "FilterExpression");
  expect_rejected(db().try_put_item({.table = table, .item = owned_item{{"id", 5}}}).error(),
                  "ype mismatch for key");
  expect_rejected(db().try_get_item({.table = table, .key = owned_item{{"other", "a"}}}).error(),
                  "key");
  expect_rejected(db().try_put_item({.table = table, .item = owned_item{{"id", ""}}}).error(),
                  "empty string");
}

TEST_P(item_operations, items_have_a_size_limit) {
  const std::string table = make_table("items");
  // 400 KB in all, names included.
  const std::size_t most = 400 * 1024;
  const owned_item fits{{"id", "a"}, {"text", std::string(most - 7, 'x')}};
  db().put_item({.table = table, .item = fits});
  EXPECT_EQ(db().get_item({.table = table, .key = owned_item{{"id", "a"}}}), fits);
  const owned_item too_large{{"id", "a"}, {"text", std::string(most, 'x')}};
  const auto refused = db().try_put_item({.table = table, .item = too_large});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, errc::rejected);
  EXPECT_THAT(refused.error().message, HasSubstr("size"));
  const auto batch = db().try_batch_write({put_request{table, too_large}});
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().kind, errc::rejected);
}

}  // namespace item_operations_test
}  // namespace dynamo::contract
