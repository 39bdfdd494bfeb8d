#include "engine_fixture.hpp"

#include <gmock/gmock.h>

#include <set>

namespace dynamo::test {
namespace engine_operation_table_operations_test {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view units =
    "'ProvisionedThroughput':{'ReadCapacityUnits':3,'WriteCapacityUnits':2}";

struct table_operations : engine_fixture {
  std::string create(std::string_view name,
                     std::string_view more = "'BillingMode':'PAY_PER_REQUEST'") {
    return "{'TableName':'" + std::string(name) +
           "','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
           "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}]," +
           std::string(more) + "}";
  }
  static std::string of_table(std::string_view name, std::string_view more = "") {
    return "{'TableName':'" + std::string(name) + "'" + (more.empty() ? "" : ",") +
           std::string(more) + "}";
  }
  std::string describe(std::string_view name) {
    return ok(operation::describe_table, of_table(name));
  }
  std::string update(std::string_view name, std::string_view more) {
    return ok(operation::update_table, of_table(name, more));
  }
  std::string update_refused(std::string_view name, std::string_view more) {
    return refused(operation::update_table, of_table(name, more));
  }
  // 'TableId' and what is between its quotes.
  static std::string id_in(const std::string& description) {
    const std::size_t at = description.find("'TableId':'");
    EXPECT_NE(at, std::string::npos) << description;
    return description.substr(at + 11, 36);
  }
  static std::string without_id(std::string description) {
    const std::string id = id_in(description);
    description.replace(description.find(id), id.size(), "ID");
    return description;
  }
};

TEST_F(table_operations, a_table_is_described_as_it_was_created) {
  const std::string answer = ok(operation::create_table, create("users"));
  EXPECT_EQ(without_id(answer),
            "{'TableDescription':{'AttributeDefinitions':[{'AttributeName':'id','AttributeType':"
            "'S'}],'TableName':'users','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],"
            "'TableStatus':'ACTIVE','CreationDateTime':1767268800.000,'ProvisionedThroughput':"
            "{'NumberOfDecreasesToday':0,'ReadCapacityUnits':0,'WriteCapacityUnits':0},"
            "'TableSizeBytes':0,'ItemCount':0,"
            "'TableArn':'arn:aws:dynamodb:local:000000000000:table/users','TableId':'ID',"
            "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'},"
            "'DeletionProtectionEnabled':false}}");
  const std::string prefix = "{'TableDescription':";
  EXPECT_EQ(describe("users"), "{'Table':" + answer.substr(prefix.size()));
}

TEST_F(table_operations, a_table_of_any_kind_is_described_in_full) {
  const std::string answer =
      ok(operation::create_table,
         "{'TableName':'full','AttributeDefinitions':[{'AttributeName':'s','AttributeType':'N'},"
         "{'AttributeName':'r','AttributeType':'B'},{'AttributeName':'h','AttributeType':'S'}],"
         "'KeySchema':[{'AttributeName':'h','KeyType':'HASH'},"
         "{'AttributeName':'r','KeyType':'RANGE'}],'LocalSecondaryIndexes':[{'IndexName':'lsi',"
         "'KeySchema':[{'AttributeName':'h','KeyType':'HASH'},"
         "{'AttributeName':'s','KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
         "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'s',"
         "'KeyType':'HASH'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['a']}," +
             std::string(units) + "}]," + std::string(units) +
             ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'},"
             "'DeletionProtectionEnabled':true}");
  EXPECT_THAT(answer, HasSubstr("'AttributeDefinitions':[{'AttributeName':'h','AttributeType':'S'},"
                                "{'AttributeName':'r','AttributeType':'B'},"
                                "{'AttributeName':'s','AttributeType':'N'}]"));
  EXPECT_THAT(answer, HasSubstr("'ProvisionedThroughput':{'NumberOfDecreasesToday':0,"
                                "'ReadCapacityUnits':3,'WriteCapacityUnits':2},'TableSizeBytes'"));
  EXPECT_THAT(
      answer,
      HasSubstr("'LocalSecondaryIndexes':[{'IndexName':'lsi','KeySchema':[{'AttributeName':'h',"
                "'KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}],'Projection':"
                "{'ProjectionType':'KEYS_ONLY'},'IndexSizeBytes':0,'ItemCount':0,'IndexArn':"
                "'arn:aws:dynamodb:local:000000000000:table/full/index/lsi'}]"));
  EXPECT_THAT(
      answer,
      HasSubstr("'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'s',"
                "'KeyType':'HASH'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':"
                "['a']},'IndexStatus':'ACTIVE','ProvisionedThroughput':{'NumberOfDecreasesToday':0,"
                "'ReadCapacityUnits':3,'WriteCapacityUnits':2},'IndexSizeBytes':0,'ItemCount':0,"
                "'IndexArn':'arn:aws:dynamodb:local:000000000000:table/full/index/gsi'}]"));
  EXPECT_THAT(answer,
              HasSubstr("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'},"
                        "'LatestStreamLabel':'2026-01-01T12:00:00.000','LatestStreamArn':"
                        "'arn:aws:dynamodb:local:000000000000:table/full/stream/"
                        "2026-01-01T12:00:00.000','DeletionProtectionEnabled':true"));
  EXPECT_THAT(answer, Not(HasSubstr("BillingModeSummary")));
}

TEST_F(table_operations, figures_are_true_at_once) {
  create_notes();
  put("notes", "{'id':{'S':'a'},'n':{'N':'1'},'group':{'S':'g'}}");
  put("notes", "{'id':{'S':'a'},'n':{'N':'2'}}");
  const std::string description = describe("notes");
  EXPECT_THAT(description, HasSubstr("'ItemCount':2,'TableArn'"));
  EXPECT_THAT(description, HasSubstr("'ItemCount':1,'IndexArn':"
                                     "'arn:aws:dynamodb:local:000000000000:table/notes/index/"
                                     "whole'"));
  EXPECT_THAT(description, Not(HasSubstr("'TableSizeBytes':0,")));
  EXPECT_THAT(description, HasSubstr("'IndexSizeBytes':0,'ItemCount':0,'IndexArn':"
                                     "'arn:aws:dynamodb:local:000000000000:table/notes/index/"
                                     "by_score'"));
}

TEST_F(table_operations, names_are_used_once_at_a_time) {
  ok(operation::create_table, create("users"));
  EXPECT_EQ(refused(operation::create_table, create("users")),
            "ResourceInUseException: Table already exists: users");
  ok(operation::delete_table, of_table("users"));
  ok(operation::create_table, create("users"));
}

TEST_F(table_operations, a_table_that_is_created_again_has_another_id) {
  std::set<std::string> ids;
  for (const double roll : {0.1, 0.7}) {
    random->set(roll);
    const std::string id = id_in(ok(operation::create_table, create("users")));
    EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-"
                                          "[0-9a-f]+"));
    ids.insert(id);
    ok(operation::delete_table, of_table("users"));
  }
  EXPECT_EQ(ids.size(), 2U);
}

