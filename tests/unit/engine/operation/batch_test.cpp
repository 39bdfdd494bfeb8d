#include "engine_fixture.hpp"

#include <gmock/gmock.h>

namespace dynamo::test {
namespace engine_operation_batch_test {

using testing::HasSubstr;

struct batch_test : engine_fixture {
  batch_test() {
    create_users();
    create_notes();
  }
  static std::string put_of(std::string_view id) {
    return "{'PutRequest':{'Item':{'id':{'S':'" + std::string(id) + "'}}}}";
  }
  static std::string delete_of(std::string_view id) {
    return "{'DeleteRequest':{'Key':{'id':{'S':'" + std::string(id) + "'}}}}";
  }
  static std::string users(std::string_view entries, std::string_view more = "") {
    return "{'RequestItems':{'users':[" + std::string(entries) + "]}" + std::string(more) + "}";
  }
  static std::string keys(std::string_view keys, std::string_view more = "") {
    return "{'RequestItems':{'users':{'Keys':[" + std::string(keys) + "]" + std::string(more) +
           "}}}";
  }
  std::string count() { return ok(operation::scan, "{'TableName':'users','Select':'COUNT'}"); }
};

TEST_F(batch_test, writes_and_reads_items_of_several_tables) {
  EXPECT_EQ(ok(operation::batch_write_item,
               "{'RequestItems':{'users':[" + put_of("a") + "," + put_of("b") +
                   "],'notes':[{'PutRequest':{'Item':{'id':{'S':'a'},'n':{'N':'1'}}}}]}}"),
            "{'UnprocessedItems':{}}");
  EXPECT_EQ(ok(operation::batch_get_item,
               "{'RequestItems':{'users':{'Keys':[{'id':{'S':'b'}},{'id':{'S':'none'}},{'id':{'S':"
               "'a'}}]},'notes':{'Keys':[{'id':{'S':'a'},'n':{'N':'1.0'}}],"
               "'ProjectionExpression':'n'}}}"),
            "{'Responses':{'notes':[{'n':{'N':'1'}}],'users':[{'id':{'S':'b'}},{'id':{'S':'a'}}]},"
            "'UnprocessedKeys':{}}");
  EXPECT_EQ(ok(operation::batch_write_item, users(delete_of("a") + "," + put_of("c"))),
            "{'UnprocessedItems':{}}");
  EXPECT_EQ(count(), "{'Count':2,'ScannedCount':2}");
}

TEST_F(batch_test, no_item_twice) {
  const std::string duplicates =
      "ValidationException: Provided list of item keys contains duplicates";
  EXPECT_EQ(refused(operation::batch_write_item, users(put_of("a") + "," + delete_of("a"))),
            duplicates);
  EXPECT_EQ(refused(operation::batch_get_item, keys("{'id':{'S':'a'}},{'id':{'S':'a'}}")),
            duplicates);
  EXPECT_EQ(count(), "{'Count':0,'ScannedCount':0}");
}

TEST_F(batch_test, what_is_at_fault_refuses_all_of_it) {
  EXPECT_EQ(refused(operation::batch_write_item,
                    users(put_of("a") + ",{'PutRequest':{'Item':{'x':{'S':'a'}}}}")),
            "ValidationException: One or more parameter values were invalid: Missing the key id in "
            "the item");
  EXPECT_EQ(refused(operation::batch_write_item,
                    users(put_of("a") + ",{'DeleteRequest':{'Key':{'x':{'S':'a'}}}}")),
            "ValidationException: The provided key element does not match the schema");
  EXPECT_EQ(refused(operation::batch_write_item, "{'RequestItems':{'users':[" + put_of("a") +
                                                     "],'none':[" + put_of("a") + "]}}"),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(refused(operation::batch_get_item, keys("{'id':{'N':'1'}}")),
            "ValidationException: The provided key element does not match the schema");
  EXPECT_EQ(
      refused(operation::batch_get_item, "{'RequestItems':{'none':{'Keys':[{'id':{'S':'a'}}]}}}"),
      "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(count(), "{'Count':0,'ScannedCount':0}");
}

TEST_F(batch_test, consumed_capacity_is_reported_for_each_table) {
  EXPECT_EQ(
      ok(operation::batch_write_item,
         "{'RequestItems':{'users':[" + put_of("a") + "," + put_of("b") +
             "],'notes':[{'PutRequest':{'Item':{'id':{'S':'a'},'n':{'N':'1'},'score':{'N':'1'}}}}]}"
             ","
             "'ReturnConsumedCapacity':'INDEXES','ReturnItemCollectionMetrics':'SIZE'}"),
      "{'UnprocessedItems':{},'ItemCollectionMetrics':{'notes':[{'ItemCollectionKey':{'id':{'S':'a'"
      "}},'SizeEstimateRangeGB':[0.0,1.0]}]},"
      "'ConsumedCapacity':[{'TableName':'notes','CapacityUnits':2.0,'Table':{'CapacityUnits':1.0},"
      "'LocalSecondaryIndexes':{'by_score':{'CapacityUnits':1.0}}},"
      "{'TableName':'users','CapacityUnits':2.0,'Table':{'CapacityUnits':2.0}}]}");
  // What is not there costs as well.
  EXPECT_EQ(ok(operation::batch_get_item,
               "{'RequestItems':{'users':{'Keys':[{'id':{'S':'a'}},{'id':{'S':'none'}}],"
               "'ConsistentRead':true}},'ReturnConsumedCapacity':'TOTAL'}"),
            "{'Responses':{'users':[{'id':{'S':'a'}}]},'UnprocessedKeys':{},"
            "'ConsumedCapacity':[{'TableName':'users','CapacityUnits':2.0}]}");
}

TEST_F(batch_test, an_answer_is_at_most16_mb) {
  // 42 items of 399 KB.
  std::string wanted;
  for (int i = 0; i < 42; ++i) {
    const std::string id = std::to_string(i);
    put("users", "{'id':{'S':'" + id + "'},'x':{'S':'" + std::string(399 * 1024, 'x') + "'}}");
    wanted += (i == 0 ? "" : ",");
    wanted += "{'id':{'S':'" + id + "'}}";
  }
  const std::string answer =
      ok(operation::batch_get_item,
         keys(wanted,
              ",'ProjectionExpression':'#i','ExpressionAttributeNames':{'#i':'id'},"
              "'ConsistentRead':true"));
  EXPECT_THAT(answer,
              HasSubstr("'UnprocessedKeys':{'users':{'Keys':[{'id':{'S':'41'}}],"
                        "'ProjectionExpression':'#i','ExpressionAttributeNames':{'#i':'id'},"
                        "'ConsistentRead':true}}"));
  EXPECT_THAT(answer, HasSubstr("{'id':{'S':'40'}}]},"));
}

TEST_F(batch_test, a_share_stays_unprocessed_if_the_options_want_it) {
  restart({.unprocessed_share = 0.5});
  create_users();
  random->set(0.4);
  EXPECT_EQ(ok(operation::batch_write_item, users(put_of("a") + "," + delete_of("b"))),
            "{'UnprocessedItems':{'users':[" + delete_of("b") + "]}}");
  EXPECT_EQ(ok(operation::batch_get_item, keys("{'id':{'S':'a'}},{'id':{'S':'b'}}")),
            "{'Responses':{'users':[{'id':{'S':'a'}}]},"
            "'UnprocessedKeys':{'users':{'Keys':[{'id':{'S':'b'}}]}}}");
  EXPECT_EQ(ok(operation::batch_write_item, users(put_of("c"))), "{'UnprocessedItems':{}}");
  random->set(0.6);
  EXPECT_EQ(ok(operation::batch_write_item, users(put_of("a") + "," + put_of("b"))),
            "{'UnprocessedItems':{}}");
}

}  // namespace engine_operation_batch_test
}  // namespace dynamo::test
