// Requests that concern one item, alone, in batches and in transactions.
#include "request_text.hpp"

#include <gmock/gmock.h>

#include <variant>

namespace dynamo::test {
namespace engine_request_decode_item_test {

using namespace dynamo::engine;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view key = "'Key':{'id':{'S':'a'}}";

std::string of_key(std::string_view more) {
  return "{'TableName':'tab'," + std::string(key) + "," + std::string(more) + "}";
}

TEST(decode_item, a_put_is_read_in_full) {
  const put_call call = decode_put(body(
      "{'TableName':'tab','Item':{'id':{'S':'a'}},'ConditionExpression':'#n = :v',"
      "'ExpressionAttributeNames':{'#n':'name'},'ExpressionAttributeValues':{':v':{'N':'1'}},"
      "'ReturnValues':'ALL_OLD','ReturnConsumedCapacity':'INDEXES',"
      "'ReturnItemCollectionMetrics':'SIZE','ReturnValuesOnConditionCheckFailure':'ALL_OLD'}"));
  EXPECT_EQ(call.table, "tab");
  EXPECT_EQ(call.item.json(), R"({"id":{"S":"a"}})");
  EXPECT_EQ(call.condition, "#n = :v");
  EXPECT_EQ(call.with.names, (attribute_names{{"#n", "name"}}));
  EXPECT_EQ(call.with.values, (attribute_map{{":v", 1}}));
  EXPECT_EQ(call.returned, return_values::all_old);
  EXPECT_EQ(call.capacity, returned_capacity::indexes);
  EXPECT_TRUE(call.collection_metrics);
  EXPECT_TRUE(call.old_item_on_failure);
}

TEST(decode_item, what_is_not_there_has_its_default) {
  const put_call call = decode_put(body("{'TableName':'tab','Item':{'id':{'S':'a'}}}"));
  EXPECT_EQ(call.condition, std::nullopt);
  EXPECT_EQ(call.with.names, std::nullopt);
  EXPECT_EQ(call.with.values, std::nullopt);
  EXPECT_EQ(call.returned, return_values::none);
  EXPECT_EQ(call.capacity, returned_capacity::none);
  EXPECT_FALSE(call.collection_metrics);
  EXPECT_FALSE(call.old_item_on_failure);
}

TEST(decode_item, unknown_and_null_members_are_skipped) {
  const get_call call = decode_get(
      body(of_key("'ConsistentRead':true,'ProjectionExpression':null,'FilterExpression':'',"
                  "'Unknown':{'a':[1,{'b':null}]}")));
  EXPECT_TRUE(call.consistent);
  EXPECT_EQ(call.projection, std::nullopt);
}

TEST(decode_item, of_an_arn_the_name_is_kept) {
  EXPECT_EQ(decode_get(body("{'TableName':'arn:aws:dynamodb:us-east-1:123456789012:table/tab'," +
                            std::string(key) + "}"))
                .table,
            "tab");
}

TEST(decode_item, table_names_have_a_length_and_a_pattern) {
  const auto named = [](std::string_view name) {
    return "{'TableName':'" + std::string(name) + "'," + std::string(key) + "}";
  };
  EXPECT_EQ(broken(decode_get, named("ab")),
            "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length "
            "greater than or equal to 3");
  const std::string longest(255, 'a');
  EXPECT_EQ(decode_get(body(named(longest))).table, longest);
  EXPECT_THAT(broken(decode_get, named(longest + "a")),
              HasSubstr("Member must have length less than or equal to 255"));
  EXPECT_EQ(broken(decode_get, named("a b")),
            "Value 'a b' at 'tableName' failed to satisfy constraint: Member must satisfy regular "
            "expression pattern: [a-zA-Z0-9_.-]+");
  EXPECT_THAT(broken(decode_get, named("arn:aws:dynamodb:us-east-1:123456789012:tab")),
              HasSubstr("pattern"));
}

TEST(decode_item, all_that_is_missing_is_told_at_once) {
  EXPECT_EQ(refused(decode_put, "{}"),
            "ValidationException: 2 validation errors detected: Value null at 'tableName' failed "
            "to satisfy constraint: Member must not be null; Value null at 'item' failed to "
            "satisfy constraint: Member must not be null");
  EXPECT_EQ(broken(decode_get, "{'TableName':'tab'}"),
            "Value null at 'key' failed to satisfy constraint: Member must not be null");
  EXPECT_THAT(broken(decode_update, "{'TableName':'tab'}"), HasSubstr("'key'"));
  EXPECT_THAT(broken(decode_delete, "{'TableName':'tab'}"), HasSubstr("'key'"));
}

TEST(decode_item, enumerations_are_what_they_may_be) {
  EXPECT_EQ(broken(decode_get, of_key("'ReturnConsumedCapacity':'total'")),
            "Value 'total' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
            "satisfy enum value set: [INDEXES, TOTAL, NONE]");
  EXPECT_THAT(broken(decode_update, of_key("'ReturnValues':'X'")), HasSubstr("'returnValues'"));
  EXPECT_THAT(broken(decode_update, of_key("'ReturnItemCollectionMetrics':'X'")),
              HasSubstr("[SIZE, NONE]"));
  EXPECT_THAT(broken(decode_delete, of_key("'ReturnValuesOnConditionCheckFailure':'X'")),
              HasSubstr("[ALL_OLD, NONE]"));
  EXPECT_EQ(decode_update(body(of_key("'ReturnValues':'UPDATED_NEW'"))).returned,
            return_values::updated_new);
  EXPECT_EQ(refused(decode_delete, of_key("'ReturnValues':'ALL_NEW'")),
            "ValidationException: ReturnValues can only be ALL_OLD or NONE");
}

TEST(decode_item, what_is_no_json_is_refused) {
  for (const char* text :
       {"", "{", "{'TableName':'tab'", "{'TableName':'tab'} x", "{'a':}", "{'a' 'b'}", "{a:1}",
        "{'TableName':'\\x'}", "{'TableName':'\\ud800'}"}) {
    EXPECT_THAT(refused(decode_get, text), StartsWith("SerializationException: ")) << text;
  }
  EXPECT_EQ(refused(decode_get, "[]"),
            "SerializationException: Start of list found where not expected");
  EXPECT_EQ(refused(decode_get, "5"),
            "SerializationException: NUMBER_VALUE cannot be converted to a map");
  EXPECT_EQ(refused(decode_get, "{'TableName':5}"),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(refused(decode_get, of_key("'ConsistentRead':'true'")),
            "SerializationException: STRING_VALUE cannot be converted to Boolean");
  EXPECT_THROW(static_cast<void>(decode_get(body_buffer())), refusal);
}

TEST(decode_item, expressions_are_not_empty) {
  EXPECT_EQ(refused(decode_get, of_key("'ProjectionExpression':''")),
            "ValidationException: Invalid ProjectionExpression: The expression can not be empty;");
  EXPECT_EQ(refused(decode_update, of_key("'UpdateExpression':'','ConditionExpression':''")),
            "ValidationException: Invalid UpdateExpression: The expression can not be empty;");
}

TEST(decode_item, substitutes_want_an_expression) {
  EXPECT_EQ(refused(decode_get, of_key("'ExpressionAttributeNames':{'#a':'b'}")),
            "ValidationException: ExpressionAttributeNames can only be specified when using "
            "expressions");
  EXPECT_EQ(refused(decode_delete, of_key("'ExpressionAttributeValues':{':a':{'S':'x'}}")),
            "ValidationException: ExpressionAttributeValues can only be specified when using "
            "expressions: ConditionExpression is null");
  EXPECT_EQ(refused(decode_update, of_key("'ExpressionAttributeValues':{':a':{'S':'x'}}")),
            "ValidationException: ExpressionAttributeValues can only be specified when using "
            "expressions: UpdateExpression and ConditionExpression are null");
  EXPECT_EQ(decode_delete(body(of_key("'ExpressionAttributeValues':{}"))).with.values,
            std::nullopt);
}

TEST(decode_item, substitutes_at_fault_name_their_key) {
  const std::string condition = "'ConditionExpression':'a = :a',";
  EXPECT_EQ(
      refused(decode_delete, of_key(condition + "'ExpressionAttributeValues':{':a':{'N':'x'}}")),
      "ValidationException: ExpressionAttributeValues contains invalid value: The parameter cannot "
      "be converted to a numeric value: x for key :a");
  EXPECT_EQ(refused(decode_delete, of_key(condition + "'ExpressionAttributeNames':{'#a':''}")),
            "ValidationException: ExpressionAttributeNames contains invalid value: Empty attribute "
            "name for key #a");
  EXPECT_EQ(refused(decode_delete, of_key(condition + "'ExpressionAttributeNames':{'#a':null}")),
            "ValidationException: ExpressionAttributeNames contains invalid value: null for key "
            "#a");
}

TEST(decode_item, parameters_of_the_time_before_expressions_are_refused) {
  EXPECT_EQ(refused(decode_get, of_key("'AttributesToGet':['a']")),
            "ValidationException: AttributesToGet is not supported: use ProjectionExpression "
            "instead");
  EXPECT_EQ(refused(decode_update, of_key("'Expected':{'a':{'Exists':false}},"
                                          "'UpdateExpression':'REMOVE b'")),
            "ValidationException: Can not use both expression and non-expression parameters in the "
            "same request: Non-expression parameters: {Expected} Expression parameters: "
            "{UpdateExpression}");
  EXPECT_EQ(refused(decode_delete, of_key("'ConditionalOperator':'AND'")),
            "ValidationException: ConditionalOperator cannot be used without Filter or Expected");
  EXPECT_NO_THROW(static_cast<void>(decode_update(
      body(of_key("'Expected':{},'AttributeUpdates':{ },'UpdateExpression':'REMOVE b'")))));
  EXPECT_NO_THROW(static_cast<void>(decode_get(body(of_key("'Expected':{'a':{}}")))));
}

TEST(decode_batch, writes_are_read_by_table) {
  const batch_write_call call = decode_batch_write(
      body("{'RequestItems':{'tab':[{'PutRequest':{'Item':{'id':{'S':'a'}}}},"
           "{'DeleteRequest':{'Key':{'id':{'S':'b'}}}}],"
           "'arn:aws:dynamodb:us-east-1:123456789012:table/other':"
           "[{'DeleteRequest':{'Key':{'id':{'S':'c'}}}}]},'ReturnConsumedCapacity':'TOTAL'}"));
  EXPECT_EQ(call.capacity, returned_capacity::total);
  ASSERT_EQ(call.tables.size(), 2U);
  EXPECT_EQ(call.tables[0].table, "other");
  EXPECT_EQ(call.tables[1].table, "tab");
  ASSERT_EQ(call.tables[1].entries.size(), 2U);
  EXPECT_EQ(std::get<batch_put>(call.tables[1].entries[0]).item.json(), R"({"id":{"S":"a"}})");
  EXPECT_EQ(std::get<batch_delete>(call.tables[1].entries[1]).key, (owned_item{{"id", "b"}}));
}

std::string repeated(std::string_view element, int count) {
  std::string list = "[";
  for (int i = 0; i < count; ++i) {
    if (i > 0) list += ',';
    list += element;
  }
  return list + ']';
}

TEST(decode_batch, writes_are_at_most25) {
  const auto puts = [](int count) {
    return "{'RequestItems':{'tab':" + repeated("{'PutRequest':{'Item':{'a':{'S':'b'}}}}", count) +
           ",'tab2':[{'PutRequest':{'Item':{'a':{'S':'b'}}}}]}}";
  };
  EXPECT_EQ(decode_batch_write(body(puts(24))).tables.size(), 2U);
  EXPECT_EQ(refused(decode_batch_write, puts(25)),
            "ValidationException: Too many items requested for the BatchWriteItem call");
}

TEST(decode_batch, writes_are_whole) {
  const auto entry = [](std::string_view text) {
    return "{'RequestItems':{'tab':" + std::string(text) + "}}";
  };
  EXPECT_THAT(broken(decode_batch_write, "{}"), HasSubstr("'requestItems'"));
  EXPECT_THAT(broken(decode_batch_write, "{'RequestItems':{}}"), HasSubstr("greater than or"));
  EXPECT_EQ(refused(decode_batch_write, entry("[]")),
            "ValidationException: The batch write request list for a table cannot be null or "
            "empty: tab");
  EXPECT_THAT(refused(decode_batch_write, entry("[{}]")), HasSubstr("AttributeValue is empty"));
  EXPECT_THAT(refused(decode_batch_write, entry("[null]")), HasSubstr("AttributeValue is empty"));
  EXPECT_EQ(broken(decode_batch_write, entry("[{'PutRequest':{}}]")),
            "Value null at 'requestItems.tab.member.1.member.putRequest.item' failed to satisfy "
            "constraint: Member must not be null");
  EXPECT_THAT(
      refused(decode_batch_write, entry("[{'PutRequest':{'Item':{}},'DeleteRequest':{'Key':{}}}]")),
      HasSubstr("more than one datatypes"));
  EXPECT_THAT(broken(decode_batch_write, "{'RequestItems':{'a':[]}}"), HasSubstr("length"));
}

TEST(decode_batch, keys_are_read_by_table) {
  const batch_get_call call =
      decode_batch_get(body("{'RequestItems':{'tab':{'Keys':[{'id':{'S':'a'}},{'id':{'S':'b'}}],"
                            "'ConsistentRead':true,'ProjectionExpression':'#x',"
                            "'ExpressionAttributeNames':{'#x':'x'}}}}"));
  ASSERT_EQ(call.tables.size(), 1U);
  EXPECT_EQ(call.tables[0].table, "tab");
  EXPECT_THAT(call.tables[0].keys, ElementsAre(owned_item{{"id", "a"}}, owned_item{{"id", "b"}}));
  EXPECT_TRUE(call.tables[0].consistent);
  EXPECT_EQ(call.tables[0].projection, "#x");
  EXPECT_EQ(call.tables[0].with.names, (attribute_names{{"#x", "x"}}));
}

TEST(decode_batch, keys_are1_to100) {
  const auto keys = [](int count) {
    return "{'RequestItems':{'tab':{'Keys':" + repeated("{'id':{'S':'a'}}", count) + "}}}";
  };
  EXPECT_EQ(decode_batch_get(body(keys(100))).tables[0].keys.size(), 100U);
  EXPECT_EQ(refused(decode_batch_get, keys(101)),
            "ValidationException: Too many items requested for the BatchGetItem call");
  EXPECT_EQ(refused(decode_batch_get, keys(0)),
            "ValidationException: The list of keys in RequestItems for BatchGetItem is required: "
            "tab has empty list");
  EXPECT_THAT(refused(decode_batch_get, "{'RequestItems':{'tab':null}}"), HasSubstr("required"));
  EXPECT_THAT(refused(decode_batch_get, "{'RequestItems':{'tab':{'Keys':[{}]}}}"),
              HasSubstr("tab has one or more empty keys"));
}

TEST(decode_transaction, each_action_is_read) {
  const transact_write_call call = decode_transact_write(
      body("{'TransactItems':[{'Put':{'TableName':'tab','Item':{'id':{'S':'a'}}}},"
           "{'Update':{'TableName':'tab','Key':{'id':{'S':'b'}},'UpdateExpression':'SET a = b'}},"
           "{'Delete':{'TableName':'tab','Key':{'id':{'S':'c'}}}},"
           "{'ConditionCheck':{'TableName':'tab','Key':{'id':{'S':'d'}},"
           "'ConditionExpression':'attribute_exists(a)',"
           "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}}],'ClientRequestToken':'t'}"));
  ASSERT_EQ(call.actions.size(), 4U);
  EXPECT_EQ(std::get<put_call>(call.actions[0]).item.json(), R"({"id":{"S":"a"}})");
  EXPECT_EQ(std::get<update_call>(call.actions[1]).update, "SET a = b");
  EXPECT_EQ(std::get<delete_call>(call.actions[2]).key, (owned_item{{"id", "c"}}));
  EXPECT_EQ(std::get<check_call>(call.actions[3]).condition, "attribute_exists(a)");
  EXPECT_TRUE(std::get<check_call>(call.actions[3]).old_item_on_failure);
  EXPECT_EQ(call.token, "t");
}

TEST(decode_transaction, actions_are_one_an_element) {
  const auto of = [](std::string_view elements) {
    return "{'TransactItems':" + std::string(elements) + "}";
  };
  const std::string put = "'Put':{'TableName':'tab','Item':{'id':{'S':'a'}}}";
  EXPECT_EQ(refused(decode_transact_write, of("[{}]")),
            "ValidationException: Invalid Request: TransactWriteRequest should contain Delete or "
            "Put or Update request");
  EXPECT_EQ(refused(decode_transact_write,
                    of("[{" + put + ",'Delete':{'TableName':'tab'," + std::string(key) + "}}]")),
            "ValidationException: TransactItems can only contain one of Check, Put, Update or "
            "Delete");
  EXPECT_THAT(broken(decode_transact_write, "{}"), HasSubstr("'transactItems'"));
  EXPECT_THAT(broken(decode_transact_write, of("[]")), HasSubstr("greater than or equal to 1"));
  EXPECT_EQ(decode_transact_write(body(of(repeated("{" + put + "}", 100)))).actions.size(), 100U);
  EXPECT_THAT(broken(decode_transact_write, of(repeated("{" + put + "}", 101))),
              HasSubstr("less than or equal to 100"));
  EXPECT_EQ(
      broken(decode_transact_write,
             of("[{" + put + "},{'ConditionCheck':{'TableName':'tab'," + std::string(key) + "}}]")),
      "Value null at 'transactItems.2.member.conditionCheck.conditionExpression' failed to "
      "satisfy constraint: Member must not be null");
  EXPECT_THAT(
      broken(decode_transact_write, "{'TransactItems':[{" + put + "}],'ClientRequestToken':'" +
                                        std::string(37, 't') + "'}"),
      HasSubstr("'clientRequestToken'"));
}

TEST(decode_transaction, gets_are_read) {
  const transact_get_call call =
      decode_transact_get(body("{'TransactItems':[{'Get':{'TableName':'tab','Key':{'id':{'S':'a'}},"
                               "'ProjectionExpression':'x'}}]}"));
  ASSERT_EQ(call.gets.size(), 1U);
  EXPECT_EQ(call.gets[0].projection, "x");
  EXPECT_EQ(broken(decode_transact_get, "{'TransactItems':[{}]}"),
            "Value null at 'transactItems.1.member.get' failed to satisfy constraint: Member must "
            "not be null");
  EXPECT_EQ(broken(decode_transact_get, "{'TransactItems':[{'Get':{'TableName':'tab'}}]}"),
            "Value null at 'transactItems.1.member.get.key' failed to satisfy constraint: Member "
            "must not be null");
}

}  // namespace engine_request_decode_item_test
}  // namespace dynamo::test
