// Answers out of their JSON, and what is refused as one.
#include "model/decode.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace model_decode_test {

using namespace dynamo;
using namespace std::string_view_literals;

body_buffer body(std::string_view text) {
  return body_buffer(text);
}

template <class T>
void expect_malformed(const result<T>& answer, std::string_view text) {
  ASSERT_FALSE(answer.has_value()) << text;
  EXPECT_EQ(answer.error().kind, errc::invalid_response) << text;
  EXPECT_FALSE(answer.error().message.empty());
}

constexpr std::string_view described = R"({"Table":{
  "AttributeDefinitions":[{"AttributeName":"age","AttributeType":"N"},
                          {"AttributeName":"at","AttributeType":"B"},
                          {"AttributeName":"id","AttributeType":"S"}],
  "TableName":"users","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},
                                   {"AttributeName":"at","KeyType":"RANGE"}],
  "TableStatus":"UPDATING","CreationDateTime":1.7E9,
  "ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,"WriteCapacityUnits":6},
  "TableSizeBytes":123456789012,"ItemCount":42,"TableArn":"arn:aws:dynamodb:eu-central-1:1:table/users",
  "GlobalSecondaryIndexes":[{"IndexName":"by-age","KeySchema":[{"AttributeName":"age","KeyType":"HASH"}],
     "Projection":{"ProjectionType":"ALL"},"IndexStatus":"CREATING","IndexSizeBytes":7,"ItemCount":3}],
  "LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},
     {"AttributeName":"age","KeyType":"RANGE"}]}],
  "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"OLD_IMAGE"},
  "LatestStreamArn":"arn:stream","Unknown":{"nested":[1,{"a":null}]}}})";