TEST_F(table_operations, what_is_not_there_is_named) {
  const std::string missing =
      "ResourceNotFoundException: Requested resource not found: Table: users not found";
  EXPECT_EQ(refused(operation::describe_table, of_table("users")), missing);
  EXPECT_EQ(refused(operation::delete_table, of_table("users")), missing);
  EXPECT_EQ(refused(operation::update_table, of_table("users", "'DeletionProtectionEnabled':true")),
            missing);
  EXPECT_EQ(refused(operation::describe_time_to_live, of_table("users")), missing);
  EXPECT_EQ(
      refused(operation::update_time_to_live, of_table("users",
                                                       "'TimeToLiveSpecification':{'Enabled':true,"
                                                       "'AttributeName':'t'}")),
      missing);
}

TEST_F(table_operations, a_table_is_deleted_with_its_items) {
  create_users();
  put("users", "{'id':{'S':'a'}}");
  EXPECT_THAT(ok(operation::delete_table, of_table("users")),
              HasSubstr("'TableStatus':'DELETING'"));
  create_users();
  EXPECT_EQ(get("users", "{'id':{'S':'a'}}"), "{}");
}

TEST_F(table_operations, a_protected_table_is_not_deleted) {
  create_users();
  EXPECT_THAT(update("users", "'DeletionProtectionEnabled':true"),
              HasSubstr("'DeletionProtectionEnabled':true"));
  EXPECT_EQ(refused(operation::delete_table, of_table("users")),
            "ValidationException: Resource cannot be deleted as it is currently protected against "
            "deletion. Disable deletion protection first.");
  update("users", "'DeletionProtectionEnabled':false");
  ok(operation::delete_table, of_table("users"));
}

