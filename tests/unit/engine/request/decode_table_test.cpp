#include "request_text.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <initializer_list>
#include <string>

namespace dynamo::test {
namespace engine_request_decode_table_test {

using namespace dynamo::engine;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view invalid =
    "ValidationException: One or more parameter values were invalid: ";

std::string definitions(std::initializer_list<std::string_view> names) {
  std::string text = "'AttributeDefinitions':[";
  for (const std::string_view name : names) {
    if (!text.ends_with('[')) text += ',';
    text += "{'AttributeName':'" + std::string(name) + "','AttributeType':'S'}";
  }
  return text + "]";
}
std::string key(std::string_view partition, std::string_view sort = "") {
  std::string text =
      "'KeySchema':[{'AttributeName':'" + std::string(partition) + "','KeyType':'HASH'}";
  if (!sort.empty()) {
    text += ",{'AttributeName':'" + std::string(sort) + "','KeyType':'RANGE'}";
  }
  return text + "]";
}
std::string index(std::string_view name, std::string_view schema,
                  std::string_view more = "'Projection':{'ProjectionType':'ALL'}") {
  return "{'IndexName':'" + std::string(name) + "'," + std::string(schema) + "," +
         std::string(more) + "}";
}
constexpr std::string_view on_demand = "'BillingMode':'PAY_PER_REQUEST'";
constexpr std::string_view units =
    "'ProvisionedThroughput':{'ReadCapacityUnits':3,'WriteCapacityUnits':2}";

std::string create(std::string_view schema, std::string_view defined,
                   std::string_view more = on_demand) {
  return "{'TableName':'tab'," + std::string(schema) + "," + std::string(defined) + "," +
         std::string(more) + "}";
}
// A table (h, r) with an attribute s for indexes.
std::string indexed(std::string_view indexes, std::string_view more = on_demand) {
  return create(key("h", "r"), definitions({"h", "r", "s"}),
                std::string(indexes) + "," + std::string(more));
}

TEST(decode_table, a_create_table_is_read_in_full) {
  const table_definition table =
      decode_create_table(
          body("{'TableName':'tab','AttributeDefinitions':["
               "{'AttributeName':'h','AttributeType':'S'},"
               "{'AttributeName':'r','AttributeType':'N'},"
               "{'AttributeName':'s','AttributeType':'B'}]," +
               key("h", "r") + ",'LocalSecondaryIndexes':[" +
               index("lsi", key("h", "s"), "'Projection':{'ProjectionType':'KEYS_ONLY'}") +
               "],'GlobalSecondaryIndexes':[" +
               index("gsi", key("s"),
                     "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['a','b']}," +
                         std::string(units)) +
               "],'BillingMode':'PROVISIONED'," + std::string(units) +
               ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'OLD_IMAGE'},"
               "'DeletionProtectionEnabled':true,'Tags':[{'Key':'a','Value':'b'}],"
               "'SSESpecification':{'Enabled':true},'TableClass':'STANDARD'}"))
          .table;
  EXPECT_EQ(table.name, "tab");
  EXPECT_EQ(table.key, (key_schema{{"h", key_type::string}, key_attribute{"r", key_type::number}}));
  EXPECT_EQ(table.throughput, (provisioned_throughput{3, 2}));
  EXPECT_EQ(table.stream, stream_view::old_image);
  EXPECT_TRUE(table.deletion_protection);
  ASSERT_EQ(table.indexes.size(), 2U);
  const table_index* const local = table.find_index("lsi");
  ASSERT_NE(local, nullptr);
  EXPECT_FALSE(local->global);
  EXPECT_EQ(local->key,
            (key_schema{{"h", key_type::string}, key_attribute{"s", key_type::binary}}));
  EXPECT_EQ(local->projection, index_projection::keys_only);
  const table_index* const global = table.find_index("gsi");
  ASSERT_NE(global, nullptr);
  EXPECT_TRUE(global->global);
  EXPECT_EQ(global->key, (key_schema{{"s", key_type::binary}, {}}));
  EXPECT_THAT(global->included, ElementsAre("a", "b"));
  EXPECT_EQ(global->throughput, (provisioned_throughput{3, 2}));
}

TEST(decode_table, key_schemas_are_a_partition_key_and_maybe_a_sort_key) {
  EXPECT_THAT(
      broken(decode_create_table, create("'KeySchema':[]", definitions({"h"}))),
      HasSubstr("'keySchema' failed to satisfy constraint: Member must have length greater"));
  EXPECT_THAT(
      broken(decode_create_table,
             create("'KeySchema':[{'AttributeName':'h','KeyType':'FOO'}]", definitions({"h"}))),
      HasSubstr("'FOO' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member "
                "must satisfy enum value set: [HASH, RANGE]"));
  EXPECT_EQ(
      refused(decode_create_table,
              create("'KeySchema':[{'AttributeName':'h','KeyType':'RANGE'}]", definitions({"h"}))),
      "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key "
      "type");
  EXPECT_EQ(
      refused(decode_create_table, create("'KeySchema':[{'AttributeName':'h','KeyType':'HASH'},"
                                          "{'AttributeName':'r','KeyType':'HASH'}]",
                                          definitions({"h", "r"}))),
      "ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE "
      "key type");
  EXPECT_THAT(refused(decode_create_table, create(key("h", "h"), definitions({"h"}))),
              HasSubstr("have the same name"));
}

TEST(decode_table, attribute_definitions_are_those_of_the_keys) {
  EXPECT_EQ(refused(decode_create_table, create(key("x"), definitions({"h"}))),
            std::string(invalid) +
                "Some index key attributes are not defined in AttributeDefinitions. Keys: [x], "
                "AttributeDefinitions: [h]");
  EXPECT_EQ(refused(decode_create_table, create(key("h"), definitions({"h", "r"}))),
            std::string(invalid) +
                "Number of attributes in KeySchema does not exactly match number of attributes "
                "defined in AttributeDefinitions");
  EXPECT_EQ(
      refused(decode_create_table, create(key("h"), definitions({"h", "r", "s"}),
                                          "'GlobalSecondaryIndexes':[" + index("gsi", key("r")) +
                                              "]," + std::string(on_demand))),
      std::string(invalid) +
          "Some AttributeDefinitions are not used. AttributeDefinitions: [h, r, s], keys "
          "used: [h, r]");
  EXPECT_THAT(refused(decode_create_table, create(key("h"), definitions({"h", "h"}))),
              HasSubstr("Cannot have two attributes with the same name"));
  EXPECT_THAT(broken(decode_create_table, create(key("h"),
                                                 "'AttributeDefinitions':[{'AttributeName':'h',"
                                                 "'AttributeType':'BOOL'}]")),
              HasSubstr("[B, N, S]"));
  EXPECT_THAT(broken(decode_create_table,
                     create(key(std::string(256, 'n')), definitions({std::string(255, 'n')}))),
              HasSubstr("Member must have length less than or equal to 255"));
}

TEST(decode_table, billing_and_throughput_go_together) {
  const auto billed = [](std::string_view more) {
    return create(key("h"), definitions({"h"}), more);
  };
  EXPECT_EQ(decode_create_table(body(billed(units))).table.throughput,
            (provisioned_throughput{3, 2}));
  EXPECT_EQ(decode_create_table(body(billed(on_demand))).table.throughput, std::nullopt);
  EXPECT_EQ(refused(decode_create_table, billed("'BillingMode':'PROVISIONED'")),
            std::string(invalid) +
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode "
                "is PROVISIONED");
  EXPECT_EQ(refused(decode_create_table, billed(std::string(on_demand) + "," + std::string(units))),
            std::string(invalid) +
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST");
  EXPECT_THAT(broken(decode_create_table, billed("'BillingMode':'X'")),
              HasSubstr("[PROVISIONED, PAY_PER_REQUEST]"));
  EXPECT_THAT(broken(decode_create_table, billed("'ProvisionedThroughput':{'ReadCapacityUnits':0,"
                                                 "'WriteCapacityUnits':1}")),
              HasSubstr("'0' at 'provisionedThroughput.readCapacityUnits'"));
  EXPECT_THAT(
      refused(decode_create_table, billed("'ProvisionedThroughput':{'ReadCapacityUnits':40001,"
                                          "'WriteCapacityUnits':1}")),
      HasSubstr("40,000 units per table"));
}

std::string globals(std::string_view indexes) {
  return indexed("'LocalSecondaryIndexes':[" + index("lsi", key("h", "s")) +
                 "],'GlobalSecondaryIndexes':[" + std::string(indexes) + "]");
}

TEST(decode_table, projections_are_whole) {
  const auto projected = [](std::string_view projection) {
    return globals(index("gsi", key("s"), "'Projection':" + std::string(projection)));
  };
  EXPECT_EQ(refused(decode_create_table, projected("{}")),
            std::string(invalid) + "Unknown ProjectionType: null");
  EXPECT_EQ(
      refused(decode_create_table, projected("{'ProjectionType':'INCLUDE'}")),
      std::string(invalid) + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  EXPECT_EQ(
      refused(decode_create_table, projected("{'ProjectionType':'ALL','NonKeyAttributes':['a']}")),
      std::string(invalid) + "ProjectionType is ALL, but NonKeyAttributes is specified");
  EXPECT_THAT(broken(decode_create_table, projected("{'ProjectionType':'X'}")),
              HasSubstr("'globalSecondaryIndexes.1.member.projection.projectionType'"));
  EXPECT_THAT(
      broken(decode_create_table, projected("{'ProjectionType':'INCLUDE','NonKeyAttributes':[]}")),
      HasSubstr("greater than or equal to 1"));
  EXPECT_THAT(refused(decode_create_table,
                      projected("{'ProjectionType':'INCLUDE','NonKeyAttributes':['a','a']}")),
              HasSubstr("two attributes with the same name"));
  EXPECT_THAT(broken(decode_create_table, globals("{'IndexName':'gsi'," + key("s") + "}")),
              HasSubstr("'globalSecondaryIndexes.1.member.projection'"));
}

std::string including(int index_number, int attributes) {
  std::string names;
  for (int i = 0; i < attributes; ++i) {
    if (i > 0) names += ',';
    names += "'a" + std::to_string(index_number) + "_" + std::to_string(i) + "'";
  }
  return index("gsi" + std::to_string(index_number), key("s"),
               "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':[" + names + "]}");
}
std::string joined(int count, const std::function<std::string(int)>& element) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (i > 0 ? "," : "") + element(i);
  return text;
}

TEST(decode_table, indexes_are_limited) {
  const auto plain = [](int i) { return index("gsi" + std::to_string(i), key("s")); };
  EXPECT_EQ(decode_create_table(body(globals(joined(20, plain)))).table.indexes.size(), 21U);
  EXPECT_EQ(refused(decode_create_table, globals(joined(21, plain))),
            std::string(invalid) + "GlobalSecondaryIndex count exceeds the per-table limit of 20");
  const auto local = [](int i) { return index("lsi" + std::to_string(i), key("h", "s")); };
  EXPECT_EQ(
      refused(decode_create_table, indexed("'LocalSecondaryIndexes':[" + joined(6, local) + "]")),
      std::string(invalid) + "Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  EXPECT_THAT(broken(decode_create_table, globals(including(1, 21))),
              HasSubstr("less than or equal to 20"));
  const auto full = [](int i) { return including(i, 20); };
  EXPECT_EQ(decode_create_table(body(globals(joined(5, full)))).table.indexes.size(), 6U);
  EXPECT_THAT(refused(decode_create_table, globals(joined(5, full) + "," + including(5, 1))),
              HasSubstr("exceeds per-table limit of 100"));
  EXPECT_EQ(refused(decode_create_table, globals("")),
            std::string(invalid) + "List of GlobalSecondaryIndexes is empty");
}

TEST(decode_table, index_names_are_distinct) {
  EXPECT_EQ(refused(decode_create_table, globals(index("lsi", key("s")))),
            std::string(invalid) + "Duplicate index name: lsi");
  EXPECT_THAT(broken(decode_create_table, globals(index("gs", key("s")))),
              HasSubstr("'globalSecondaryIndexes.1.member.indexName'"));
}

TEST(decode_table, local_indexes_share_the_partition_key) {
  const auto locals = [](std::string_view schema) {
    return indexed("'LocalSecondaryIndexes':[" + index("lsi", schema) + "]");
  };
  EXPECT_EQ(refused(decode_create_table, locals(key("s", "h"))),
            std::string(invalid) +
                "Index KeySchema does not have the same leading hash key as table KeySchema for "
                "index: lsi. index hash key: s, table hash key: h");
  EXPECT_EQ(refused(decode_create_table, locals(key("h"))),
            std::string(invalid) + "Index KeySchema does not have a range key for index: lsi");
  EXPECT_THAT(refused(decode_create_table,
                      create(key("h"), definitions({"h", "s"}),
                             "'LocalSecondaryIndexes':[" + index("lsi", key("h", "s")) + "]," +
                                 std::string(on_demand))),
              HasSubstr("Table KeySchema does not have a range key"));
}

TEST(decode_table, global_indexes_are_billed_as_their_table) {
  const std::string provisioned =
      index("gsi", key("s"), "'Projection':{'ProjectionType':'ALL'}," + std::string(units));
  EXPECT_THAT(refused(decode_create_table, globals(provisioned)),
              HasSubstr("ProvisionedThroughput should not be specified for index: gsi"));
  EXPECT_EQ(refused(decode_create_table,
                    indexed("'GlobalSecondaryIndexes':[" + index("gsi", key("s")) + "]", units)),
            std::string(invalid) + "ProvisionedThroughput must be specified for index: gsi");
}

TEST(decode_table, streams_have_a_view) {
  const auto streamed = [](std::string_view stream) {
    return create(key("h"), definitions({"h"}),
                  std::string(on_demand) + ",'StreamSpecification':" + std::string(stream));
  };
  EXPECT_THAT(broken(decode_create_table, streamed("{}")), HasSubstr("streamEnabled"));
  EXPECT_THAT(refused(decode_create_table, streamed("{'StreamEnabled':true}")),
              HasSubstr("StreamViewType must not be null"));
  EXPECT_THAT(refused(decode_create_table,
                      streamed("{'StreamEnabled':false,'StreamViewType':'NEW_IMAGE'}")),
              HasSubstr("StreamEnabled was false"));
  EXPECT_THAT(broken(decode_create_table, streamed("{'StreamEnabled':true,'StreamViewType':'X'}")),
              HasSubstr("[NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]"));
  EXPECT_EQ(decode_create_table(body(streamed("{'StreamEnabled':false}"))).table.stream,
            std::nullopt);
}

std::string update(std::string_view more) {
  return "{'TableName':'tab'," + std::string(more) + "}";
}

TEST(decode_table, an_update_table_is_read_in_full) {
  const update_table_call call = decode_update_table(
      body(update("'BillingMode':'PROVISIONED'," + std::string(units) + "," + definitions({"s"}) +
                  ",'GlobalSecondaryIndexUpdates':[{'Create':" + index("new", key("s")) +
                  "},{'Update':{'IndexName':'old'," + std::string(units) +
                  "}}],'StreamSpecification':{'StreamEnabled':true,"
                  "'StreamViewType':'KEYS_ONLY'},'DeletionProtectionEnabled':false")));
  EXPECT_EQ(call.table, "tab");
  EXPECT_EQ(call.per_request, false);
  EXPECT_EQ(call.throughput, (provisioned_throughput{3, 2}));
  EXPECT_EQ(call.stream_enabled, true);
  EXPECT_EQ(call.stream, stream_view::keys_only);
  EXPECT_EQ(call.deletion_protection, false);
  ASSERT_EQ(call.indexes.size(), 2U);
  EXPECT_EQ(call.indexes[0].what, index_change::kind::create);
  EXPECT_EQ(call.indexes[0].index.key, (key_schema{{"s", key_type::string}, {}}));
  EXPECT_EQ(call.indexes[1].what, index_change::kind::update);
  EXPECT_EQ(call.indexes[1].index.name, "old");
  EXPECT_EQ(call.indexes[1].index.throughput, (provisioned_throughput{3, 2}));
}

TEST(decode_table, an_update_table_changes_something) {
  for (const char* nothing : {"'TableClass':'STANDARD'", "'AttributeDefinitions':[]",
                              "'GlobalSecondaryIndexUpdates':[]"}) {
    EXPECT_THAT(refused(decode_update_table, update(nothing)), HasSubstr("At least one of"));
  }
}

TEST(decode_table, index_updates_are_one_each) {
  const auto updates = [](std::string_view of) {
    return update(definitions({"s"}) + ",'GlobalSecondaryIndexUpdates':[" + std::string(of) + "]");
  };
  const std::string made = "{'Create':" + index("new", key("s")) + "}";
  EXPECT_THAT(refused(decode_update_table, updates("{}")), HasSubstr("must not be null"));
  EXPECT_THAT(refused(decode_update_table, updates("{'Create':" + index("new", key("s")) +
                                                   ",'Delete':{'IndexName':'old'}}")),
              HasSubstr("Only one of"));
  EXPECT_EQ(refused(decode_update_table, updates(made + ",{'Delete':{'IndexName':'old'}}")),
            "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created "
            "or deleted simultaneously per table");
  EXPECT_THAT(refused(decode_update_table, updates(made + ",{'Delete':{'IndexName':'new'}}")),
              HasSubstr("Only one global secondary index update per index"));
  EXPECT_THAT(broken(decode_update_table, updates("{'Update':{'IndexName':'old'}}")),
              HasSubstr("'globalSecondaryIndexUpdates.1.member.update.provisionedThroughput'"));
  EXPECT_THAT(broken(decode_update_table, updates("{'Delete':{}}")), HasSubstr("indexName"));
  EXPECT_THAT(refused(decode_update_table, update("'GlobalSecondaryIndexUpdates':[" + made + "]")),
              HasSubstr("Some index key attributes are not defined in AttributeDefinitions"));
}

TEST(decode_table, the_small_requests_are_read) {
  EXPECT_EQ(decode_table(body("{'TableName':'tab','Unknown':1}")).table, "tab");
  EXPECT_THAT(broken(decode_table, "{}"), HasSubstr("'tableName'"));
  const list_tables_call list =
      decode_list_tables(body("{'ExclusiveStartTableName':'tab','Limit':100}"));
  EXPECT_EQ(list.start, "tab");
  EXPECT_EQ(list.limit, 100U);
  EXPECT_EQ(decode_list_tables(body("{}")).limit, 100U);
  EXPECT_THAT(broken(decode_list_tables, "{'Limit':0}"), HasSubstr("greater than or equal to 1"));
  EXPECT_THAT(broken(decode_list_tables, "{'Limit':101}"), HasSubstr("less than or equal to 100"));
  EXPECT_THAT(broken(decode_list_tables, "{'ExclusiveStartTableName':'a'}"),
              HasSubstr("'exclusiveStartTableName'"));
  EXPECT_NO_THROW(decode_nothing(body("{'Unknown':[]}")));
  EXPECT_THROW(decode_nothing(body("")), refusal);
}

TEST(decode_table, time_to_live_names_an_attribute) {
  const auto specified = [](std::string_view specification) {
    return update("'TimeToLiveSpecification':" + std::string(specification));
  };
  const time_to_live_call call =
      decode_update_time_to_live(body(specified("{'Enabled':true,'AttributeName':'expires'}")));
  EXPECT_EQ(call.table, "tab");
  EXPECT_EQ(call.attribute, "expires");
  EXPECT_TRUE(call.enabled);
  EXPECT_THAT(broken(decode_update_time_to_live, specified("null")),
              HasSubstr("'timeToLiveSpecification'"));
  EXPECT_THAT(broken(decode_update_time_to_live, specified("{'Enabled':true}")),
              HasSubstr("attributeName"));
  EXPECT_THAT(broken(decode_update_time_to_live, specified("{'AttributeName':'expires'}")),
              HasSubstr("enabled"));
  EXPECT_THAT(broken(decode_update_time_to_live, specified("{'Enabled':true,'AttributeName':''}")),
              HasSubstr("greater than or equal to 1"));
}

}  // namespace engine_request_decode_table_test
}  // namespace dynamo::test
