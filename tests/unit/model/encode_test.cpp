// Every request as the DynamoDB API wants it, to the byte.
#include "model/encode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace model_encode_test {

using namespace dynamo;
using model::encode;

const owned_item key = {{"id", "a"}};

TEST(encode, put_item) {
  EXPECT_EQ(
      encode(put_item_request{.table = "users", .item = owned_item{{"age", 36}, {"id", "a"}}}),
      R"({"TableName":"users","Item":{"age":{"N":"36"},"id":{"S":"a"}}})");
  EXPECT_EQ(encode(put_item_request{.table = "users",
                                    .item = key,
                                    .condition_expression = "attribute_not_exists(#i) or #i = :v",
                                    .expression_attribute_names = {{"#i", "id"}},
                                    .expression_attribute_values = {{":v", "b\"c"}}}),
            R"({"TableName":"users","Item":{"id":{"S":"a"}},)"
            R"("ConditionExpression":"attribute_not_exists(#i) or #i = :v",)"
            R"("ExpressionAttributeNames":{"#i":"id"},)"
            R"("ExpressionAttributeValues":{":v":{"S":"b\"c"}}})");
}

TEST(encode, an_item_without_attributes_is_sent_one_that_was_not_given_is_not) {
  EXPECT_EQ(encode(put_item_request{.table = "t", .item = owned_item{}}),
            R"({"TableName":"t","Item":{}})");
  EXPECT_EQ(encode(put_item_request{.table = "t"}), R"({"TableName":"t"})");
}

TEST(encode, get_item) {
  EXPECT_EQ(encode(get_item_request{.table = "users", .key = key}),
            R"({"TableName":"users","Key":{"id":{"S":"a"}}})");
  EXPECT_EQ(encode(get_item_request{.table = "users",
                                    .key = key,
                                    .consistent_read = true,
                                    .projection_expression = "#n",
                                    .expression_attribute_names = {{"#n", "name"}}}),
            R"({"TableName":"users","Key":{"id":{"S":"a"}},"ConsistentRead":true,)"
            R"("ProjectionExpression":"#n","ExpressionAttributeNames":{"#n":"name"}})");
}

TEST(encode, update_item) {
  EXPECT_EQ(encode(update_item_request{.table = "users",
                                       .key = key,
                                       .update_expression = "SET a = :a",
                                       .condition_expression = "b = :b",
                                       .expression_attribute_values = {{":a", 1}, {":b", true}},
                                       .returned = return_values::all_new}),
            R"({"TableName":"users","Key":{"id":{"S":"a"}},"UpdateExpression":"SET a = :a",)"
            R"("ConditionExpression":"b = :b",)"
            R"("ExpressionAttributeValues":{":a":{"N":"1"},":b":{"BOOL":true}},)"
            R"("ReturnValues":"ALL_NEW"})");
  update_item_request request{.table = "t", .key = key, .update_expression = "REMOVE a"};
  const std::string begin =
      R"({"TableName":"t","Key":{"id":{"S":"a"}},"UpdateExpression":"REMOVE a")";
  EXPECT_EQ(encode(request), begin + "}");
  for (const auto& [returned, name] : {std::pair(return_values::all_old, "ALL_OLD"),
                                       std::pair(return_values::updated_old, "UPDATED_OLD"),
                                       std::pair(return_values::updated_new, "UPDATED_NEW")}) {
    request.returned = returned;
    EXPECT_EQ(encode(request), begin + R"(,"ReturnValues":")" + name + "\"}");
  }
}

TEST(encode, delete_item) {
  EXPECT_EQ(encode(delete_item_request{.table = "users",
                                       .key = key,
                                       .condition_expression = "a = :a",
                                       .expression_attribute_values = {{":a", nullptr}}}),
            R"({"TableName":"users","Key":{"id":{"S":"a"}},"ConditionExpression":"a = :a",)"
            R"("ExpressionAttributeValues":{":a":{"NULL":true}}})");
}

TEST(encode, query) {
  EXPECT_EQ(encode(query_request{.table = "users", .key_condition_expression = "id = :i"}),
            R"({"TableName":"users","ReturnConsumedCapacity":"TOTAL",)"
            R"("KeyConditionExpression":"id = :i"})");
  EXPECT_EQ(encode(query_request{.table = "users",
                                 .index_name = "by-mail",
                                 .key_condition_expression = "id = :i",
                                 .filter_expression = "a > :i",
                                 .projection_expression = "id",
                                 .expression_attribute_names = {{"#a", "b"}},
                                 .expression_attribute_values = {{":i", "a"}},
                                 .consistent_read = true,
                                 .ascending = false,
                                 .limit = 25,
                                 .selected = select::specific_attributes,
                                 .exclusive_start_key = key}),
            R"({"TableName":"users","IndexName":"by-mail","FilterExpression":"a > :i",)"
            R"("ProjectionExpression":"id","ExpressionAttributeNames":{"#a":"b"},)"
            R"("ExpressionAttributeValues":{":i":{"S":"a"}},"ConsistentRead":true,"Limit":25,)"
            R"("Select":"SPECIFIC_ATTRIBUTES","ExclusiveStartKey":{"id":{"S":"a"}},)"
            R"("ReturnConsumedCapacity":"TOTAL","KeyConditionExpression":"id = :i",)"
            R"("ScanIndexForward":false})");
}

