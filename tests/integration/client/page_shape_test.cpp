#include "support/hostile.hpp"

#include <dynamo/table/table.hpp>

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace client_page_shape_test {

using namespace dynamo;
using namespace dynamo::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> ids_of(const loopback_server& server) {
  const client db(impatient_config(server.url()));
  std::vector<std::string> ids;
  for (const item& each : table<item>(db, "t").stream_scan()) {
    ids.emplace_back(each["id"].as_string());
  }
  return ids;
}

struct malformed {
  const char* name;
  std::string body;
  friend void PrintTo(const malformed& of, std::ostream* out) { *out << of.name; }
};

class malformed_page : public ::testing::TestWithParam<malformed> {};

// Both ways of reading: a scan's stream, and a single page.
TEST_P(malformed_page, is_an_error_and_not_retried) {
  const loopback_server server(
      in_turn({respond(200, GetParam().body, {"x-amzn-RequestId: BROKEN"})}));
  const client db(impatient_config(server.url()));
  auto stream = table<item>(db, "t").stream_scan();
  auto next = stream.try_next();
  while (next && *next != nullptr) next = stream.try_next();
  ASSERT_FALSE(next) << "the stream was complete";
  EXPECT_EQ(next.error().kind, errc::invalid_response) << next.error().to_string();
  EXPECT_EQ(next.error().table, "t");
  EXPECT_EQ(next.error().request_id, "BROKEN");
  EXPECT_EQ(server.requests().size(), 1U);
  const auto single = db.try_scan({.table = "t"});
  ASSERT_FALSE(single) << "the page was taken";
  EXPECT_EQ(single.error().kind, errc::invalid_response) << single.error().to_string();
  EXPECT_EQ(single.error().table, "t");
  EXPECT_EQ(single.error().request_id, "BROKEN");
}

INSTANTIATE_TEST_SUITE_P(
    forms, malformed_page,
    ::testing::Values(
        malformed{"Empty", ""}, malformed{"Html", "<html>It works!</html>"},
        malformed{"Array", R"([{"id":{"S":"a"}}])"}, malformed{"NoMembers", "{}"},
        malformed{"CutOff", R"({"Items":[{"id":{"S":"a"}}],"Count":1,"Scanned)"},
        malformed{"ItemsAreAnObject", R"({"Items":{},"Count":0,"ScannedCount":0})"},
        malformed{"ItemIsANumber", R"({"Items":[1],"Count":1,"ScannedCount":1})"},
        malformed{"ItemWithoutTypes", R"({"Items":[{"id":"a"}],"Count":1,"ScannedCount":1})"},
        malformed{"CountTooLarge", R"({"Items":[{"id":{"S":"a"}}],"Count":2,"ScannedCount":2})"},
        malformed{"CountTooSmall",
                  R"({"Items":[{"id":{"S":"a"}},{"id":{"S":"b"}}],"Count":1,"ScannedCount":1})"},
        malformed{"CountWithoutItems", R"({"Count":3,"ScannedCount":3})"},
        malformed{"CountIsText", R"({"Items":[],"Count":"0","ScannedCount":0})"},
        malformed{"CountIsNegative", R"({"Items":[],"Count":-1,"ScannedCount":0})"},
        malformed{"KeyIsText", R"({"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":"a"})"},
        malformed{"TextBehindIt", R"({"Items":[],"Count":0,"ScannedCount":0}{})"}),
    [](const auto& of) { return of.param.name; });

TEST(page_shape, empty_pages_with_a_key_do_not_end_the_scan) {
  const auto empty = [](const std::string& key) {
    return respond(
        200, R"({"Items":[],"Count":0,"ScannedCount":9,"LastEvaluatedKey":{"id":{"S":")" + key +
                 R"("}}})");
  };
  const loopback_server server(
      in_turn({empty("k"), empty("l"), empty("m"),
               respond(200, R"({"Items":[{"id":{"S":"z"}}],"Count":1,"ScannedCount":1})")}));
  EXPECT_THAT(ids_of(server), ElementsAre("z"));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_THAT(requests[0].body, Not(HasSubstr("ExclusiveStartKey")));
  EXPECT_THAT(requests[1].body, HasSubstr(R"("ExclusiveStartKey":{"id":{"S":"k"}})"));
}

TEST(page_shape, empty_key_ends_the_scan) {
  const loopback_server server(in_turn({respond(
      200, R"({"Items":[{"id":{"S":"a"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{ }})")}));
  EXPECT_THAT(ids_of(server), ElementsAre("a"));
  EXPECT_EQ(server.requests().size(), 1U);
}

// Two pages: what leads from the first to the second is the key.
void expect_key_is_followed(const std::string& first, const std::string& key) {
  const loopback_server server(
      in_turn({respond(200, first),
               respond(200, R"({"Items":[{"id":{"S":"end"}}],"Count":1,"ScannedCount":1})")}));
  EXPECT_THAT(ids_of(server), ElementsAre("begin", "end"));
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_THAT(server.requests()[1].body, HasSubstr("\"ExclusiveStartKey\":" + key));
}

