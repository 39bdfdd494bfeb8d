#include "support/hostile.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

namespace client_batch_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string put_of(const std::string& id) {
  return R"({"PutRequest":{"Item":{"id":{"S":")" + id + R"("}}}})";
}
std::string key_of(const std::string& id) {
  return R"({"id":{"S":")" + id + R"("}})";
}
script unprocessed(const std::string& entries) {
  return respond(200, R"({"UnprocessedItems":{"t":[)" + entries + "]}}");
}

std::vector<write_request> three_puts() {
  std::vector<write_request> writes;
  for (const char* id : {"a", "b", "c"}) {
    writes.emplace_back(put_request{"t", owned_item{{"id", id}}});
  }
  return writes;
}

TEST(unprocessed_items, are_sent_again_until_none_is_left) {
  const loopback_server server(
      in_turn({unprocessed(put_of("b") + ", " + put_of("c")), unprocessed(put_of("c")),
               respond(200, R"({"UnprocessedItems":{}})")}));
  std::vector<std::size_t> written;
  client(impatient_config(server.url())).batch_write(three_puts(), {}, [&](std::size_t count) {
    written.push_back(count);
  });
  EXPECT_THAT(written, ElementsAre(1U, 2U, 3U));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[1].body,
            R"({"RequestItems":{"t":[)" + put_of("b") + "," + put_of("c") + "]}}");
  EXPECT_EQ(requests[2].body, R"({"RequestItems":{"t":[)" + put_of("c") + "]}}");
  EXPECT_EQ(requests[2].headers.at("x-amz-target"), "DynamoDB_20120810.BatchWriteItem");
}

TEST(unprocessed_items, for_ever_is_throttling) {
  const loopback_server server(in_turn({unprocessed(put_of("c"))}));
  const auto answer = client(impatient_config(server.url(), 100ms)).try_batch_write(three_puts());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::throttled);
  EXPECT_EQ(answer.error().table, "t");
  EXPECT_THAT(answer.error().message, HasSubstr("1 entries"));
  EXPECT_THAT(answer.error().message, HasSubstr("2 were processed"));
  // The one that is left comes back.
  ASSERT_EQ(answer.unwritten.size(), 1U);
  EXPECT_EQ(std::get<put_request>(answer.unwritten[0]).table, "t");
  EXPECT_EQ(std::get<put_request>(answer.unwritten[0]).item.json(), key_of("c"));
  const auto requests = server.requests();
  EXPECT_GT(requests.size(), 2U);
  for (std::size_t i = 1; i < requests.size(); ++i) {
    EXPECT_THAT(requests[i].body, HasSubstr(put_of("c")));
    EXPECT_THAT(requests[i].body, Not(HasSubstr(put_of("a"))));
  }
}

TEST(unprocessed_items, come_back_in_what_is_thrown) {
  const loopback_server server(
      in_turn({unprocessed(put_of("b")), service_error(400, "ValidationException")}));
  const client db(impatient_config(server.url()));
  std::vector<write_request> writes = three_puts();
  writes.emplace_back(delete_request{"t", owned_item{{"id", "d"}}});
  try {
    db.batch_write(writes);
    FAIL() << "nothing was thrown";
  } catch (const unwritten_items& failure) {
    EXPECT_EQ(failure.kind(), errc::rejected);
    ASSERT_EQ(failure.writes().size(), 1U);
    EXPECT_EQ(std::get<put_request>(failure.writes()[0]).item.json(), key_of("b"));
  }
  // Refused altogether: the caller's own, deletes as well.
  const auto answer = db.try_batch_write(writes);
  ASSERT_FALSE(answer);
  ASSERT_EQ(answer.unwritten.size(), 4U);
  EXPECT_EQ(std::get<put_request>(answer.unwritten[0]).item.json(), key_of("a"));
  EXPECT_EQ(std::get<delete_request>(answer.unwritten[3]).key.json(), key_of("d"));
}

TEST(unprocessed_items, that_are_no_writes_make_the_request_a_failure) {
  for (const char* entry : {"7", "{}", R"({"PutRequest":{}})", R"({"Other":{"Item":{}}})"}) {
    const loopback_server server(in_turn({unprocessed(entry)}));
    const auto answer = client(impatient_config(server.url())).try_batch_write(three_puts());
    ASSERT_FALSE(answer) << entry;
    EXPECT_EQ(answer.error().kind, errc::invalid_response);
    EXPECT_EQ(answer.unwritten.size(), 3U);
  }
}