TEST(encode, scan) {
  EXPECT_EQ(encode(scan_request{.table = "users"}),
            R"({"TableName":"users","ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(encode(scan_request{.table = "users",
                                .limit = 1,
                                .selected = select::count,
                                .segment = 0,
                                .total_segments = 4,
                                .exclusive_start_key = key}),
            R"({"TableName":"users","Limit":1,"Select":"COUNT",)"
            R"("ExclusiveStartKey":{"id":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL",)"
            R"("Segment":0,"TotalSegments":4})");
  EXPECT_EQ(encode(scan_request{.table = "t", .selected = select::all_attributes}),
            R"({"TableName":"t","Select":"ALL_ATTRIBUTES","ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(
      encode(scan_request{.table = "t", .selected = select::all_projected_attributes}),
      R"({"TableName":"t","Select":"ALL_PROJECTED_ATTRIBUTES","ReturnConsumedCapacity":"TOTAL"})");
}

TEST(encode, create_table) {
  EXPECT_EQ(
      encode(create_table_request{.table = "t", .key = {.partition_key = {"id"}}}),
      R"({"TableName":"t","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
      R"("BillingMode":"PAY_PER_REQUEST"})");
  const key_schema by_age = {.partition_key = {"age", key_type::number},
                             .sort_key = key_attribute{"id", key_type::string}};
  EXPECT_EQ(
      encode(create_table_request{
          .table = "t",
          .key = {.partition_key = {"id"}, .sort_key = key_attribute{"at", key_type::binary}},
          .global_indexes =
              {{.name = "i",
                .key = by_age,
                .projection = index_projection::include,
                .included_attributes = {"a", "b"},
                .throughput = provisioned_throughput{1, 2}},
               {.name = "k", .key = by_age, .projection = index_projection::keys_only}},
          .stream = stream_view::new_image,
          .throughput = provisioned_throughput{5, 6}}),
      R"({"TableName":"t","AttributeDefinitions":[{"AttributeName":"age","AttributeType":"N"},)"
      R"({"AttributeName":"at","AttributeType":"B"},{"AttributeName":"id","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"},)"
      R"({"AttributeName":"at","KeyType":"RANGE"}],"GlobalSecondaryIndexes":[{"IndexName":"i",)"
      R"("KeySchema":[{"AttributeName":"age","KeyType":"HASH"},)"
      R"({"AttributeName":"id","KeyType":"RANGE"}],)"
      R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a","b"]},)"
      R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}},)"
      R"({"IndexName":"k","KeySchema":[{"AttributeName":"age","KeyType":"HASH"},)"
      R"({"AttributeName":"id","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],)"
      R"("BillingMode":"PROVISIONED",)"
      R"("ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6},)"
      R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
}

TEST(encode, tables) {
  EXPECT_EQ(model::encode_table_name("users"), R"({"TableName":"users"})");
  EXPECT_EQ(model::encode_list_tables({}), "{}");
  EXPECT_EQ(model::encode_list_tables("users"), R"({"ExclusiveStartTableName":"users"})");
}

TEST(encode, batches) {
  const std::string put = model::encode_entry(put_request{.table = "a", .item = key});
  const std::string removal = model::encode_entry(delete_request{.table = "b", .key = key});
  EXPECT_EQ(put, R"({"PutRequest":{"Item":{"id":{"S":"a"}}}})");
  EXPECT_EQ(removal, R"({"DeleteRequest":{"Key":{"id":{"S":"a"}}}})");
  // The service says what is missing.
  EXPECT_EQ(model::encode_entry(put_request{.table = "a", .item = {}}), R"({"PutRequest":{}})");
  EXPECT_EQ(model::encode_entry(delete_request{.table = "a", .key = {}}),
            R"({"DeleteRequest":{}})");
  EXPECT_EQ(model::encode_batch_write({{"a", {put, put}}, {"b", {removal}}}),
            R"({"RequestItems":{"a":[)" + put + "," + put + R"(],"b":[)" + removal + "]}}");
  EXPECT_EQ(model::encode_batch_get("a", {R"({"id":{"S":"1"}})", R"({"id":{"S":"2"}})"}, false),
            R"({"RequestItems":{"a":{"Keys":[{"id":{"S":"1"}},{"id":{"S":"2"}}]}}})");
  EXPECT_EQ(model::encode_batch_get("a", {R"({"id":{"S":"1"}})"}, true),
            R"({"RequestItems":{"a":{"Keys":[{"id":{"S":"1"}}],"ConsistentRead":true}}})");
}