TEST_F(table_operations, tables_are_listed_in_pages) {
  EXPECT_EQ(ok(operation::list_tables, "{}"), "{'TableNames':[]}");
  for (const char* name : {"t_c", "t_a", "t_b"}) ok(operation::create_table, create(name));
  EXPECT_EQ(ok(operation::list_tables, "{}"), "{'TableNames':['t_a','t_b','t_c']}");
  EXPECT_EQ(ok(operation::list_tables, "{'Limit':2}"),
            "{'TableNames':['t_a','t_b'],'LastEvaluatedTableName':'t_b'}");
  EXPECT_EQ(ok(operation::list_tables, "{'Limit':2,'ExclusiveStartTableName':'t_b'}"),
            "{'TableNames':['t_c']}");
  EXPECT_EQ(ok(operation::list_tables, "{'Limit':3}"), "{'TableNames':['t_a','t_b','t_c']}");
  EXPECT_EQ(ok(operation::list_tables, "{'ExclusiveStartTableName':'t_aa'}"),
            "{'TableNames':['t_b','t_c']}");
}

TEST_F(table_operations, billing_is_changed) {
  create_users();
  EXPECT_THAT(update_refused("users", "'BillingMode':'PROVISIONED'"),
              HasSubstr("must both be specified when BillingMode is PROVISIONED"));
  EXPECT_THAT(update_refused("users", units),
              HasSubstr("Neither ReadCapacityUnits nor WriteCapacityUnits"));
  EXPECT_THAT(update("users", "'BillingMode':'PROVISIONED'," + std::string(units)),
              HasSubstr("'ReadCapacityUnits':3,'WriteCapacityUnits':2"));
  EXPECT_THAT(update_refused("users", units),
              StartsWith("ValidationException: The provisioned throughput for the table will not "
                         "change. The requested value equals the current value."));
  update("users", "'BillingMode':'PROVISIONED'");
  EXPECT_THAT(update("users",
                     "'ProvisionedThroughput':{'ReadCapacityUnits':5,"
                     "'WriteCapacityUnits':2}"),
              HasSubstr("'ReadCapacityUnits':5,'WriteCapacityUnits':2"));
  EXPECT_THAT(update("users", "'BillingMode':'PAY_PER_REQUEST'"),
              HasSubstr("'BillingMode':'PAY_PER_REQUEST'"));
}

TEST_F(table_operations, billing_is_changed_with_that_of_the_indexes) {
  create_notes();
  const std::string switched = "'BillingMode':'PROVISIONED'," + std::string(units);
  EXPECT_THAT(update_refused("notes", switched),
              HasSubstr("ProvisionedThroughput must be specified for index: by_group"));
  const auto of_index = [](std::string_view name) {
    return "{'Update':{'IndexName':'" + std::string(name) + "'," + std::string(units) + "}}";
  };
  const std::string provisioned =
      update("notes", switched + ",'GlobalSecondaryIndexUpdates':[" + of_index("by_group") + "," +
                          of_index("by_group_score") + "," + of_index("whole") + "]");
  EXPECT_THAT(provisioned, HasSubstr("'IndexStatus':'ACTIVE','ProvisionedThroughput':"
                                     "{'NumberOfDecreasesToday':0,'ReadCapacityUnits':3,"));
  EXPECT_THAT(update_refused("notes", "'GlobalSecondaryIndexUpdates':[" + of_index("whole") + "]"),
              HasSubstr("for the index will not change"));
  EXPECT_THAT(update_refused("notes", "'GlobalSecondaryIndexUpdates':[" + of_index("nope") + "]"),
              HasSubstr("Invalid global secondary index name: nope"));
  EXPECT_THAT(
      update_refused("notes", "'GlobalSecondaryIndexUpdates':[" + of_index("by_score") + "]"),
      HasSubstr("Invalid global secondary index name: by_score"));
  EXPECT_THAT(update("notes", "'BillingMode':'PAY_PER_REQUEST'"),
              Not(HasSubstr("'ReadCapacityUnits':3")));
}

constexpr std::string_view by_name =
    "'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'by_name','KeySchema':["
    "{'AttributeName':'name','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}}]";

TEST_F(table_operations, an_index_is_made_of_what_is_there) {
  create_users();
  put("users", "{'id':{'S':'a'},'name':{'S':'n'}}");
  put("users", "{'id':{'S':'b'}}");
  const std::string defined =
      "'AttributeDefinitions':[{'AttributeName':'name','AttributeType':'S'}],";
  EXPECT_THAT(update("users", defined + std::string(by_name)),
              HasSubstr("'IndexName':'by_name','KeySchema':[{'AttributeName':'name','KeyType':"
                        "'HASH'}],'Projection':{'ProjectionType':'ALL'},'IndexStatus':'ACTIVE'"));
  EXPECT_THAT(describe("users"), HasSubstr("'ItemCount':1,'IndexArn'"));
  EXPECT_THAT(
      ok(operation::query, of_table("users",
                                    "'IndexName':'by_name','KeyConditionExpression':'#n = :n',"
                                    "'ExpressionAttributeNames':{'#n':'name'},"
                                    "'ExpressionAttributeValues':{':n':{'S':'n'}}")),
      HasSubstr("'id':{'S':'a'}"));
  EXPECT_THAT(update_refused("users", defined + std::string(by_name)),
              HasSubstr("Attempting to create an index which already exists: by_name"));
}

