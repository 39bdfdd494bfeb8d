#include "engine_fixture.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <utility>

namespace dynamo::test {
namespace engine_operation_transact_test {

using testing::HasSubstr;

struct transact : engine_fixture {
  transact() {
    create_users();
    create_notes();
  }
  static std::string put_of(std::string_view id, std::string_view more = "") {
    return "{'Put':{'TableName':'users','Item':{'id':{'S':'" + std::string(id) + "'}}" +
           (more.empty() ? "" : ",") + std::string(more) + "}}";
  }
  static std::string keyed(std::string_view action, std::string_view id,
                           std::string_view more = "") {
    return "{'" + std::string(action) + "':{'TableName':'users','Key':{'id':{'S':'" +
           std::string(id) + "'}}" + (more.empty() ? "" : ",") + std::string(more) + "}}";
  }
  static std::string items(std::string_view actions, std::string_view more = "") {
    return "{'TransactItems':[" + std::string(actions) + "]" + (more.empty() ? "" : ",") +
           std::string(more) + "}";
  }
  std::string write(std::string_view actions, std::string_view more = "") {
    return ok(operation::transact_write_items, items(actions, more));
  }
  std::string write_refused(std::string_view actions, std::string_view more = "") {
    return refused(operation::transact_write_items, items(actions, more));
  }
  std::string count() { return ok(operation::scan, "{'TableName':'users','Select':'COUNT'}"); }
};

TEST_F(transact, all_actions_are_carried_out) {
  put("users", "{'id':{'S':'gone'}}");
  put("users", "{'id':{'S':'there'}}");
  EXPECT_EQ(
      write(put_of("a") + "," + keyed("Delete", "gone") + "," +
            keyed("Update", "b",
                  "'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':{'N':'1'"
                  "}}") +
            "," + keyed("ConditionCheck", "there", "'ConditionExpression':'attribute_exists(id)'")),
      "{}");
  EXPECT_EQ(count(), "{'Count':3,'ScannedCount':3}");
  EXPECT_EQ(get("users", "{'id':{'S':'b'}}"), "{'Item':{'id':{'S':'b'},'x':{'N':'1'}}}");
}

TEST_F(transact, none_is_if_one_fails) {
  put("users", "{'id':{'S':'there'},'x':{'N':'1'}}");
  const std::string check = "'ConditionExpression':'attribute_not_exists(id)'";
  const auto got =
      execute(operation::transact_write_items,
              items(put_of("a") + "," + put_of("there", check) + "," + keyed("Delete", "b")));
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(got.text,
            "{'__type':'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',"
            "'message':'Transaction cancelled, please refer cancellation reasons for specific "
            "reasons [None, ConditionalCheckFailed, None]','CancellationReasons':[{'Code':'None'},"
            "{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'},"
            "{'Code':'None'}]}");
  EXPECT_EQ(count(), "{'Count':1,'ScannedCount':1}");
}

TEST_F(transact, a_reason_reports_the_item_if_asked) {
  put("users", "{'id':{'S':'there'},'x':{'N':'1'}}");
  EXPECT_THAT(write_refused(keyed("ConditionCheck", "there",
                                  "'ConditionExpression':'attribute_not_exists(id)',"
                                  "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'")),
              HasSubstr("[{'Code':'ConditionalCheckFailed','Message':'The conditional request "
                        "failed','Item':{'id':{'S':'there'},'x':{'N':'1'}}}]"));
}

TEST_F(transact, what_shows_only_at_the_item_is_a_reason) {
  EXPECT_THAT(write_refused(put_of("a") + "," +
                            keyed("Update", "b",
                                  "'UpdateExpression':'SET x = x + :x',"
                                  "'ExpressionAttributeValues':{':x':{'N':'1'}}")),
              HasSubstr("specific reasons [None, ValidationError]"));
  EXPECT_THAT(write_refused("{'Put':{'TableName':'users','Item':{'x':{'S':'a'}}}}"),
              HasSubstr("{'Code':'ValidationError','Message':'One or more parameter values were "
                        "invalid: Missing the key id in the item'}"));
  EXPECT_EQ(count(), "{'Count':0,'ScannedCount':0}");
}

TEST_F(transact, each_item_once) {
  EXPECT_EQ(write_refused(put_of("a") + "," + keyed("Delete", "a")),
            "ValidationException: Transaction request cannot include multiple operations on one "
            "item");
  EXPECT_EQ(
      refused(operation::transact_get_items, items(keyed("Get", "a") + "," + keyed("Get", "a"))),
      "ValidationException: Transaction request cannot include multiple operations on one "
      "item");
}

TEST_F(transact, a_table_that_is_not_there_is_no_reason) {
  EXPECT_EQ(write_refused(put_of("a") + ",{'Put':{'TableName':'none','Item':{'id':{'S':'a'}}}}"),
            "ResourceNotFoundException: Requested resource not found");
}

TEST_F(transact, expressions_are_read_before_anything_else) {
  EXPECT_THAT(
      write_refused(put_of("a") + "," + keyed("Delete", "b", "'ConditionExpression':'foo bar'")),
      HasSubstr("ValidationException: Invalid ConditionExpression: Syntax error"));
}

TEST_F(transact, costs_twice) {
  EXPECT_EQ(
      write(put_of("a") + "," + put_of("b") +
                ",{'Put':{'TableName':'notes','Item':{'id':{'S':'a'},'n':{'N':'1'},"
                "'score':{'N':'1'}}}}",
            "'ReturnConsumedCapacity':'INDEXES','ReturnItemCollectionMetrics':'SIZE'"),
      "{'ConsumedCapacity':[{'TableName':'users','CapacityUnits':4.0,'WriteCapacityUnits':4.0,"
      "'Table':{'CapacityUnits':4.0,'WriteCapacityUnits':4.0}},"
      "{'TableName':'notes','CapacityUnits':4.0,'WriteCapacityUnits':4.0,"
      "'Table':{'CapacityUnits':2.0,'WriteCapacityUnits':2.0},"
      "'LocalSecondaryIndexes':{'by_score':{'CapacityUnits':2.0,'WriteCapacityUnits':2.0}}}],"
      "'ItemCollectionMetrics':{'notes':[{'ItemCollectionKey':{'id':{'S':'a'}},"
      "'SizeEstimateRangeGB':[0.0,1.0]}]}}");
  EXPECT_EQ(
      ok(operation::transact_get_items,
         items(keyed("Get", "a") + "," + keyed("Get", "none") +
                   ",{'Get':{'TableName':'notes','Key':{'id':{'S':'a'},'n':{'N':'1'}},"
                   "'ProjectionExpression':'score'}}",
               "'ReturnConsumedCapacity':'TOTAL'")),
      "{'ConsumedCapacity':[{'TableName':'users','CapacityUnits':4.0,'ReadCapacityUnits':4.0},"
      "{'TableName':'notes','CapacityUnits':2.0,'ReadCapacityUnits':2.0}],"
      "'Responses':[{'Item':{'id':{'S':'a'}}},{},{'Item':{'score':{'N':'1'}}}]}");
}

TEST_F(transact, a_key_that_does_not_fit_cancels_a_get) {
  EXPECT_THAT(
      refused(operation::transact_get_items,
              items(keyed("Get", "a") + ",{'Get':{'TableName':'users','Key':{'id':{'N':'1'}}"
                                        "}}")),
      HasSubstr("'CancellationReasons':[{'Code':'None'},{'Code':'ValidationError',"
                "'Message':'The provided key element does not match the schema'}]"));
}

TEST_F(transact, items_that_are_read_are_at_most4_mb) {
  std::string wanted;
  for (int i = 0; i < 11; ++i) {
    const std::string id = std::to_string(i);
    put("users", "{'id':{'S':'" + id + "'},'x':{'S':'" + std::string(390 * 1024, 'x') + "'}}");
    wanted += (i == 0 ? "" : ",") + keyed("Get", id, "'ProjectionExpression':'id'");
  }
  EXPECT_THAT(refused(operation::transact_get_items, items(wanted)), HasSubstr("4MB"));
  EXPECT_EQ(
      ok(operation::batch_get_item,
         "{'RequestItems':{'users':{'Keys':[{'id':{'S':'0'}}],'ProjectionExpression':'id'}}}"),
      "{'Responses':{'users':[{'id':{'S':'0'}}]},'UnprocessedKeys':{}}");
}

// As DynamoDB Local counts: the items and keys of the request, the text of its expressions,
// and each use of a name or value in them.
TEST_F(transact, a_request_is_at_most4_mb) {
  const std::string large(100'000, 'x');
  const auto many = [&](int count, const std::function<std::string(const std::string&)>& action) {
    std::string actions;
    for (int i = 0; i < count; ++i) {
      actions += (i == 0 ? "" : ",") + action(std::to_string(1000 + i));
    }
    return actions;
  };
  const auto valued = [&](std::string_view expression) {
    return std::string(expression) + ",'ExpressionAttributeValues':{':a':{'S':'" + large + "'}}";
  };
  const std::pair<std::string_view, std::string> cases[] = {
      {"Delete", valued("'ConditionExpression':'x<>:a'")},
      {"ConditionCheck", valued("'ConditionExpression':'x<>:a'")},
      {"Update", valued("'UpdateExpression':'SET z=:a'")},
  };
  for (const auto& [name, more] : cases) {
    const auto action = [&](const std::string& id) { return keyed(name, id, more); };
    EXPECT_THAT(write_refused(many(42, action)), HasSubstr("cannot exceed 4MB")) << name;
    EXPECT_EQ(write(many(41, action)), "{}") << name;
  }
  EXPECT_THAT(write_refused(many(42,
                                 [&](const std::string& id) {
                                   return "{'Put':{'TableName':'users','Item':{'id':{'S':'" + id +
                                          "'},'x':{'S':'" + large + "'}}}}";
                                 })),
              HasSubstr("Payload Size: 4200294"));
  EXPECT_THAT(write_refused(many(30,
                                 [&](const std::string& id) {
                                   return keyed("Update", id,
                                                valued("'UpdateExpression':'SET x=:a,y=:a'"));
                                 })),
              HasSubstr("Payload Size: 4200399"));
}

// More than is kept between the conditions and the writes.
TEST_F(transact, stored_items_do_not_count) {
  std::string nulls;
  for (int i = 0; i < 60'000; ++i) nulls += i == 0 ? "{'NULL':true}" : ",{'NULL':true}";
  std::string changes;
  std::string deletions;
  for (int i = 0; i < 20; ++i) {
    const std::string id = std::to_string(i);
    put("users", "{'id':{'S':'" + id + "'},'n':{'N':'1'},'x':{'L':[" + nulls + "]}}");
    changes += (i == 0 ? "" : ",") +
               keyed("Update", id,
                     "'UpdateExpression':'SET n = n + n','ConditionExpression':'n = :n',"
                     "'ExpressionAttributeValues':{':n':{'N':'1'}}");
    deletions += (i == 0 ? "" : ",") + keyed("Delete", id,
                                             "'ConditionExpression':'n = :n',"
                                             "'ExpressionAttributeValues':{':n':{'N':'2'}}");
  }
  EXPECT_THAT(write(changes, "'ReturnConsumedCapacity':'TOTAL'"),
              HasSubstr("'CapacityUnits':4720"));
  EXPECT_THAT(get("users", "{'id':{'S':'19'}}", "'ProjectionExpression':'n'"),
              HasSubstr("{'n':{'N':'2'}}"));
  EXPECT_EQ(write(deletions), "{}");
  EXPECT_EQ(count(), "{'Count':0,'ScannedCount':0}");
}

TEST_F(transact, reasons_contain_items_up_to16_mi_b) {
  std::string checks;
  for (int i = 0; i < 50; ++i) {
    const std::string id = std::to_string(i);
    put("users", "{'id':{'S':'" + id + "'},'x':{'S':'" + std::string(400'000, 'x') + "'}}");
    checks += (i == 0 ? "" : ",") + keyed("ConditionCheck", id,
                                          "'ConditionExpression':'attribute_not_exists(id)',"
                                          "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'");
  }
  const std::string reasons = write_refused(checks);
  EXPECT_GT(reasons.size(), 16'000'000U);
  EXPECT_LT(reasons.size(), 17'000'000U);
}

TEST_F(transact, a_token_makes_it_happen_once) {
  const std::string token = "'ClientRequestToken':'t','ReturnConsumedCapacity':'TOTAL'";
  const std::string add = keyed(
      "Update", "a", "'UpdateExpression':'ADD x :x','ExpressionAttributeValues':{':x':{'N':'1'}}");
  EXPECT_THAT(write(add, token), HasSubstr("'WriteCapacityUnits':2.0"));
  time->advance(std::chrono::minutes(9));
  EXPECT_THAT(write(add, token), HasSubstr("'ReadCapacityUnits':2.0"));
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'},'x':{'N':'1'}}}");
  time->advance(std::chrono::minutes(1));
  write(add, token);
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'},'x':{'N':'2'}}}");
}

TEST_F(transact, a_token_is_for_one_request) {
  const std::string token = "'ClientRequestToken':'t'";
  write(put_of("a"), token);
  EXPECT_THAT(write_refused(put_of("b"), token),
              HasSubstr("IdempotentParameterMismatchException: "));
  EXPECT_EQ(count(), "{'Count':1,'ScannedCount':1}");
}

TEST_F(transact, a_token_of_a_transaction_that_failed_is_free) {
  const std::string token = "'ClientRequestToken':'t'";
  const std::string action = put_of("a", "'ConditionExpression':'attribute_exists(id)'");
  write_refused(action, token);
  put("users", "{'id':{'S':'a'},'x':{'N':'1'}}");
  write(action, token);
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{'Item':{'id':{'S':'a'}}}");
}

}  // namespace engine_operation_transact_test
}  // namespace dynamo::test
