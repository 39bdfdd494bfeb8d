// Query and Scan: which items a page has, in which order, and where it ends.
#include "engine_fixture.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace dynamo::test {
namespace engine_operation_page_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct page_test : engine_fixture {
  page_test() { create_notes(); }

  void fill(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string n = std::to_string(i);
      put("notes", "{'id':{'S':'a'},'n':{'N':'" + n + "'},'group':{'S':'g'},'score':{'N':'" +
                       std::to_string(100 - i) + "'},'title':{'S':'t" + n + "'},'x':{'S':'x" + n +
                       "'}}");
    }
  }
  std::string query(std::string_view more, std::string_view condition = "id = :v",
                    std::string_view value = "{'S':'a'}") {
    return ok(operation::query, request(more, condition, value));
  }
  std::string query_refused(std::string_view more, std::string_view condition = "id = :v",
                            std::string_view value = "{'S':'a'}") {
    return refused(operation::query, request(more, condition, value));
  }
  static std::string request(std::string_view more, std::string_view condition,
                             std::string_view value) {
    return "{'TableName':'notes','KeyConditionExpression':'" + std::string(condition) +
           "','ExpressionAttributeValues':{':v':" + std::string(value) + "}" +
           (more.empty() ? "" : ",") + std::string(more) + "}";
  }
  static std::string grouped(std::string_view index, std::string_view more) {
    return "{'TableName':'notes','IndexName':'" + std::string(index) +
           "','KeyConditionExpression':'#g = :v','ExpressionAttributeNames':{'#g':'group'},"
           "'ExpressionAttributeValues':{':v':{'S':'g'}}" +
           (more.empty() ? "" : ",") + std::string(more) + "}";
  }
  // The sort keys of an answer's items, in its order.
  static std::vector<std::string> sort_keys(const std::string& answer) {
    std::vector<std::string> keys;
    const std::string mark = "'n':{'N':'";
    const std::size_t end = answer.find("'LastEvaluatedKey'");
    for (std::size_t at = answer.find(mark); at < end; at = answer.find(mark, at + 1)) {
      const std::size_t begin = at + mark.size();
      keys.push_back(answer.substr(begin, answer.find('\'', begin) - begin));
    }
    return keys;
  }
  static std::string last_key(const std::string& answer) {
    const std::string mark = "'LastEvaluatedKey':";
    const std::size_t at = answer.find(mark);
    if (at == std::string::npos) return "";
    const std::size_t begin = at + mark.size();
    return answer.substr(begin, answer.find("}}", begin) + 2 - begin);
  }
  // All pages of `request`, which has no ExclusiveStartKey yet.
  std::vector<std::string> all(operation op, std::string request) {
    std::vector<std::string> keys;
    request.pop_back();
    std::string start;
    do {
      const std::string answer = ok(op, request + start + "}");
      for (std::string& each : sort_keys(answer)) keys.push_back(std::move(each));
      const std::string last = last_key(answer);
      start = last.empty() ? "" : ",'ExclusiveStartKey':" + last;
    } while (!start.empty());
    return keys;
  }
};

TEST_F(page_test, a_key_condition_has_values_as_long_as_keys_may_be) {
  const auto value = [](std::size_t size) { return "{'S':'" + std::string(size, 'k') + "'}"; };
  query("", "id = :v", value(2048));
  EXPECT_THAT(query_refused("", "id = :v", value(2049)), HasSubstr("Size of hashkey has exceeded"));
  const std::string by_text =
      "{'TableName':'texts','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'},"
      "{'AttributeName':'t','AttributeType':'S'}],'KeySchema':[{'AttributeName':'id',"
      "'KeyType':'HASH'},{'AttributeName':'t','KeyType':'RANGE'}],'BillingMode':'PAY_PER_REQUEST'}";
  ok(operation::create_table, by_text);
  const auto ranged = [&](std::size_t low, std::size_t high) {
    return "{'TableName':'texts','KeyConditionExpression':'id = :i AND t BETWEEN :l AND :h',"
           "'ExpressionAttributeValues':{':i':{'S':'a'},':l':" +
           value(low) + ",':h':" + value(high) + "}}";
  };
  ok(operation::query, ranged(1024, 1024));
  EXPECT_THAT(refused(operation::query, ranged(1, 1025)),
              HasSubstr("Aggregated size of all range keys has exceeded"));
  EXPECT_THAT(refused(operation::query, ranged(1025, 1026)),
              HasSubstr("Aggregated size of all range keys has exceeded"));
}

