#include "engine_fixture.hpp"

#include <gmock/gmock.h>

namespace dynamo::test {
namespace engine_operation_write_item_test {

using testing::HasSubstr;

struct write_item_test : engine_fixture {
  write_item_test() {
    create_users();
    create_notes();
  }
  std::string update(std::string_view key, std::string_view more) {
    return ok(operation::update_item, request("Key", "users", key, more));
  }
};

TEST_F(write_item_test, an_item_that_is_put_is_read) {
  EXPECT_EQ(put("users", "{'id':{'S':'a'},'x':{'N':'1'},'l':{'L':[{'BOOL':true},{'NULL':true}]}}"),
            "{}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"),
            "{'Item':{'id':{'S':'a'},'l':{'L':[{'BOOL':true},{'NULL':true}]},'x':{'N':'1'}}}");
  EXPECT_EQ(get("users", "{'id':{'S':'b'}}"), "{}");
}

TEST_F(write_item_test, a_put_replaces_the_whole_item) {
  put("users", "{'id':{'S':'a'},'x':{'N':'1'}}");
  EXPECT_EQ(put("users", "{'id':{'S':'a'},'y':{'N':'2'}}", "'ReturnValues':'ALL_OLD'"),
            "{'Attributes':{'id':{'S':'a'},'x':{'N':'1'}}}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'},'y':{'N':'2'}}}");
  EXPECT_EQ(put("users", "{'id':{'S':'new'}}", "'ReturnValues':'ALL_OLD'"), "{}");
}

TEST_F(write_item_test, a_delete_reports_what_was_there) {
  put("users", "{'id':{'S':'a'},'x':{'N':'1'}}");
  const std::string request =
      "{'TableName':'users','Key':{'id':{'S':'a'}},"
      "'ReturnValues':'ALL_OLD'}";
  EXPECT_EQ(ok(operation::delete_item, request), "{'Attributes':{'id':{'S':'a'},'x':{'N':'1'}}}");
  EXPECT_EQ(ok(operation::delete_item, request), "{}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{}");
}

TEST_F(write_item_test, an_update_makes_an_item_of_its_key) {
  EXPECT_EQ(update("{'id':{'S':'a'}}", "'ReturnValues':'ALL_NEW'"),
            "{'Attributes':{'id':{'S':'a'}}}");
  EXPECT_EQ(update("{'id':{'S':'b'}}",
                   "'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':{'N':'1'}},"
                   "'ReturnValues':'ALL_NEW'"),
            "{'Attributes':{'id':{'S':'b'},'x':{'N':'1'}}}");
  EXPECT_EQ(
      update("{'id':{'S':'d'}}", "'UpdateExpression':'SET x = id','ReturnValues':'UPDATED_NEW'"),
      "{'Attributes':{'x':{'S':'d'}}}");
  EXPECT_EQ(update("{'id':{'S':'c'}}", "'UpdateExpression':'REMOVE x'"), "{}");
  EXPECT_EQ(get("users", "{'id':{'S':'c'}}"), "{'Item':{'id':{'S':'c'}}}");
}

TEST_F(write_item_test, entries_in_local_indexes_count_for_the_limit_of_an_item) {
  // 5 bytes of keys, and 1 for the name.
  const auto item = [](std::size_t size, std::string_view more) {
    return "{'id':{'S':'a'},'n':{'N':'1'},'x':{'S':'" + std::string(size - 7, 'x') + "'}" +
           std::string(more) + "}";
  };
  constexpr std::size_t limit = 400 * 1024;
  put("notes", item(limit, ""));
  EXPECT_THAT(refused(operation::put_item, request("Item", "notes", item(limit + 1, ""))),
              HasSubstr("Item size has exceeded the maximum allowed size"));
  // With its score of 7 bytes it is in by_score, of 5 + 1 + 7 bytes.
  const std::string_view score = ",'score':{'N':'1'}";
  put("notes", item(limit - 7 - 13, score));
  EXPECT_THAT(refused(operation::put_item, request("Item", "notes", item(limit - 7 - 12, score))),
              HasSubstr("Item size has exceeded the maximum allowed size"));
  EXPECT_THAT(
      refused(operation::update_item, request("Key", "notes", "{'id':{'S':'a'},'n':{'N':'1'}}",
                                              "'UpdateExpression':'SET y = :y',"
                                              "'ExpressionAttributeValues':{':y':{'S':''}}")),
      HasSubstr("Item size to update has exceeded the maximum allowed size"));
}

TEST_F(write_item_test, a_path_does_not_go_into_a_key) {
  constexpr std::string_view scalars =
      "ValidationException: Key attributes must be scalars; list random access '[]' and map "
      "lookup '.' are not allowed: ";
  // ' stands for " in the answers.
  const auto in_answers = [&](std::string_view key) {
    return std::string(scalars) + std::string(key);
  };
  const std::string item = "{'TableName':'notes','Key':{'id':{'S':'a'},'n':{'N':'1'}},";
  EXPECT_EQ(
      refused(operation::delete_item, item + "'ConditionExpression':'attribute_exists(id.x)'}"),
      in_answers("Key: id"));
  EXPECT_EQ(refused(operation::update_item, item + "'UpdateExpression':'REMOVE score[0]'}"),
            in_answers("IndexKey: score"));
  EXPECT_EQ(refused(operation::get_item, item + "'ProjectionExpression':'x, n[1]'}"),
            in_answers("Key: n"));
  EXPECT_EQ(refused(operation::scan, "{'TableName':'notes','ProjectionExpression':'score.x'}"),
            in_answers("IndexKey: score"));
}

TEST_F(write_item_test, an_update_returns_what_is_asked_for) {
  const auto updated = [&](std::string_view returned) {
    put("users", "{'id':{'S':'a'},'m':{'M':{'c':{'N':'3'},'d':{'N':'4'}}},'x':{'N':'1'}}");
    return update("{'id':{'S':'a'}}",
                  "'UpdateExpression':'SET m.c = :v, y = :v REMOVE x',"
                  "'ExpressionAttributeValues':{':v':{'N':'7'}},'ReturnValues':'" +
                      std::string(returned) + "'");
  };
  EXPECT_EQ(updated("NONE"), "{}");
  EXPECT_EQ(updated("ALL_OLD"),
            "{'Attributes':{'id':{'S':'a'},'m':{'M':{'c':{'N':'3'},'d':{'N':'4'}"
            "}},'x':{'N':'1'}}}");
  EXPECT_EQ(updated("UPDATED_OLD"), "{'Attributes':{'m':{'M':{'c':{'N':'3'}}},'x':{'N':'1'}}}");
  EXPECT_EQ(updated("ALL_NEW"),
            "{'Attributes':{'id':{'S':'a'},'m':{'M':{'c':{'N':'7'},'d':{'N':'4'}"
            "}},'y':{'N':'7'}}}");
  EXPECT_EQ(updated("UPDATED_NEW"), "{'Attributes':{'m':{'M':{'c':{'N':'7'}}},'y':{'N':'7'}}}");
}

TEST_F(write_item_test, an_update_that_touched_nothing_returns_no_attributes) {
  EXPECT_EQ(
      update("{'id':{'S':'a'}}", "'UpdateExpression':'REMOVE x','ReturnValues':'UPDATED_NEW'"),
      "{}");
  EXPECT_EQ(
      update("{'id':{'S':'a'}}", "'UpdateExpression':'REMOVE x','ReturnValues':'UPDATED_OLD'"),
      "{}");
  EXPECT_EQ(update("{'id':{'S':'a'}}", "'ReturnValues':'UPDATED_NEW'"), "{}");
}

TEST_F(write_item_test, a_condition_that_does_not_hold_changes_nothing) {
  put("users", "{'id':{'S':'a'},'x':{'N':'1'}}");
  const std::string failed = "ConditionalCheckFailedException: The conditional request failed";
  EXPECT_EQ(refused(operation::put_item,
                    "{'TableName':'users','Item':{'id':{'S':'a'}},"
                    "'ConditionExpression':'attribute_not_exists(id)'}"),
            failed);
  EXPECT_EQ(refused(operation::delete_item,
                    "{'TableName':'users','Key':{'id':{'S':'a'}},'ConditionExpression':'x = :x',"
                    "'ExpressionAttributeValues':{':x':{'N':'2'}}}"),
            failed);
  EXPECT_EQ(refused(operation::update_item,
                    "{'TableName':'users','Key':{'id':{'S':'b'}},"
                    "'ConditionExpression':'attribute_exists(id)',"
                    "'UpdateExpression':'REMOVE x'}"),
            failed);
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'},'x':{'N':'1'}}}");
  EXPECT_EQ(get("users", "{'id':{'S':'b'}}"), "{}");
}

TEST_F(write_item_test, a_failed_condition_reports_the_item_if_asked) {
  put("users", "{'id':{'S':'a'},'x':{'N':'1'}}");
  const auto answer = execute(operation::put_item,
                              "{'TableName':'users','Item':{'id':{'S':'a'}},"
                              "'ConditionExpression':'attribute_not_exists(id)',"
                              "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}");
  EXPECT_EQ(answer.text,
            "{'__type':'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',"
            "'message':'The conditional request failed','Item':{'id':{'S':'a'},'x':{'N':'1'}}}");
  EXPECT_EQ(refused(operation::put_item,
                    "{'TableName':'users','Item':{'id':{'S':'none'}},"
                    "'ConditionExpression':'attribute_exists(id)',"
                    "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}"),
            "ConditionalCheckFailedException: The conditional request failed");
}

TEST_F(write_item_test, a_condition_that_holds_lets_the_write_pass) {
  put("users", "{'id':{'S':'a'}}", "'ConditionExpression':'attribute_not_exists(id)'");
  put("users", "{'id':{'S':'a'},'x':{'N':'2'}}",
      "'ConditionExpression':'attribute_exists(#k)','ExpressionAttributeNames':{'#k':'id'}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'},'x':{'N':'2'}}}");
}

TEST_F(write_item_test, a_table_that_is_not_there_is_not_found) {
  const std::string missing = "ResourceNotFoundException: Requested resource not found";
  EXPECT_EQ(refused(operation::put_item, "{'TableName':'none','Item':{'id':{'S':'a'}}}"), missing);
  EXPECT_EQ(refused(operation::get_item, "{'TableName':'none','Key':{'id':{'S':'a'}}}"), missing);
  EXPECT_EQ(refused(operation::update_item, "{'TableName':'none','Key':{'id':{'S':'a'}}}"),
            missing);
  EXPECT_EQ(refused(operation::delete_item, "{'TableName':'none','Key':{'id':{'S':'a'}}}"),
            missing);
}

TEST_F(write_item_test, an_item_has_the_key_of_its_table) {
  const auto put_refused = [&](std::string_view item) {
    return refused(operation::put_item, request("Item", "notes", item));
  };
  EXPECT_EQ(put_refused("{'n':{'N':'1'}}"),
            "ValidationException: One or more parameter values were invalid: Missing the key id in "
            "the item");
  EXPECT_EQ(put_refused("{'id':{'S':'a'}}"),
            "ValidationException: One or more parameter values were invalid: Missing the key n in "
            "the item");
  EXPECT_EQ(put_refused("{'id':{'N':'1'},'n':{'N':'1'}}"),
            "ValidationException: One or more parameter values were invalid: Type mismatch for key "
            "id expected: S actual: N");
  EXPECT_EQ(put_refused("{'id':{'S':''},'n':{'N':'1'}}"),
            "ValidationException: One or more parameter values are not valid. The AttributeValue "
            "for a key attribute cannot contain an empty string value. Key: id");
}

TEST_F(write_item_test, keys_have_a_largest_size) {
  const auto item = [](std::size_t length) {
    return "{'id':{'S':'" + std::string(length, 'k') + "'}}";
  };
  put("users", item(2048));
  EXPECT_EQ(refused(operation::put_item, request("Item", "users", item(2049))),
            "ValidationException: One or more parameter values were invalid: Size of hashkey has "
            "exceeded the maximum size limit of2048 bytes");
  EXPECT_EQ(get("users", item(2048)), "{'Item':" + item(2048) + "}");
}

TEST_F(write_item_test, binary_sort_keys_are_measured_in_bytes) {
  ok(operation::create_table,
     "{'TableName':'blobs','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'B'},"
     "{'AttributeName':'part','AttributeType':'B'}],'KeySchema':[{'AttributeName':'id','KeyType':"
     "'HASH'},{'AttributeName':'part','KeyType':'RANGE'}],'BillingMode':'PAY_PER_REQUEST'}");
  // 1024 bytes are 1366 characters and a fill of two.
  const std::string longest = std::string(1365, 'A') + "A==";
  put("blobs", "{'id':{'B':'AA=='},'part':{'B':'" + longest + "'}}");
  EXPECT_EQ(
      refused(operation::put_item,
              "{'TableName':'blobs','Item':{'id':{'B':'AA=='},'part':{"
              "'B':'" +
                  std::string(1368, 'A') + "'}}}"),
      "ValidationException: One or more parameter values were invalid: Aggregated size of all "
      "range keys has exceeded the size limit of 1024 bytes");
  EXPECT_EQ(refused(operation::put_item,
                    "{'TableName':'blobs','Item':{'id':{'B':''},'part':{'B':'AA=='}}}"),
            "ValidationException: One or more parameter values are not valid. The AttributeValue "
            "for a key attribute cannot contain an empty binary value. Key: id");
}

TEST_F(write_item_test, a_key_fits_its_table) {
  const std::string mismatch =
      "ValidationException: The provided key element does not match the schema";
  for (const char* const key :
       {"{'id':{'S':'a'}}", "{'id':{'S':'a'},'n':{'S':'1'}}", "{'id':{'S':'a'},'m':{'N':'1'}}",
        "{'id':{'S':'a'},'n':{'N':'1'},'m':{'N':'1'}}"}) {
    for (const operation op :
         {operation::get_item, operation::update_item, operation::delete_item}) {
      EXPECT_EQ(refused(op, request("Key", "notes", key)), mismatch) << key;
    }
  }
}

TEST_F(write_item_test, attributes_of_index_keys_have_their_types) {
  EXPECT_EQ(
      refused(operation::put_item,
              "{'TableName':'notes','Item':{'id':{'S':'a'},'n':{'N':'1'},'group':{'N':'1'}}}"),
      "ValidationException: One or more parameter values were invalid: Type mismatch for "
      "Index Key group Expected: S Actual: N IndexName: by_group");
  EXPECT_EQ(
      refused(operation::put_item,
              "{'TableName':'notes','Item':{'id':{'S':'a'},'n':{'N':'1'},'group':{'S':''}}}"),
      "ValidationException: One or more parameter values are not valid. A value specified for "
      "a secondary index key is not supported. The AttributeValue for a key attribute cannot "
      "contain an empty string value. IndexName: by_group, IndexKey: group");
  EXPECT_EQ(
      refused(operation::update_item,
              "{'TableName':'notes','Key':{'id':{'S':'a'},'n':{'N':'1'}},'UpdateExpression':'SET "
              "#g = :g','ExpressionAttributeNames':{'#g':'group'},"
              "'ExpressionAttributeValues':{':g':{'S':''}}}"),
      "ValidationException: One or more parameter values are not valid. The update expression "
      "attempted to update a secondary index key to a value that is not supported. The "
      "AttributeValue for a key attribute cannot contain an empty string value. IndexName: "
      "by_group, IndexKey: group");
}

TEST_F(write_item_test, the_key_of_an_item_cannot_be_updated) {
  EXPECT_EQ(refused(operation::update_item,
                    "{'TableName':'users','Key':{'id':{'S':'a'}},'UpdateExpression':'SET id = :v',"
                    "'ExpressionAttributeValues':{':v':{'S':'b'}}}"),
            "ValidationException: One or more parameter values were invalid: Cannot update "
            "attribute id. This attribute is part of the key");
}

TEST_F(write_item_test, an_item_is_at_most400_kb) {
  // 2 and 1 bytes of the key, 1 of the name.
  constexpr std::size_t room = 400 * 1024 - 4;
  const auto item = [](std::size_t length) {
    return "{'id':{'S':'a'},'x':{'S':'" + std::string(length, 'x') + "'}}";
  };
  put("users", item(room));
  EXPECT_EQ(refused(operation::put_item, request("Item", "users", item(room + 1))),
            "ValidationException: Item size has exceeded the maximum allowed size");
  EXPECT_EQ(refused(operation::update_item,
                    "{'TableName':'users','Key':{'id':{'S':'a'}},'UpdateExpression':'SET y = :v',"
                    "'ExpressionAttributeValues':{':v':{'S':'b'}}}"),
            "ValidationException: Item size to update has exceeded the maximum allowed size");
}

TEST_F(write_item_test, substitutes_that_nothing_uses_are_refused) {
  EXPECT_THAT(refused(operation::put_item,
                      "{'TableName':'users','Item':{'id':{'S':'a'}},"
                      "'ConditionExpression':'attribute_exists(id)',"
                      "'ExpressionAttributeValues':{':z':{'N':'1'}}}"),
              HasSubstr("unused in expressions"));
  EXPECT_THAT(refused(operation::update_item,
                      "{'TableName':'users','Key':{'id':{'S':'a'}},'UpdateExpression':'SET y = :v',"
                      "'ExpressionAttributeValues':{':v':{'S':'b'},':w':{'S':'b'}}}"),
              HasSubstr("unused in expressions"));
}

TEST_F(write_item_test, condition_and_update_share_substitutes) {
  put("users", "{'id':{'S':'a'},'x':{'N':'1'}}");
  EXPECT_EQ(update("{'id':{'S':'a'}}",
                   "'UpdateExpression':'SET #x = #x + :one','ConditionExpression':'#x = :one',"
                   "'ExpressionAttributeNames':{'#x':'x'},"
                   "'ExpressionAttributeValues':{':one':{'N':'1'}},'ReturnValues':'UPDATED_NEW'"),
            "{'Attributes':{'x':{'N':'2'}}}");
}

TEST_F(write_item_test, get_item_projects) {
  put("users", "{'id':{'S':'a'},'m':{'M':{'c':{'N':'3'},'d':{'N':'4'}}},'x':{'N':'1'}}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}", "'ProjectionExpression':'x, m.d'"),
            "{'Item':{'m':{'M':{'d':{'N':'4'}}},'x':{'N':'1'}}}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}", "'ProjectionExpression':'nosuch'"), "{'Item':{}}");
}

TEST_F(write_item_test, collections_are_measured_where_there_is_a_local_index) {
  EXPECT_EQ(put("notes", "{'id':{'S':'a'},'n':{'N':'1'},'score':{'N':'1'}}",
                "'ReturnItemCollectionMetrics':'SIZE'"),
            "{'ItemCollectionMetrics':{'ItemCollectionKey':{'id':{'S':'a'}},"
            "'SizeEstimateRangeGB':[0.0,1.0]}}");
  EXPECT_EQ(put("users", "{'id':{'S':'a'}}", "'ReturnItemCollectionMetrics':'SIZE'"), "{}");
}

}  // namespace engine_operation_write_item_test
}  // namespace dynamo::test
