// What writes and reads of items cost.
#include "engine/operation/capacity.hpp"

#include "engine_fixture.hpp"

namespace dynamo::test {
namespace engine_operation_capacity_test {

using engine::read_kind;
using engine::read_units;
using engine::write_kind;
using engine::write_units;

TEST(capacity_units, reads_are_of_four_kilobytes) {
  EXPECT_EQ(read_units(0, read_kind::consistent).halves, 2U);
  EXPECT_EQ(read_units(4096, read_kind::consistent).halves, 2U);
  EXPECT_EQ(read_units(4097, read_kind::consistent).halves, 4U);
  EXPECT_EQ(read_units(4097, read_kind::eventual).halves, 2U);
  EXPECT_EQ(read_units(4096, read_kind::eventual).halves, 1U);
  EXPECT_EQ(read_units(4097, read_kind::transactional).halves, 8U);
}

TEST(capacity_units, writes_are_of_one_kilobyte) {
  EXPECT_EQ(write_units(0, write_kind::standard).halves, 2U);
  EXPECT_EQ(write_units(1024, write_kind::standard).halves, 2U);
  EXPECT_EQ(write_units(1025, write_kind::standard).halves, 4U);
  EXPECT_EQ(write_units(1025, write_kind::transactional).halves, 8U);
}

struct capacity : engine_fixture {
  capacity() {
    create_users();
    create_notes();
  }
  std::string put_note(std::string_view attributes) {
    return put("notes", "{'id':{'S':'a'},'n':{'N':'1'}" + std::string(attributes) + "}",
               "'ReturnConsumedCapacity':'INDEXES'");
  }
  static std::string consumed(std::string_view units) {
    return "{'ConsumedCapacity':{'TableName':'notes','CapacityUnits':" + std::string(units) + "}}";
  }
};

TEST_F(capacity, an_item_in_no_index_costs_its_table_alone) {
  EXPECT_EQ(put_note(""), consumed("1.0,'Table':{'CapacityUnits':1.0}"));
  EXPECT_EQ(put("users", "{'id':{'S':'a'}}", "'ReturnConsumedCapacity':'TOTAL'"),
            "{'ConsumedCapacity':{'TableName':'users','CapacityUnits':1.0}}");
}

TEST_F(capacity, each_index_that_changes_costs) {
  EXPECT_EQ(put_note(",'group':{'S':'g'},'score':{'N':'1'},'x':{'S':'x'}"),
            consumed("5.0,'Table':{'CapacityUnits':1.0},"
                     "'LocalSecondaryIndexes':{'by_score':{'CapacityUnits':1.0}},"
                     "'GlobalSecondaryIndexes':{'by_group':{'CapacityUnits':1.0},"
                     "'by_group_score':{'CapacityUnits':1.0},'whole':{'CapacityUnits':1.0}}"));
  // The same again changes none, another x only the index that has it.
  EXPECT_EQ(put_note(",'group':{'S':'g'},'score':{'N':'1'},'x':{'S':'x'}"),
            consumed("1.0,'Table':{'CapacityUnits':1.0}"));
  EXPECT_EQ(put_note(",'group':{'S':'g'},'score':{'N':'1'},'x':{'S':'y'}"),
            consumed("2.0,'Table':{'CapacityUnits':1.0},"
                     "'GlobalSecondaryIndexes':{'whole':{'CapacityUnits':1.0}}"));
  // Another key is an entry removed and one written.
  EXPECT_EQ(put_note(",'group':{'S':'g'},'score':{'N':'2'},'x':{'S':'y'}"),
            consumed("6.0,'Table':{'CapacityUnits':1.0},"
                     "'LocalSecondaryIndexes':{'by_score':{'CapacityUnits':2.0}},"
                     "'GlobalSecondaryIndexes':{'by_group_score':{'CapacityUnits':2.0},"
                     "'whole':{'CapacityUnits':1.0}}"));
  EXPECT_EQ(ok(operation::delete_item,
               "{'TableName':'notes','Key':{'id':{'S':'a'},'n':{'N':'1'}},"
               "'ReturnConsumedCapacity':'TOTAL'}"),
            consumed("5.0"));
}

TEST_F(capacity, the_larger_item_counts) {
  const auto large = [](std::size_t size) {
    return "{'id':{'S':'a'},'x':{'S':'" + std::string(size - 4, 'x') + "'}}";
  };
  const auto units = [&](const std::string& item) {
    return put("users", item, "'ReturnConsumedCapacity':'TOTAL'");
  };
  const auto told = [](std::string_view amount) {
    return "{'ConsumedCapacity':{'TableName':'users','CapacityUnits':" + std::string(amount) + "}}";
  };
  EXPECT_EQ(units(large(1024)), told("1.0"));
  EXPECT_EQ(units(large(1025)), told("2.0"));
  EXPECT_EQ(units(large(1000)), told("2.0"));
  EXPECT_EQ(units(large(10240)), told("10.0"));
  EXPECT_EQ(ok(operation::delete_item,
               "{'TableName':'users','Key':{'id':{'S':'a'}},"
               "'ReturnConsumedCapacity':'TOTAL'}"),
            told("10.0"));
  EXPECT_EQ(ok(operation::delete_item,
               "{'TableName':'users','Key':{'id':{'S':'a'}},"
               "'ReturnConsumedCapacity':'TOTAL'}"),
            told("1.0"));
}

TEST_F(capacity, reading_an_item) {
  put("users", "{'id':{'S':'a'},'x':{'S':'" + std::string(5000, 'x') + "'}}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}",
                "'ProjectionExpression':'id','ReturnConsumedCapacity':'TOTAL'"),
            "{'Item':{'id':{'S':'a'}},'ConsumedCapacity':{'TableName':'users',"
            "'CapacityUnits':1.0}}");
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}",
                "'ProjectionExpression':'id','ReturnConsumedCapacity':'INDEXES',"
                "'ConsistentRead':true"),
            "{'Item':{'id':{'S':'a'}},'ConsumedCapacity':{'TableName':'users',"
            "'CapacityUnits':2.0,'Table':{'CapacityUnits':2.0}}}");
  EXPECT_EQ(get("users", "{'id':{'S':'b'}}", "'ReturnConsumedCapacity':'TOTAL'"),
            "{'ConsumedCapacity':{'TableName':'users','CapacityUnits':0.5}}");
}

}  // namespace engine_operation_capacity_test
}  // namespace dynamo::test