TEST_F(page_test, a_query_reports_items_and_counts) {
  fill(2);
  EXPECT_EQ(
      query(""),
      "{'Items':[{'group':{'S':'g'},'id':{'S':'a'},'n':{'N':'0'},'score':{'N':'100'},'title':{"
      "'S':'t0'},'x':{'S':'x0'}},{'group':{'S':'g'},'id':{'S':'a'},'n':{'N':'1'},'score':{'N':"
      "'99'},'title':{'S':'t1'},'x':{'S':'x1'}}],'Count':2,'ScannedCount':2}");
  EXPECT_EQ(query("", "id = :v", "{'S':'none'}"), "{'Items':[],'Count':0,'ScannedCount':0}");
}

TEST_F(page_test, a_limit_ends_a_page_with_a_key) {
  fill(5);
  EXPECT_THAT(query("'Limit':2,'Select':'COUNT'"),
              "{'Count':2,'ScannedCount':2,'LastEvaluatedKey':{'id':{'S':'a'},'n':{'N':'1'}}}");
  EXPECT_EQ(last_key(query("'Limit':5")), "{'id':{'S':'a'},'n':{'N':'4'}}");
  EXPECT_EQ(last_key(query("'Limit':6")), "");
}

TEST_F(page_test, pages_of_any_limit_give_all_items_in_order_both_ways) {
  fill(7);
  for (const int limit : {1, 2, 3, 6, 7, 8}) {
    const std::string more = "'Limit':" + std::to_string(limit);
    EXPECT_THAT(all(operation::query, request(more, "id = :v", "{'S':'a'}")),
                ElementsAre("0", "1", "2", "3", "4", "5", "6"));
    EXPECT_THAT(
        all(operation::query, request(more + ",'ScanIndexForward':false", "id = :v", "{'S':'a'}")),
        ElementsAre("6", "5", "4", "3", "2", "1", "0"));
    EXPECT_THAT(all(operation::query, grouped("by_group_score", more)),
                ElementsAre("6", "5", "4", "3", "2", "1", "0"));
    EXPECT_THAT(
        all(operation::query, grouped("by_group_score", more + ",'ScanIndexForward':false")),
        ElementsAre("0", "1", "2", "3", "4", "5", "6"));
    EXPECT_THAT(
        all(operation::query, request(more + ",'IndexName':'by_score'", "id = :v", "{'S':'a'}")),
        ElementsAre("6", "5", "4", "3", "2", "1", "0"));
    EXPECT_THAT(all(operation::scan, "{'TableName':'notes'," + more + "}"),
                ElementsAre("0", "1", "2", "3", "4", "5", "6"));
  }
}

TEST_F(page_test, conditions_on_the_sort_key) {
  fill(6);
  const auto keys = [&](std::string_view condition, std::string_view values) {
    return sort_keys(ok(operation::query,
                        "{'TableName':'notes','KeyConditionExpression':'id = :v "
                        "AND " +
                            std::string(condition) +
                            "','ExpressionAttributeValues':{':v':{'S':'a'}," + std::string(values) +
                            "}}"));
  };
  EXPECT_THAT(keys("n = :n", "':n':{'N':'3'}"), ElementsAre("3"));
  EXPECT_THAT(keys("n < :n", "':n':{'N':'2'}"), ElementsAre("0", "1"));
  EXPECT_THAT(keys("n <= :n", "':n':{'N':'2'}"), ElementsAre("0", "1", "2"));
  EXPECT_THAT(keys("n > :n", "':n':{'N':'4'}"), ElementsAre("5"));
  EXPECT_THAT(keys("n >= :n", "':n':{'N':'4'}"), ElementsAre("4", "5"));
  EXPECT_THAT(keys("n BETWEEN :n AND :m", "':n':{'N':'2'},':m':{'N':'4'}"),
              ElementsAre("2", "3", "4"));
}