TEST(unprocessed_items, of_a_later_request_do_not_hold_up_the_others) {
  std::vector<write_request> writes;
  for (int i = 0; i < 60; ++i) {
    writes.emplace_back(put_request{"t", owned_item{{"id", std::to_string(i)}}});
  }
  std::atomic<bool> refused = false;
  const loopback_server server([&](const received_request& request) {
    const bool has_it = request.body.find(put_of("30")) != std::string::npos;
    if (has_it && !refused.exchange(true)) return unprocessed(put_of("30"));
    return respond(200, "{}");
  });
  client(impatient_config(server.url())).batch_write(writes);
  std::size_t times = 0;
  for (const auto& request : server.requests()) {
    if (request.body.find(put_of("30")) != std::string::npos) ++times;
  }
  EXPECT_EQ(times, 2U);
}

TEST(unprocessed_keys, are_asked_for_again_until_none_is_left) {
  const loopback_server server(in_turn(
      {respond(200, R"({"Responses":{"t":[)" + key_of("a") +
                        R"(]},"UnprocessedKeys":{"t":{"Keys":[)" + key_of("b") + "," + key_of("c") +
                        R"(],"ConsistentRead":true}}})"),
       respond(200, R"({"UnprocessedKeys":{"t":{"Keys":[)" + key_of("b") + "," + key_of("c") +
                        R"(]}},"Responses":{}})"),
       respond(200, R"({"Responses":{"t":[)" + key_of("c") + R"(]},"UnprocessedKeys":{}})")}));
  const auto items = client(impatient_config(server.url()))
                         .batch_get({.table = "t",
                                     .keys = {owned_item{{"id", "a"}}, owned_item{{"id", "b"}},
                                              owned_item{{"id", "c"}}},
                                     .consistent_read = true});
  ASSERT_EQ(items.size(), 2U);  // "b" does not exist
  EXPECT_EQ(items[0].at("id").as_string(), "a");
  EXPECT_EQ(items[1].at("id").as_string(), "c");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[2].body, R"({"RequestItems":{"t":{"Keys":[)" + key_of("b") + "," +
                                  key_of("c") + R"(],"ConsistentRead":true}}})");
}

TEST(unprocessed_keys, for_ever_is_throttling) {
  const loopback_server server(in_turn({respond(
      200, R"({"Responses":{},"UnprocessedKeys":{"t":{"Keys":[)" + key_of("a") + "]}}}")}));
  const auto answer = client(impatient_config(server.url(), 100ms))
                          .try_batch_get({.table = "t", .keys = {owned_item{{"id", "a"}}}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::throttled);
}

// What a proxy answers in the service's place was not written, and not read.
TEST(strange_answer, is_not_a_success) {
  for (const char* body : {"<html>Please log in</html>", "", "[]", "{\"UnprocessedItems\":[]"}) {
    const loopback_server server(in_turn({respond(200, body, {"x-amzn-RequestId: STRANGE"})}));
    const client db(impatient_config(server.url()));
    const auto put = db.try_put_item({.table = "t", .item = owned_item{{"id", "a"}}});
    ASSERT_FALSE(put) << body;
    EXPECT_EQ(put.error().kind, errc::invalid_response);
    EXPECT_EQ(put.error().table, "t");
    EXPECT_EQ(put.error().request_id, "STRANGE");
    EXPECT_FALSE(db.try_delete_item({.table = "t", .key = owned_item{{"id", "a"}}})) << body;
    EXPECT_FALSE(db.try_delete_table("t")) << body;
    EXPECT_FALSE(db.try_get_item({.table = "t", .key = owned_item{{"id", "a"}}})) << body;
    EXPECT_FALSE(db.try_update_item(
        {.table = "t", .key = owned_item{{"id", "a"}}, .update_expression = "REMOVE x"}))
        << body;
    EXPECT_FALSE(db.try_batch_write(three_puts())) << body;
    EXPECT_FALSE(db.try_batch_get({.table = "t", .keys = {owned_item{{"id", "a"}}}})) << body;
    EXPECT_FALSE(db.try_list_tables()) << body;
    EXPECT_FALSE(db.try_describe_table("t")) << body;
  }
}

TEST(strange_answer, batch_get_without_responses_found_nothing_out) {
  const loopback_server server(in_turn({respond(200, "{}")}));
  const auto answer = client(impatient_config(server.url()))
                          .try_batch_get({.table = "t", .keys = {owned_item{{"id", "a"}}}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::invalid_response);
}

}  // namespace client_batch_test