TEST(decode, a_table_with_all_it_may_have) {
  const auto table = model::decode_table(body(described)).value();
  EXPECT_EQ(table.name, "users");
  EXPECT_EQ(table.arn, "arn:aws:dynamodb:eu-central-1:1:table/users");
  EXPECT_EQ(table.status, table_status::updating);
  EXPECT_EQ(table.status_text, "UPDATING");
  EXPECT_EQ(table.key, (key_schema{.partition_key = {"id", key_type::string},
                                   .sort_key = key_attribute{"at", key_type::binary}}));
  EXPECT_EQ(table.item_count, 42U);
  EXPECT_EQ(table.size_bytes, 123456789012U);
  EXPECT_EQ(table.created, std::chrono::system_clock::from_time_t(1'700'000'000));
  EXPECT_EQ(table.throughput, (provisioned_throughput{5, 6}));
  EXPECT_EQ(table.stream, stream_view::old_image);
  EXPECT_EQ(table.latest_stream_arn, "arn:stream");
  ASSERT_EQ(table.indexes.size(), 2U);
  EXPECT_EQ(table.indexes[0].name, "by-age");
  EXPECT_TRUE(table.indexes[0].global);
  EXPECT_EQ(table.indexes[0].status, table_status::creating);
  EXPECT_EQ(table.indexes[0].key.partition_key.type, key_type::number);
  EXPECT_EQ(table.indexes[0].item_count, 3U);
  EXPECT_EQ(table.indexes[0].size_bytes, 7U);
  EXPECT_FALSE(table.indexes[1].global);
  EXPECT_EQ(table.indexes[1].key.sort_key, (key_attribute{"age", key_type::number}));
}

TEST(decode, a_table_with_the_least) {
  const auto table =
      model::decode_table(body(R"({"TableDescription":{"TableName":"t","TableStatus":"ARCHIVING",
        "ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0}}})"))
          .value();
  EXPECT_EQ(table.status, table_status::other);
  EXPECT_EQ(table.status_text, "ARCHIVING");
  EXPECT_FALSE(table.throughput);  // paid per request
  EXPECT_FALSE(table.created);
  EXPECT_FALSE(table.stream);
}

TEST(decode, what_is_not_a_table) {
  for (const std::string_view text :
       {""sv, "{}"sv, "[]"sv, R"({"Table":{}})"sv, R"({"Table":[]})"sv,
        R"({"Table":{"TableName":7}})"sv, R"({"Table":{"TableName":"t","ItemCount":-1}})"sv,
        R"({"Table":{"TableName":"t","KeySchema":{}}})"sv,
        R"({"Table":{"TableName":"t","CreationDateTime":1e300}})"sv,
        R"({"Table":{"TableName":"t","CreationDateTime":-1}})"sv,
        R"({"Table":{"TableName":"\ud800"}})"sv, R"({"Table":{"TableName":"t"}} x)"sv}) {
    expect_malformed(model::decode_table(body(text)), text);
  }
  for (std::size_t length = 0; length < described.size(); ++length) {
    EXPECT_FALSE(model::decode_table(body(described.substr(0, length))).has_value()) << length;
  }
}

TEST(decode, lists_of_tables) {
  const auto last = model::decode_list_tables(body(R"({"TableNames":["a","b"]})")).value();
  EXPECT_EQ(last.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(last.next);
  const auto part =
      model::decode_list_tables(body(R"({"LastEvaluatedTableName":"b","TableNames":[]})")).value();
  EXPECT_TRUE(part.names.empty());
  EXPECT_EQ(part.next, "b");
  for (const std::string_view text : {"{}"sv, R"({"TableNames":{}})"sv, R"({"TableNames":[1]})"sv,
                                      R"({"TableNames":["a"})"sv, R"({"TableNames":[],})"sv}) {
    expect_malformed(model::decode_list_tables(body(text)), text);
  }
}

TEST(decode, an_item_that_is_there_or_not) {
  const auto found =
      model::decode_item(body(R"({"Item":{"id":{"S":"a"},"age":{"N":"36"}}})"), "Item").value();
  EXPECT_EQ(found, (owned_item{{"id", "a"}, {"age", 36}}));
  EXPECT_FALSE(model::decode_item(body("{}"), "Item").value());
  EXPECT_FALSE(model::decode_item(body(R"({"Attributes":{}})"), "Item").value());
  EXPECT_EQ(model::decode_item_text(body(R"({"Item": {"id" : {"S":"a"}} })"), "Item").value(),
            R"({"id" : {"S":"a"}})");
}

TEST(decode, an_item_that_is_none) {
  for (const std::string_view text :
       {""sv, R"({"Item":)"sv, R"({"Item":7})"sv, R"({"Item":{"id":"a"}})"sv,
        R"({"Item":{"id":{"X":"a"}}})"sv, R"({"Item":{"id":{"S":"a"}})"sv}) {
    expect_malformed(model::decode_item(body(text), "Item"), text);
  }
  const auto misfit = model::decode_item(body(R"({"Item":{"n":{"N":"many"}}})"), "Item");
  ASSERT_FALSE(misfit.has_value());
  EXPECT_EQ(misfit.error().kind, errc::invalid_value);
}

TEST(decode, what_a_batch_write_left) {
  EXPECT_TRUE(model::decode_batch_write(body("{}")).value().by_table.empty());
  EXPECT_TRUE(
      model::decode_batch_write(body(R"({"UnprocessedItems":{}})")).value().by_table.empty());
  const auto left =
      model::decode_batch_write(
          body(
              R"({"UnprocessedItems":{"a":[{"PutRequest":{"Item":{}}},{"DeleteRequest":{"Key":{}}}],)"
              R"("arn:aws:dynamodb:r:1:table\/b":[{"PutRequest":{}}]},"ConsumedCapacity":[]})"))
          .value();
  ASSERT_EQ(left.by_table.size(), 2U);
  EXPECT_EQ(left.by_table.at("a"), (std::vector<std::string>{R"({"PutRequest":{"Item":{}}})",
                                                             R"({"DeleteRequest":{"Key":{}}})"}));
  EXPECT_EQ(left.by_table.count("arn:aws:dynamodb:r:1:table/b"), 1U);
  for (const std::string_view text :
       {""sv, "[]"sv, R"({"UnprocessedItems":[]})"sv, R"({"UnprocessedItems":{"a":{}}})"sv,
        R"({"UnprocessedItems":{"a":[{}})"sv}) {
    expect_malformed(model::decode_batch_write(body(text)), text);
  }
}

TEST(decode, what_a_batch_get_found_and_left) {
  const auto answer =
      model::decode_batch_get(
          body(R"({"Responses":{"a":[{"id":{"S":"1"}},{"id":{"S":"2"}}]},)"
               R"("UnprocessedKeys":{"a":{"ConsistentRead":true,"Keys":[{"id":{"S":"3"}}]}}})"))
          .value();
  ASSERT_EQ(answer.items.size(), 2U);
  EXPECT_EQ(answer.items[1], (owned_item{{"id", "2"}}));
  EXPECT_EQ(answer.unprocessed_keys, std::vector<std::string>{R"({"id":{"S":"3"}})"});
  for (const std::string_view text :
       {""sv, R"({"Responses":[]})"sv, R"({"Responses":{"a":[{"id":{"S":"1"}}})"sv,
        R"({"Responses":{"a":[{"id":"1"}]}})"sv, R"({"UnprocessedKeys":{"a":[]}})"sv}) {
    expect_malformed(model::decode_batch_get(body(text)), text);
  }
}

TEST(decode, a_transaction_of_reads) {
  const auto items =
      model::decode_transact_get(
          body(R"({"Responses":[{"Item":{"id":{"S":"a"}}},{},{"Item":{}}],"Other":1})"), 3)
          .value();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0], (owned_item{{"id", "a"}}));
  EXPECT_EQ(items[1], std::nullopt);
  EXPECT_EQ(items[2], owned_item());
  for (const std::string_view text : {"{}"sv, R"({"Responses":[{},{}]})"sv, R"({"Responses":[{})"sv,
                                      R"({"Responses":[{"Item":7}]})"sv, R"({"Responses":7})"sv}) {
    expect_malformed(model::decode_transact_get(body(text), 1), text);
  }
}

}  // namespace model_decode_test