TEST_F(page_test, the_filter_comes_after_the_limit) {
  fill(5);
  const std::string answer = ok(operation::query,
                                "{'TableName':'notes','KeyConditionExpression':'id = :v','Limit':3,"
                                "'FilterExpression':'x = :x','ProjectionExpression':'n',"
                                "'ExpressionAttributeValues':{':v':{'S':'a'},':x':{'S':'x1'}}}");
  EXPECT_EQ(answer,
            "{'Items':[{'n':{'N':'1'}}],'Count':1,'ScannedCount':3,"
            "'LastEvaluatedKey':{'id':{'S':'a'},'n':{'N':'2'}}}");
  EXPECT_EQ(ok(operation::scan,
               "{'TableName':'notes','FilterExpression':'x = :x','Select':'COUNT',"
               "'ExpressionAttributeValues':{':x':{'S':'x1'}}}"),
            "{'Count':1,'ScannedCount':5}");
}

TEST_F(page_test, a_filter_of_a_query_names_no_keys) {
  EXPECT_EQ(query_refused("'FilterExpression':'n = :v'"),
            "ValidationException: Filter Expression can only contain non-primary key attributes: "
            "Primary key attribute: n");
  EXPECT_EQ(refused(operation::query, grouped("by_group_score", "'FilterExpression':'score = :v'")),
            "ValidationException: Filter Expression can only contain non-primary key attributes: "
            "Primary key attribute: score");
  EXPECT_EQ(refused(operation::query, grouped("by_group_score", "'FilterExpression':'x = :v'")),
            "ValidationException: One or more parameter values were invalid: Secondary index "
            "by_group_score does not project one or more filter attributes: [x]");
  EXPECT_EQ(ok(operation::query, grouped("by_group_score", "'FilterExpression':'id = :v'")),
            "{'Items':[],'Count':0,'ScannedCount':0}");
}

TEST_F(page_test, an_index_gives_what_it_projects) {
  fill(1);
  EXPECT_EQ(ok(operation::query, grouped("by_group", "")),
            "{'Items':[{'group':{'S':'g'},'id':{'S':'a'},'n':{'N':'0'}}],'Count':1,"
            "'ScannedCount':1}");
  EXPECT_EQ(ok(operation::query, grouped("by_group_score", "'Select':'ALL_PROJECTED_ATTRIBUTES'")),
            "{'Items':[{'group':{'S':'g'},'id':{'S':'a'},'n':{'N':'0'},'score':{'N':'100'},"
            "'title':{'S':'t0'}}],'Count':1,'ScannedCount':1}");
  EXPECT_THAT(ok(operation::query, grouped("whole", "'Select':'ALL_ATTRIBUTES'")),
              HasSubstr("'x':{'S':'x0'}"));
  EXPECT_EQ(refused(operation::query, grouped("by_group", "'Select':'ALL_ATTRIBUTES'")),
            "ValidationException: One or more parameter values were invalid: Select type "
            "ALL_ATTRIBUTES is not supported for global secondary index by_group because its "
            "projection type is not ALL");
  EXPECT_EQ(
      refused(operation::query, grouped("by_group_score", "'ProjectionExpression':'x, title'")),
      "ValidationException: One or more parameter values were invalid: Global secondary index "
      "by_group_score does not project [x]");
  EXPECT_EQ(refused(operation::query, grouped("by_group", "'ConsistentRead':true")),
            "ValidationException: Consistent reads are not supported on global secondary indexes");
}

TEST_F(page_test, a_local_index_fetches_what_it_lacks) {
  fill(2);
  EXPECT_EQ(
      query("'IndexName':'by_score','Limit':1"),
      "{'Items':[{'id':{'S':'a'},'n':{'N':'1'},'score':{'N':'99'}}],'Count':1,'ScannedCount':1,"
      "'LastEvaluatedKey':{'id':{'S':'a'},'n':{'N':'1'},'score':{'N':'99'}}}");
  EXPECT_THAT(query("'IndexName':'by_score','Limit':1,'Select':'ALL_ATTRIBUTES'"),
              HasSubstr("'x':{'S':'x1'}"));
  EXPECT_THAT(query("'IndexName':'by_score','Limit':1,'ProjectionExpression':'x'"),
              HasSubstr("{'Items':[{'x':{'S':'x1'}}]"));
  EXPECT_THAT(query("'IndexName':'by_score','Limit':1,'ConsistentRead':true"), HasSubstr("'n'"));
}

TEST_F(page_test, only_indexes_of_the_table_are_read) {
  EXPECT_EQ(query_refused("'IndexName':'none'"),
            "ValidationException: The table does not have the specified index: none");
  EXPECT_EQ(refused(operation::scan, "{'TableName':'notes','IndexName':'none'}"),
            "ValidationException: The table does not have the specified index: none");
  EXPECT_EQ(refused(operation::scan, "{'TableName':'none'}"),
            "ResourceNotFoundException: Requested resource not found");
}