TEST(page_shape, key_of_more_than_four_kilobytes) {
  const std::string key = R"({"id":{"S":")" + std::string(2048, 'k') + R"("},"sort":{"B":")" +
                          std::string(5000, 'A') + R"("}})";
  expect_key_is_followed(
      R"({"Items":[{"id":{"S":"begin"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":)" + key +
          "}",
      key);
}

TEST(page_shape, key_before_the_items) {
  const std::string key = R"({"id":{"S":"k"}})";
  expect_key_is_followed(R"({"LastEvaluatedKey":)" + key +
                             R"(,"Count":1,"Items":[{"id":{"S":"begin"}}],"ScannedCount":1})",
                         key);
  expect_key_is_followed(R"({"Count":1,"ScannedCount":1,"LastEvaluatedKey":)" + key +
                             R"(,"Items":[{"id":{"S":"begin"}}]})",
                         key);
}

TEST(page_shape, written_for_people) {
  expect_key_is_followed(
      "{\n  \"Items\" : [\n    {\n      \"id\" : { \"S\" : \"begin\" }\n    }\n  ],\n"
      "  \"Count\" : 1,\n  \"ScannedCount\" : 1,\n"
      "  \"LastEvaluatedKey\" : {\"id\":{\"S\":\"k\"}}\n}\n",
      R"({"id":{"S":"k"}})");
}

TEST(page_shape, attributes_named_like_members_of_the_page) {
  const std::string tricky =
      R"({"id":{"S":"begin"},"Items":{"L":[]},"Count":{"N":"7"},)"
      R"("text":{"S":"],\"Count\":0,\"ScannedCount\":0}"},"]":{"S":"],"},)"
      R"("set":{"SS":["]","Count"]},)"
      R"("LastEvaluatedKey":{"M":{"LastEvaluatedKey":{"M":{"id":{"S":"wrong"}}},)"
      R"("ScannedCount":{"L":[{"N":"1"}]},"Count":{"N":"5"}}}})";
  expect_key_is_followed(R"({"Items":[)" + tricky +
                             R"(],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"id":{"S":"k"}}})",
                         R"({"id":{"S":"k"}})");
  const loopback_server server(
      in_turn({respond(200, R"({"ScannedCount":1,"Count":1,"Items":[)" + tricky + "]}")}));
  EXPECT_THAT(ids_of(server), ElementsAre("begin"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(page_shape, number_of_more_digits_than_dynamo_db_stores) {
  const std::string digits(60, '7');
  const loopback_server server(
      in_turn({respond(200, R"({"Items":[{"id":{"S":"a"},"n":{"N":")" + digits +
                                R"("}},{"id":{"S":"b"}}],)"
                                R"("Count":2,"ScannedCount":2})")}));
  const client db(impatient_config(server.url()));
  const table<item> items(db, "t");
  std::vector<std::string> ids;
  for (const item& each : items.stream_scan()) {
    ids.emplace_back(each["id"].as_string());
    if (each.contains("n")) {
      EXPECT_EQ(each["n"].number_text(), digits);
    }
  }
  EXPECT_THAT(ids, ElementsAre("a", "b"));
  // A copy is an attribute as DynamoDB stores it: that cannot hold it, and says so.
  const auto single = db.try_scan({.table = "t"});
  ASSERT_FALSE(single);
  EXPECT_EQ(single.error().kind, errc::invalid_value) << single.error().to_string();
}

TEST(page_shape, count_of_a_select_has_no_items) {
  const loopback_server server(in_turn({respond(200, R"({"Count":3,"ScannedCount":5})")}));
  const client db(impatient_config(server.url()));
  const auto counts = table<item>(db, "t").count({.segments = 1});
  EXPECT_EQ(counts.items, 3U);
  EXPECT_EQ(counts.scanned_items, 5U);
  EXPECT_EQ(db.scan({.table = "t", .selected = select::count}).count, 3U);
}

TEST(segment_failure, delivers_what_was_fetched_and_then_names_the_segment) {
  const auto go_on = std::make_shared<latch>();
  std::atomic<int> of_the_second = 0;
  const loopback_server server([&](const received_request& request) -> script {
    if (request.body.find(R"("Segment":1,)") == std::string::npos) {
      return respond(200,
                     R"({"Items":[{"id":{"S":"a"}},{"id":{"S":"b"}}],"Count":2,"ScannedCount":2})");
    }
    script answer =
        ++of_the_second < 3 ? respond(500, "") : service_error(400, "ValidationException", "no");
    answer.insert(answer.begin(), step::wait{go_on});
    return answer;
  });
  const client db(impatient_config(server.url()));
  auto stream = table<item>(db, "orders").stream_parallel_scan({.segments = 3});
  auto next = stream.try_next();
  while (stream.progress().pages < 2) std::this_thread::yield();
  go_on->open();
  int came = 0;
  for (; next && *next != nullptr; next = stream.try_next()) ++came;
  EXPECT_EQ(came, 4);
  ASSERT_FALSE(next) << "a scan without its second segment was called complete";
  EXPECT_EQ(next.error().kind, errc::rejected);
  EXPECT_EQ(next.error().table, "orders");
  EXPECT_EQ(next.error().segment, 1U);
  EXPECT_EQ(next.error().attempts, 3U);
  EXPECT_EQ(next.error().request_id, "REQUEST-OF-THE-TEST");
}

}  // namespace client_page_shape_test
