#include "engine_fixture.hpp"

#include <gmock/gmock.h>

namespace dynamo::test {
namespace engine_operation_throttle_test {

using testing::HasSubstr;
using testing::StartsWith;

// Tables with one read and one write unit a second: 300 of each at first.
struct throttle_test : engine_fixture {
  throttle_test() { restart({.throttle = true}); }

  void create_provisioned_users() {
    ok(operation::create_table,
       "{'TableName':'users','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
       "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],"
       "'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}");
  }
  // An item that costs as many write units, and a quarter of them to read.
  std::string put_request(std::size_t units) {
    return request("Item", "users",
                   "{'id':{'S':'a'},'x':{'S':'" + std::string(units * 1024 - 4, 'x') + "'}}");
  }
  const std::string get_request =
      "{'TableName':'users','Key':{'id':{'S':'a'}},"
      "'ProjectionExpression':'id','ConsistentRead':true}";
  const std::string exceeded =
      "ProvisionedThroughputExceededException: The level of configured provisioned throughput for "
      "the table was exceeded. Consider increasing your provisioning level with the UpdateTable "
      "API.";
};

TEST_F(throttle_test, writes_end_with_the_bucket_and_come_back_with_time) {
  create_provisioned_users();
  ok(operation::put_item, put_request(299));
  ok(operation::put_item, put_request(299));  // one unit is left, which it overdraws
  EXPECT_EQ(refused(operation::put_item, put_request(1)), exceeded);
  ok(operation::get_item, get_request);  // reads have a bucket of their own
  time->advance(std::chrono::seconds(298));
  EXPECT_EQ(refused(operation::put_item, put_request(1)), exceeded);
  time->advance(std::chrono::seconds(1));
  ok(operation::delete_item, "{'TableName':'users','Key':{'id':{'S':'a'}}}");
  EXPECT_EQ(refused(operation::update_item, "{'TableName':'users','Key':{'id':{'S':'a'}}}"),
            exceeded);
}

TEST_F(throttle_test, a_bucket_holds_five_minutes) {
  create_provisioned_users();
  time->advance(std::chrono::hours(10));
  ok(operation::put_item, put_request(299));
  ok(operation::put_item, put_request(2));
  EXPECT_EQ(refused(operation::put_item, put_request(1)), exceeded);
}

TEST_F(throttle_test, reads_of_every_kind) {
  create_provisioned_users();
  ok(operation::put_item, put_request(300));
  for (int i = 0; i < 4; ++i) ok(operation::get_item, get_request);  // 75 units each
  EXPECT_EQ(refused(operation::get_item, get_request), exceeded);
  EXPECT_EQ(refused(operation::scan, "{'TableName':'users'}"), exceeded);
  EXPECT_EQ(refused(operation::query,
                    "{'TableName':'users','KeyConditionExpression':'id = :v',"
                    "'ExpressionAttributeValues':{':v':{'S':'a'}}}"),
            exceeded);
  EXPECT_EQ(
      refused(operation::batch_get_item, "{'RequestItems':{'users':{'Keys':[{'id':{'S':'a'}}]}}}"),
      exceeded);
  EXPECT_THAT(refused(operation::transact_get_items,
                      "{'TransactItems':[{'Get':{'TableName':'users','Key':{'id':{'S':'a'}}}}]}"),
              HasSubstr("specific reasons [ProvisionedThroughputExceeded]"));
}

TEST_F(throttle_test, a_batch_leaves_what_there_is_no_throughput_for) {
  create_provisioned_users();
  ok(operation::put_item, put_request(299));
  const std::string put_b = "{'PutRequest':{'Item':{'id':{'S':'b'}}}}";
  const std::string put_c = "{'PutRequest':{'Item':{'id':{'S':'c'}}}}";
  const std::string batch = "{'RequestItems':{'users':[" + put_b + "," + put_c + "]}}";
  const std::string answer = ok(operation::batch_write_item, batch);
  EXPECT_TRUE(answer == "{'UnprocessedItems':{'users':[" + put_b + "]}}" ||
              answer == "{'UnprocessedItems':{'users':[" + put_c + "]}}")
      << answer;
  EXPECT_EQ(refused(operation::batch_write_item, batch), exceeded);
}

TEST_F(throttle_test, a_global_index_has_its_own_throughput) {
  create_notes("'ProvisionedThroughput':{'ReadCapacityUnits':1000,'WriteCapacityUnits':1000}",
               ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}");
  const auto note = [](std::size_t size) {
    return "{'TableName':'notes','Item':{'id':{'S':'a'},'n':{'N':'1'},'group':{'S':'g'},'x':{'S':"
           "'" +
           std::string(size, 'x') + "'}}}";
  };
  const std::string query =
      "{'TableName':'notes','IndexName':'whole','KeyConditionExpression':'#g "
      "= :v','ExpressionAttributeNames':{'#g':'group'},"
      "'ExpressionAttributeValues':{':v':{'S':'g'}}}";
  ok(operation::put_item, note(298 * 1024));
  ok(operation::put_item, note(200 * 1024));
  EXPECT_THAT(refused(operation::put_item, note(1)),
              StartsWith("ProvisionedThroughputExceededException: The level of configured "
                         "provisioned throughput for one or more global secondary indexes"));
  for (int i = 0; i < 12; ++i) ok(operation::query, query);  // 25.5 units each
  EXPECT_THAT(refused(operation::query, query), HasSubstr("global secondary indexes"));
  ok(operation::scan, "{'TableName':'notes'}");
}

TEST_F(throttle_test, tables_that_are_paid_per_request_have_none) {
  create_users();
  for (int i = 0; i < 3; ++i) ok(operation::put_item, put_request(300));
}

TEST_F(throttle_test, nothing_is_refused_without_the_option) {
  restart({});
  create_provisioned_users();
  for (int i = 0; i < 3; ++i) ok(operation::put_item, put_request(300));
}

}  // namespace engine_operation_throttle_test
}  // namespace dynamo::test