TEST_F(page_test, items_without_an_index_key_are_not_in_the_index) {
  put("notes", "{'id':{'S':'a'},'n':{'N':'1'}}");
  put("notes", "{'id':{'S':'a'},'n':{'N':'2'},'score':{'N':'1'}}");
  EXPECT_THAT(sort_keys(query("'IndexName':'by_score'")), ElementsAre("2"));
  EXPECT_THAT(sort_keys(ok(operation::scan, "{'TableName':'notes','IndexName':'by_score'}")),
              ElementsAre("2"));
}

TEST_F(page_test, starting_keys_fit) {
  fill(3);
  const std::string invalid = "The provided starting key is invalid";
  for (const char* const key :
       {"{'id':{'S':'a'}}", "{'id':{'S':'a'},'n':{'S':'1'}}",
        "{'id':{'S':'a'},'n':{'N':'1'},'x':{'N':'1'}}", "{'id':{'S':'a'},'x':{'N':'1'}}"}) {
    const std::string start = "'ExclusiveStartKey':" + std::string(key);
    EXPECT_THAT(query_refused(start), HasSubstr(invalid)) << key;
    EXPECT_THAT(refused(operation::scan, "{'TableName':'notes'," + start + "}"), HasSubstr(invalid))
        << key;
  }
  EXPECT_THAT(refused(operation::query,
                      grouped("by_group", "'ExclusiveStartKey':{'id':{'S':'a'},'n':{'N':'1'}}")),
              HasSubstr(invalid));
  EXPECT_EQ(query_refused("'ExclusiveStartKey':{'id':{'S':'b'},'n':{'N':'1'}}"),
            "ValidationException: The provided starting key is outside query boundaries based on "
            "provided conditions");
  EXPECT_EQ(
      refused(operation::query,
              "{'TableName':'notes','KeyConditionExpression':'id = :v AND n > :n',"
              "'ExpressionAttributeValues':{':v':{'S':'a'},':n':{'N':'1'}},"
              "'ExclusiveStartKey':{'id':{'S':'a'},'n':{'N':'0'}}}"),
      "ValidationException: The provided starting key does not match the range key predicate");
}

TEST_F(page_test, a_page_continues_after_a_key_that_is_gone) {
  fill(4);
  EXPECT_THAT(sort_keys(query("'ExclusiveStartKey':{'id':{'S':'a'},'n':{'N':'1.5'}}")),
              ElementsAre("2", "3"));
}