TEST_F(table_operations, an_index_has_the_types_of_its_table) {
  create_users();
  EXPECT_THAT(update_refused("users",
                             "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'N'},"
                             "{'AttributeName':'name','AttributeType':'S'}]," +
                                 std::string(by_name)),
              HasSubstr("Attribute id is part of a key already, with the type S"));
}

TEST_F(table_operations, indexes_are_removed) {
  create_notes();
  const auto removed = [](std::string_view name) {
    return "'GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'" + std::string(name) + "'}}]";
  };
  EXPECT_THAT(update("notes", removed("whole")), Not(HasSubstr("'whole'")));
  EXPECT_EQ(update_refused("notes", removed("whole")),
            "ResourceNotFoundException: Requested resource not found: Index: whole not found");
  EXPECT_EQ(update_refused("notes", removed("by_score")),
            "ValidationException: Cannot delete an index that is not a GlobalSecondaryIndex");
}

TEST_F(table_operations, streams_are_switched) {
  create_users();
  const std::string on =
      "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}";
  const std::string off = "'StreamSpecification':{'StreamEnabled':false}";
  EXPECT_THAT(update_refused("users", off), HasSubstr("Table has no stream to disable"));
  EXPECT_THAT(update("users", on), HasSubstr("'LatestStreamLabel':'2026-01-01T12:00:00.000'"));
  EXPECT_THAT(update_refused("users", on), HasSubstr("Table already has an enabled stream"));
  const std::string disabled = update("users", off);
  EXPECT_THAT(disabled, Not(HasSubstr("StreamSpecification")));
  EXPECT_THAT(disabled, HasSubstr("'LatestStreamLabel':'2026-01-01T12:00:00.000'"));
  // At the same time, but another stream.
  EXPECT_THAT(update("users", on), HasSubstr("'LatestStreamLabel':'2026-01-01T12:00:00.001'"));
}

TEST_F(table_operations, a_refused_update_changes_nothing) {
  create_users();
  const std::string before = describe("users");
  EXPECT_THAT(update_refused("users",
                             "'DeletionProtectionEnabled':true,"
                             "'StreamSpecification':{'StreamEnabled':false}"),
              HasSubstr("no stream"));
  EXPECT_EQ(describe("users"), before);
}

TEST_F(table_operations, time_to_live_is_switched) {
  create_users();
  const auto set = [](bool enabled, std::string_view attribute) {
    return of_table(
        "users", "'TimeToLiveSpecification':{'Enabled':" + std::string(enabled ? "true" : "false") +
                     ",'AttributeName':'" + std::string(attribute) + "'}");
  };
  const auto described = [&] { return ok(operation::describe_time_to_live, of_table("users")); };
  EXPECT_EQ(described(), "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
  EXPECT_EQ(refused(operation::update_time_to_live, set(false, "t")),
            "ValidationException: TimeToLive is already disabled");
  EXPECT_EQ(ok(operation::update_time_to_live, set(true, "t")),
            "{'TimeToLiveSpecification':{'Enabled':true,'AttributeName':'t'}}");
  EXPECT_EQ(described(),
            "{'TimeToLiveDescription':{'TimeToLiveStatus':'ENABLED','AttributeName':'t'}}");
  EXPECT_EQ(refused(operation::update_time_to_live, set(true, "t")),
            "ValidationException: TimeToLive is already enabled");
  for (const bool enabled : {true, false}) {
    EXPECT_THAT(refused(operation::update_time_to_live, set(enabled, "u")),
                HasSubstr("TimeToLive is active on a different AttributeName"));
  }
  ok(operation::update_time_to_live, set(false, "t"));
  EXPECT_EQ(described(), "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
}

TEST_F(table_operations, the_account_is_described) {
  EXPECT_EQ(ok(operation::describe_limits, "{}"),
            "{'AccountMaxReadCapacityUnits':80000,'AccountMaxWriteCapacityUnits':80000,"
            "'TableMaxReadCapacityUnits':40000,'TableMaxWriteCapacityUnits':40000}");
  EXPECT_EQ(ok(operation::describe_endpoints, "{}"),
            "{'Endpoints':[{'Address':'localhost','CachePeriodInMinutes':1440}]}");
}

}  // namespace engine_operation_table_operations_test
}  // namespace dynamo::test
