// What counts as the same answer, and that what does not is noticed.
#include "differential/comparison.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace dynamo;
using namespace dynamo::differential;

answer page(std::string_view body, int status = 200) {
  return {status, json::parse(body).value()};
}
step asking(operation op, std::string_view body = "{}") {
  step made{.op = op, .body = json::parse(body).value()};
  if (op == operation::query || op == operation::scan) made.read.pages = to_the_end;
  return made;
}
std::string where(const step& asked, const std::vector<answer>& left,
                  const std::vector<answer>& right, const std::string& sort_key = {}) {
  const auto found = compare(asked, sort_key, {left, true}, {right, true});
  return found.empty() ? "" : found.front().where;
}
std::string where(operation op, std::string_view left, std::string_view right) {
  return where(asking(op), {page(left)}, {page(right)});
}

TEST(comparison, orders_of_members_and_of_sets_are_open) {
  EXPECT_EQ(where(operation::get_item, R"({"Item":{"a":{"SS":["x","y"]},"b":{"N":"1"}}})",
                  R"({"Item":{"b":{"N":"1"},"a":{"SS":["y","x"]}}})"),
            "");
  EXPECT_EQ(where(operation::get_item, R"({"Item":{"a":{"L":[{"N":"1"},{"N":"2"}]}}})",
                  R"({"Item":{"a":{"L":[{"N":"2"},{"N":"1"}]}}})"),
            ".Item.a.L[].N");
}

TEST(comparison, numbers_of_items_are_texts_and_others_are_not) {
  EXPECT_EQ(
      where(operation::get_item, R"({"Item":{"a":{"N":"1"}}})", R"({"Item":{"a":{"N":"1.0"}}})"),
      ".Item.a.N");
  EXPECT_EQ(where(operation::query, R"({"Count":1,"ConsumedCapacity":{"CapacityUnits":1.0}})",
                  R"({"Count":1,"ConsumedCapacity":{"CapacityUnits":1}})"),
            "");
}

TEST(comparison, what_only_one_has_is_a_difference) {
  EXPECT_EQ(where(operation::put_item, "{}", R"({"Attributes":{}})"), ".Attributes");
  EXPECT_EQ(where(operation::put_item, R"({"Attributes":{}})", "{}"), ".Attributes");
}

TEST(comparison, errors_are_compared_by_status_type_and_reasons) {
  const step asked = asking(operation::transact_write_items);
  const answer one = page(R"({"__type":"com.amazonaws#TransactionCanceledException","Message":"a",
      "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"b"}]})",
                          400);
  EXPECT_EQ(where(asked, {one},
                  {page(R"({"__type":"TransactionCanceledException","message":"other",
      "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed"}]})",
                        400)}),
            "");
  EXPECT_EQ(where(asked, {one},
                  {page(R"({"__type":"TransactionCanceledException",
      "CancellationReasons":[{"Code":"None"},{"Code":"None"}]})",
                        400)}),
            ".reasons[].Code");
  EXPECT_EQ(where(asked, {one}, {page(R"({"__type":"ValidationException"})", 400)}),
            "400 TransactionCanceledException, 400 ValidationException");
  EXPECT_EQ(where(asked, {one}, {page("{}")}), "400 TransactionCanceledException, 200");
}

TEST(comparison, a_table_is_compared_without_times_and_ids) {
  EXPECT_EQ(where(operation::describe_table,
                  R"({"Table":{"TableArn":"arn:aws:dynamodb:ddblocal:0:table/t","ItemCount":1,
                      "CreationDateTime":1.5,"AttributeDefinitions":[{"AttributeName":"a"},
                      {"AttributeName":"b"}]}})",
                  R"({"Table":{"TableArn":"arn:aws:dynamodb:us-east-1:1:table/t","ItemCount":1,
                      "CreationDateTime":2.5,"TableId":"x","AttributeDefinitions":[
                      {"AttributeName":"b"},{"AttributeName":"a"}]}})"),
            "");
  EXPECT_EQ(where(operation::describe_table, R"({"Table":{"ItemCount":1}})",
                  R"({"Table":{"ItemCount":2}})"),
            ".Table.ItemCount");
}

TEST(comparison, pages_of_a_query_must_be_the_same_one_by_one) {
  const step asked = asking(operation::query);
  const answer both = page(R"({"Items":[{"a":{"N":"1"}},{"a":{"N":"2"}}],"Count":2})");
  const answer swapped = page(R"({"Items":[{"a":{"N":"2"}},{"a":{"N":"1"}}],"Count":2})");
  EXPECT_EQ(where(asked, {both}, {both}), "");
  EXPECT_EQ(where(asked, {both}, {swapped}), ".Items[].a.N");
  EXPECT_EQ(where(asked, {both}, {both, page(R"({"Items":[]})")}), "number of pages");
}

TEST(comparison, pages_of_a_scan_are_compared_together) {
  const step asked = asking(operation::scan);
  const answer both =
      page(R"({"Items":[{"a":{"N":"1"}},{"a":{"N":"2"}}],"Count":2,"ScannedCount":2})");
  const answer first = page(R"({"Items":[{"a":{"N":"2"}}],"Count":1,"ScannedCount":1})");
  const answer second = page(R"({"Items":[{"a":{"N":"1"}}],"Count":1,"ScannedCount":1})");
  EXPECT_EQ(where(asked, {both}, {first, second}), "");
  EXPECT_EQ(where(asked, {both}, {first, first}), "Items of all pages[].a.N");
  EXPECT_EQ(where(asked, {both}, {first}), "other items of all pages");
  const answer more = page(R"({"Items":[{"a":{"N":"1"}}],"Count":1,"ScannedCount":2})");
  EXPECT_EQ(where(asked, {both}, {first, more}), "ScannedCount of all pages");
}

TEST(comparison, a_query_of_an_index_goes_by_its_sort_key) {
  const step asked = asking(operation::query, R"({"IndexName":"i"})");
  const answer one = page(R"({"Items":[{"s":{"N":"1"},"a":{"N":"1"}},{"s":{"N":"1"},"a":{"N":"2"}},
              {"s":{"N":"2"},"a":{"N":"3"}}],"Count":3,"ScannedCount":3})");
  const answer ties_swapped =
      page(R"({"Items":[{"s":{"N":"1"},"a":{"N":"2"}},{"s":{"N":"1"},"a":{"N":"1"}},
              {"s":{"N":"2"},"a":{"N":"3"}}],"Count":3,"ScannedCount":3})");
  const answer out_of_order =
      page(R"({"Items":[{"s":{"N":"2"},"a":{"N":"3"}},{"s":{"N":"1"},"a":{"N":"1"}},
              {"s":{"N":"1"},"a":{"N":"2"}}],"Count":3,"ScannedCount":3})");
  EXPECT_EQ(where(asked, {one}, {ties_swapped}, "s"), "");
  EXPECT_EQ(where(asked, {one}, {out_of_order}, "s"), "order of the sort key[].N");
}

TEST(comparison, items_of_a_batch_are_in_any_order) {
  EXPECT_EQ(where(operation::batch_get_item,
                  R"({"Responses":{"t":[{"a":{"N":"1"}},{"a":{"N":"2"}}]},"UnprocessedKeys":{}})",
                  R"({"UnprocessedKeys":{},"Responses":{"t":[{"a":{"N":"2"}},{"a":{"N":"1"}}]}})"),
            "");
}

}  // namespace