TEST(encode, a_transaction_of_writes) {
  const transact_write_request request{
      .actions = {put_item_request{.table = "t", .item = owned_item{{"id", "b"}}},
                  update_item_request{.table = "t", .key = key, .update_expression = "REMOVE x"},
                  delete_item_request{.table = "t", .key = owned_item{{"id", "c"}}},
                  condition_check_request{.table = "u",
                                          .key = key,
                                          .condition_expression = "a = :a",
                                          .expression_attribute_values = {{":a", 1}}}},
      .client_request_token = "token"};
  EXPECT_EQ(encode(request),
            R"({"TransactItems":[)"
            R"({"Put":{"TableName":"t","Item":{"id":{"S":"b"}}}},)"
            R"({"Update":{"TableName":"t","Key":{"id":{"S":"a"}},"UpdateExpression":"REMOVE x"}},)"
            R"({"Delete":{"TableName":"t","Key":{"id":{"S":"c"}}}},)"
            R"({"ConditionCheck":{"TableName":"u","Key":{"id":{"S":"a"}},)"
            R"("ConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"N":"1"}}}}],)"
            R"("ClientRequestToken":"token"})");
}

TEST(encode, a_transaction_of_reads_has_no_consistent_read) {
  EXPECT_EQ(encode(transact_get_request{
                .gets = {{.table = "t", .key = key, .consistent_read = true},
                         {.table = "u", .key = key, .projection_expression = "a"}}}),
            R"({"TransactItems":[{"Get":{"TableName":"t","Key":{"id":{"S":"a"}}}},)"
            R"({"Get":{"TableName":"u","Key":{"id":{"S":"a"}},"ProjectionExpression":"a"}}]})");
}

TEST(encode, create_table_with_a_local_index) {
  create_table_request request{.table = "t"};
  request.key = {.partition_key = {"id"}, .sort_key = key_attribute{"at", key_type::number}};
  request.local_indexes = {
      {.name = "by-age",
       .key = {.partition_key = {"id"}, .sort_key = key_attribute{"age", key_type::number}},
       .projection = index_projection::keys_only}};
  EXPECT_EQ(encode(request),
            R"({"TableName":"t","AttributeDefinitions":[)"
            R"({"AttributeName":"age","AttributeType":"N"},)"
            R"({"AttributeName":"at","AttributeType":"N"},)"
            R"({"AttributeName":"id","AttributeType":"S"}],)"
            R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"},)"
            R"({"AttributeName":"at","KeyType":"RANGE"}],)"
            R"("LocalSecondaryIndexes":[{"IndexName":"by-age","KeySchema":[)"
            R"({"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"age","KeyType":"RANGE"}],)"
            R"("Projection":{"ProjectionType":"KEYS_ONLY"}}],"BillingMode":"PAY_PER_REQUEST"})");
}

TEST(encode, update_table) {
  EXPECT_EQ(
      encode(update_table_request{
          .table = "t",
          .new_index = index_definition{.name = "by-age",
                                        .key = {.partition_key = {"age", key_type::number}}}}),
      R"({"TableName":"t","AttributeDefinitions":[)"
      R"({"AttributeName":"age","AttributeType":"N"}],)"
      R"("GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-age",)"
      R"("KeySchema":[{"AttributeName":"age","KeyType":"HASH"}],)"
      R"("Projection":{"ProjectionType":"ALL"}}}]})");
  EXPECT_EQ(
      encode(update_table_request{.table = "t", .dropped_index = "by-age"}),
      R"({"TableName":"t","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-age"}}]})");
  EXPECT_EQ(
      encode(update_table_request{
          .table = "t", .throughput = provisioned_throughput{.read_units = 2, .write_units = 3}}),
      R"({"TableName":"t","BillingMode":"PROVISIONED",)"
      R"("ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3}})");
  EXPECT_EQ(encode(update_table_request{.table = "t", .per_request = true, .without_stream = true}),
            R"({"TableName":"t","BillingMode":"PAY_PER_REQUEST",)"
            R"("StreamSpecification":{"StreamEnabled":false}})");
  EXPECT_EQ(encode(update_table_request{.table = "t", .stream = stream_view::keys_only}),
            R"({"TableName":"t",)"
            R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}})");
}

TEST(encode, time_to_live) {
  EXPECT_EQ(
      model::encode_time_to_live("t", "until", true),
      R"({"TableName":"t","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"until"}})");
}

}  // namespace model_encode_test
