#include "request_text.hpp"

#include <gmock/gmock.h>

namespace dynamo::test {
namespace engine_request_decode_read_test {

using namespace dynamo::engine;
using testing::HasSubstr;

std::string scan(std::string_view more) {
  return "{'TableName':'tab'," + std::string(more) + "}";
}
std::string query(std::string_view more) {
  return "{'TableName':'tab','KeyConditionExpression':'id = :a',"
         "'ExpressionAttributeValues':{':a':{'S':'x'}}," +
         std::string(more) + "}";
}

TEST(decode_read, a_query_is_read_in_full) {
  const query_call call = decode_query(
      body(query("'IndexName':'index','FilterExpression':'f = :a','ProjectionExpression':'p',"
                 "'Limit':7,'ExclusiveStartKey':{'id':{'S':'s'}},'ConsistentRead':true,"
                 "'ScanIndexForward':false,'ReturnConsumedCapacity':'TOTAL',"
                 "'Select':'SPECIFIC_ATTRIBUTES'")));
  EXPECT_EQ(call.table, "tab");
  EXPECT_EQ(call.key_condition, "id = :a");
  EXPECT_EQ(call.index, "index");
  EXPECT_EQ(call.filter, "f = :a");
  EXPECT_EQ(call.projection, "p");
  EXPECT_EQ(call.with.values, (attribute_map{{":a", "x"}}));
  EXPECT_EQ(call.limit, 7U);
  EXPECT_EQ(call.start, (owned_item{{"id", "s"}}));
  EXPECT_TRUE(call.consistent);
  EXPECT_FALSE(call.ascending);
  EXPECT_EQ(call.capacity, returned_capacity::total);
  EXPECT_EQ(call.selected, select::specific_attributes);
}

TEST(decode_read, a_scan_is_read_in_full) {
  const scan_call call = decode_scan(body(scan("'Segment':3,'TotalSegments':4,'Limit':1")));
  EXPECT_EQ(call.segment, 3U);
  EXPECT_EQ(call.total_segments, 4U);
  EXPECT_EQ(call.limit, 1U);
  const scan_call plain = decode_scan(body("{'TableName':'tab'}"));
  EXPECT_EQ(plain.segment, 0U);
  EXPECT_EQ(plain.total_segments, 1U);
  EXPECT_EQ(plain.limit, std::nullopt);
  EXPECT_EQ(plain.start, std::nullopt);
}

TEST(decode_read, limits_are_positive) {
  EXPECT_EQ(broken(decode_scan, scan("'Limit':0")),
            "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater "
            "than or equal to 1");
  EXPECT_THAT(broken(decode_query, query("'Limit':-5")), HasSubstr("'-5' at 'limit'"));
  EXPECT_EQ(decode_scan(body(scan("'Limit':99999999999"))).limit, 4294967295U);
  EXPECT_EQ(decode_scan(body(scan("'Limit':2.0"))).limit, 2U);
  EXPECT_EQ(refused(decode_scan, scan("'Limit':'1'")),
            "SerializationException: STRING_VALUE cannot be converted to Integer");
  EXPECT_THAT(refused(decode_scan, scan("'Limit':1e300")), HasSubstr("SerializationException"));
}

TEST(decode_read, segments_go_together) {
  EXPECT_EQ(refused(decode_scan, scan("'Segment':0")),
            "ValidationException: The TotalSegments parameter is required but was not present in "
            "the request when Segment parameter is present");
  EXPECT_EQ(refused(decode_scan, scan("'TotalSegments':1")),
            "ValidationException: The Segment parameter is required but was not present in the "
            "request when parameter TotalSegments is present");
  EXPECT_EQ(refused(decode_scan, scan("'Segment':4,'TotalSegments':4")),
            "ValidationException: The Segment parameter is zero-based and must be less than "
            "parameter TotalSegments: Segment: 4 is not less than TotalSegments: 4");
  EXPECT_THAT(broken(decode_scan, scan("'Segment':-1,'TotalSegments':1")), HasSubstr("'-1'"));
  EXPECT_EQ(decode_scan(body(scan("'Segment':999999,'TotalSegments':1000000"))).segment, 999999U);
  EXPECT_THAT(broken(decode_scan, scan("'Segment':0,'TotalSegments':1000001")),
              HasSubstr("Member must have value less than or equal to 1000000"));
}

TEST(decode_read, what_is_selected_fits_the_rest) {
  EXPECT_THAT(broken(decode_scan, scan("'Select':'FOO'")),
              HasSubstr("[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"));
  EXPECT_EQ(refused(decode_scan, scan("'Select':'SPECIFIC_ATTRIBUTES'")),
            "ValidationException: Must specify the AttributesToGet or ProjectionExpression when "
            "choosing to get SPECIFIC_ATTRIBUTES");
  EXPECT_EQ(refused(decode_scan, scan("'Select':'COUNT','ProjectionExpression':'a'")),
            "ValidationException: Cannot specify the ProjectionExpression when choosing to get "
            "only the Count");
  EXPECT_EQ(refused(decode_query, query("'Select':'ALL_ATTRIBUTES','ProjectionExpression':'a'")),
            "ValidationException: Cannot specify the ProjectionExpression when choosing to get "
            "ALL_ATTRIBUTES");
  EXPECT_EQ(refused(decode_scan, scan("'Select':'ALL_PROJECTED_ATTRIBUTES'")),
            "ValidationException: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an "
            "IndexName");
  EXPECT_EQ(
      decode_scan(body(scan("'Select':'ALL_PROJECTED_ATTRIBUTES','IndexName':'idx'"))).selected,
      select::all_projected_attributes);
}

TEST(decode_read, starting_keys_are_sound) {
  EXPECT_EQ(refused(decode_scan, scan("'ExclusiveStartKey':{}")),
            "ValidationException: The provided starting key is invalid");
  EXPECT_EQ(refused(decode_scan, scan("'ExclusiveStartKey':{'id':{'N':'x'}}")),
            "ValidationException: The provided starting key is invalid: The parameter cannot be "
            "converted to a numeric value: x");
}

TEST(decode_read, a_query_has_a_key_condition) {
  EXPECT_EQ(refused(decode_query, "{'TableName':'tab'}"),
            "ValidationException: Either the KeyConditions or KeyConditionExpression parameter "
            "must be specified in the request.");
  EXPECT_EQ(
      refused(decode_query, "{'TableName':'tab','KeyConditionExpression':''}"),
      "ValidationException: Invalid KeyConditionExpression: The expression can not be empty;");
  EXPECT_EQ(refused(decode_scan, scan("'ProjectionExpression':'a',"
                                      "'ExpressionAttributeValues':{':a':{'S':'x'}}")),
            "ValidationException: ExpressionAttributeValues can only be specified when using "
            "expressions: FilterExpression is null");
}

TEST(decode_read, parameters_of_the_time_before_expressions_are_refused) {
  EXPECT_EQ(refused(decode_scan, scan("'ScanFilter':{'a':{}},'AttributesToGet':['a'],"
                                      "'ConditionalOperator':'AND','FilterExpression':'a = b',"
                                      "'ProjectionExpression':'a'")),
            "ValidationException: Can not use both expression and non-expression parameters in the "
            "same request: Non-expression parameters: {AttributesToGet, ScanFilter, "
            "ConditionalOperator} Expression parameters: {ProjectionExpression, "
            "FilterExpression}");
  EXPECT_EQ(refused(decode_query, "{'TableName':'tab','KeyConditions':{'id':{}}}"),
            "ValidationException: KeyConditions is not supported: use KeyConditionExpression "
            "instead");
  EXPECT_EQ(refused(decode_query, "{'TableName':'tab','QueryFilter':{'id':{}}}"),
            "ValidationException: QueryFilter is not supported: use FilterExpression instead");
}

TEST(decode_read, index_names_have_a_pattern) {
  EXPECT_THAT(broken(decode_scan, scan("'IndexName':'a b c'")), HasSubstr("'indexName'"));
}

}  // namespace engine_request_decode_read_test
}  // namespace dynamo::test
