#include "contract/backend_under_test.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace dynamo::contract {
namespace transaction_test {

using ::testing::ElementsAre;

class transactions : public contract_test {
 protected:
  void SetUp() override {
    contract_test::SetUp();
    if (!HasFatalFailure()) table_ = make_table("transactions");
  }
  static owned_item key(const char* id) { return {{"id", id}}; }
  std::optional<owned_item> at(const char* id) {
    return db().get_item({.table = table_, .key = key(id), .consistent_read = true});
  }
  transact_write_request counting(std::string token) {
    return {.actions = {update_item_request{.table = table_,
                                            .key = key("counter"),
                                            .update_expression = "ADD n :one",
                                            .expression_attribute_values = {{":one", 1}}}},
            .client_request_token = std::move(token)};
  }

  std::string table_;
};
INSTANTIATE_TEST_SUITE_P(backends, transactions, ::testing::ValuesIn(backends_under_test()),
                         name_of);

TEST_P(transactions, all_of_the_writes_are_done) {
  const std::string other = make_table("transactions");
  db().put_item({.table = table_, .item = owned_item{{"id", "gone"}}});
  db().put_item({.table = table_, .item = owned_item{{"id", "there"}, {"n", 1}}});
  db().transact_write(
      {.actions = {put_item_request{.table = other, .item = owned_item{{"id", "new"}, {"n", 7}}},
                   update_item_request{.table = table_,
                                       .key = key("made"),
                                       .update_expression = "SET n = :n",
                                       .expression_attribute_values = {{":n", 2}}},
                   delete_item_request{.table = table_, .key = key("gone")},
                   condition_check_request{.table = table_,
                                           .key = key("there"),
                                           .condition_expression = "n = :n",
                                           .expression_attribute_values = {{":n", 1}}}}});
  EXPECT_EQ(db().get_item({.table = other, .key = key("new")}),
            (owned_item{{"id", "new"}, {"n", 7}}));
  EXPECT_EQ(at("made"), (owned_item{{"id", "made"}, {"n", 2}}));
  EXPECT_EQ(at("gone"), std::nullopt);
}

TEST_P(transactions, none_of_the_writes_is_done_if_one_condition_fails) {
  const auto outcome = db().try_transact_write(
      {.actions = {put_item_request{.table = table_, .item = owned_item{{"id", "a"}}},
                   put_item_request{.table = table_,
                                    .item = owned_item{{"id", "b"}},
                                    .condition_expression = "attribute_exists(id)"},
                   delete_item_request{.table = table_, .key = key("c")}}});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, errc::conflict);
  EXPECT_EQ(outcome.error().code, "TransactionCanceledException");
  EXPECT_THAT(outcome.error().reasons, ElementsAre("None", "ConditionalCheckFailed", "None"));
  EXPECT_EQ(at("a"), std::nullopt);
}

TEST_P(transactions, one_item_twice_is_rejected) {
  const auto outcome = db().try_transact_write(
      {.actions = {put_item_request{.table = table_, .item = owned_item{{"id", "a"}}},
                   delete_item_request{.table = table_, .key = key("a")}}});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, "ValidationException");
}

TEST_P(transactions, a_token_is_carried_out_once) {
  const std::string token = test::unique_table_name("t").substr(0, 36);
  db().transact_write(counting(token));
  db().transact_write(counting(token));
  EXPECT_EQ(at("counter"), (owned_item{{"id", "counter"}, {"n", 1}}));
  transact_write_request other = counting(token);
  std::get<update_item_request>(other.actions[0]).expression_attribute_values = {{":one", 2}};
  const auto outcome = db().try_transact_write(other);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, "IdempotentParameterMismatchException");
  // Without a token each is one of its own.
  db().transact_write(counting(""));
  db().transact_write(counting(""));
  EXPECT_EQ(at("counter"), (owned_item{{"id", "counter"}, {"n", 3}}));
}

TEST_P(transactions, reads_come_in_their_order) {
  db().put_item({.table = table_, .item = owned_item{{"id", "a"}, {"n", 1}, {"m", 2}}});
  db().put_item({.table = table_, .item = owned_item{{"id", "b"}}});
  const auto items = db().transact_get(
      {.gets = {{.table = table_, .key = key("b")},
                {.table = table_, .key = key("nowhere")},
                {.table = table_, .key = key("a"), .projection_expression = "n"}}});
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0], (owned_item{{"id", "b"}}));
  EXPECT_EQ(items[1], std::nullopt);
  EXPECT_EQ(items[2], (owned_item{{"n", 1}}));
}

TEST_P(transactions, unknown_table_is_not_found) {
  const auto outcome = db().try_transact_write(
      {.actions = {put_item_request{.table = test::unique_table_name("unknown"),
                                    .item = owned_item{{"id", "a"}}}}});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, errc::not_found);
}

}  // namespace transaction_test
}  // namespace dynamo::contract