TEST_F(page_test, it_ends_with_the_item_that_reaches_a_megabyte) {
  // A quarter of a megabyte each: id, a, n, its digit, x and the rest.
  const auto fill_large = [&](int count, std::size_t size) {
    for (int i = 1; i <= count; ++i) {
      put("notes", "{'id':{'S':'a'},'n':{'N':'" + std::to_string(i) + "'},'x':{'S':'" +
                       std::string(size - 7, 'x') + "'}}");
    }
  };
  fill_large(6, 256 * 1024);
  EXPECT_THAT(sort_keys(query("'ProjectionExpression':'n'")), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(sort_keys(query("'ScanIndexForward':false")), ElementsAre("6", "5", "4", "3"));
  EXPECT_THAT(all(operation::scan, "{'TableName':'notes'}"),
              ElementsAre("1", "2", "3", "4", "5", "6"));
  EXPECT_EQ(last_key(ok(operation::scan, "{'TableName':'notes','Select':'COUNT'}")),
            "{'id':{'S':'a'},'n':{'N':'4'}}");
  fill_large(6, 256 * 1024 - 1);
  EXPECT_THAT(sort_keys(query("'ProjectionExpression':'n'")), ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(page_test, segments_split_the_table) {
  create_users();
  std::set<std::string> wanted;
  for (int i = 0; i < 200; ++i) {
    const std::string id = std::to_string(i);
    put("users", "{'id':{'S':'" + id + "'},'n':{'N':'" + id + "'}}");
    wanted.insert(id);
  }
  std::set<std::string> seen;
  std::size_t count = 0;
  std::size_t inhabited = 0;
  for (int segment = 0; segment < 7; ++segment) {
    const auto keys = all(operation::scan,
                          "{'TableName':'users','TotalSegments':7,'Limit':9,"
                          "'Segment':" +
                              std::to_string(segment) + "}");
    count += keys.size();
    inhabited += keys.empty() ? 0 : 1;
    seen.insert(keys.begin(), keys.end());
  }
  EXPECT_EQ(count, 200U);
  EXPECT_EQ(seen, wanted);
  EXPECT_EQ(inhabited, 7U);
}

TEST_F(page_test, a_starting_key_is_of_its_segment) {
  create_users();
  put("users", "{'id':{'S':'a'}}");
  int fitting = 0;
  for (int segment = 0; segment < 4; ++segment) {
    const auto got = execute(operation::scan, "{'TableName':'users','TotalSegments':4,'Segment':" +
                                                  std::to_string(segment) +
                                                  ",'ExclusiveStartKey':{'id':{'S':'a'}}}");
    if (got.status == 200) {
      ++fitting;
    } else {
      EXPECT_THAT(got.text,
                  HasSubstr("The provided starting key is invalid: Invalid "
                            "ExclusiveStartKey. Please use ExclusiveStartKey with correct "
                            "Segment. TotalSegments: 4 Segment: " +
                            std::to_string(segment)));
    }
  }
  EXPECT_EQ(fitting, 1);
}

TEST_F(page_test, a_scan_is_stable_under_writes_and_deletes) {
  fill(6);
  const std::string first = ok(operation::scan, "{'TableName':'notes','Limit':3}");
  ok(operation::delete_item, "{'TableName':'notes','Key':{'id':{'S':'a'},'n':{'N':'2'}}}");
  put("notes", "{'id':{'S':'a'},'n':{'N':'0.5'}}");
  put("notes", "{'id':{'S':'a'},'n':{'N':'3.5'}}");
  EXPECT_THAT(sort_keys(ok(operation::scan,
                           "{'TableName':'notes','ExclusiveStartKey':" + last_key(first) + "}")),
              ElementsAre("3", "3.5", "4", "5"));
}

TEST_F(page_test, consumed_capacity_of_reads) {
  fill(3);
  EXPECT_THAT(query("'Select':'COUNT','ReturnConsumedCapacity':'TOTAL'"),
              "{'Count':3,'ScannedCount':3,"
              "'ConsumedCapacity':{'TableName':'notes','CapacityUnits':0.5}}");
  EXPECT_THAT(query("'Select':'COUNT','ReturnConsumedCapacity':'INDEXES','ConsistentRead':true"),
              HasSubstr("{'TableName':'notes','CapacityUnits':1.0,'Table':{'CapacityUnits':1.0}}"));
  EXPECT_THAT(ok(operation::query,
                 grouped("by_group", "'Select':'COUNT','ReturnConsumedCapacity':'INDEXES'")),
              HasSubstr("{'TableName':'notes','CapacityUnits':0.5,'Table':{'CapacityUnits':0.0},"
                        "'GlobalSecondaryIndexes':{'by_group':{'CapacityUnits':0.5}}}"));
  // Half a unit for the entries, and half a unit for each item that is fetched.
  EXPECT_THAT(query("'IndexName':'by_score','ProjectionExpression':'x',"
                    "'ReturnConsumedCapacity':'INDEXES'"),
              HasSubstr("{'TableName':'notes','CapacityUnits':2.0,'Table':{'CapacityUnits':1.5},"
                        "'LocalSecondaryIndexes':{'by_score':{'CapacityUnits':0.5}}}"));
  EXPECT_THAT(query("'ReturnConsumedCapacity':'NONE'"), Not(HasSubstr("ConsumedCapacity")));
}

TEST_F(page_test, sizes_are_added_before_they_are_rounded) {
  // Three of 3000 bytes are 9000: three units of 4 KB, not one for each item.
  for (const char* const n : {"1", "2", "3"}) {
    put("notes", "{'id':{'S':'a'},'n':{'N':'" + std::string(n) + "'},'x':{'S':'" +
                     std::string(2993, 'x') + "'}}");
  }
  EXPECT_THAT(query("'Select':'COUNT','ReturnConsumedCapacity':'TOTAL'"),
              HasSubstr("'CapacityUnits':1.5}"));
  EXPECT_THAT(query("'Select':'COUNT','Limit':2,'ReturnConsumedCapacity':'TOTAL',"
                    "'ConsistentRead':true"),
              HasSubstr("'CapacityUnits':2.0}"));
}

}  // namespace engine_operation_page_test
}  // namespace dynamo::test
