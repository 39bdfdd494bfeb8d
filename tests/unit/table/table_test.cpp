// A table: which requests its functions send, and what they make of the answers.
#include "unit/scan/sample_items.hpp"
#include "unit/table/served_table.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

namespace dynamo::test {
namespace {

struct site_visit {
  std::string site;
  std::int64_t at = 0;
  std::optional<std::string> from;
};

}  // namespace
}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::site_visit> = dynamo::table_mapping(
    // The order of the fields is not the order of the key.
    "visits", dynamo::field("from", &dynamo::test::site_visit::from),
    dynamo::sort_key("at", &dynamo::test::site_visit::at),
    dynamo::partition_key("site", &dynamo::test::site_visit::site));

namespace {

using namespace dynamo;
using namespace dynamo::test;

const std::string more = R"({"id":{"S":"k"}})";

// Keys

TEST_F(table_test, makes_keys_in_the_order_partition_key_sort_key) {
  EXPECT_EQ(table<site_visit>::key_of("a", 7).json(), R"({"at":{"N":"7"},"site":{"S":"a"}})");
  EXPECT_EQ(table<person>::key_of(std::string("a")).json(), R"({"id":{"S":"a"}})");
  EXPECT_EQ(table<item>::key_of(owned_item{{"id", "a"}}).json(), R"({"id":{"S":"a"}})");
}

// Single items

TEST_F(table_test, puts) {
  const table<site_visit> visits(serve({std::string("{}"), std::string("{}")}));
  EXPECT_EQ(visits.name(), "visits");
  visits.put({.site = "a", .at = 7, .from = "b"});
  EXPECT_EQ(op(0), operation::put_item);
  EXPECT_EQ(body(0), R"({"TableName":"visits","Item":{"from":{"S":"b"},"at":{"N":"7"},)"
                     R"("site":{"S":"a"}}})");
  const table<item> any(client(backend), "other");
  any.put({{"id", "x"}});
  EXPECT_EQ(body(1), R"({"TableName":"other","Item":{"id":{"S":"x"}}})");
}

TEST_F(table_test, gets) {
  const table<site_visit> visits(
      serve({std::string(R"({"Item":{"site":{"S":"a"},"at":{"N":"7"}}})"), std::string("{}")}));
  const std::optional<site_visit> found = visits.get("a", 7);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->site, "a");
  EXPECT_EQ(found->at, 7);
  EXPECT_FALSE(found->from);
  EXPECT_EQ(op(0), operation::get_item);
  EXPECT_EQ(body(0), R"({"TableName":"visits","Key":{"at":{"N":"7"},"site":{"S":"a"}}})");
  EXPECT_FALSE(visits.get("b", 8));
}

TEST_F(table_test, gets_items_of_any_shape) {
  const table<item> any(serve({std::string(R"({"Item":{"id":{"S":"a"},"n":{"N":"1"}}})")}), "t");
  EXPECT_EQ(any.get(owned_item{{"id", "a"}}), (owned_item{{"id", "a"}, {"n", 1}}));
}

TEST_F(table_test, says_what_does_not_fit) {
  const table<site_visit> visits(
      serve({std::string(R"({"Item":{"site":{"S":"a"},"at":{"S":"7"}}})")}));
  const auto got = visits.try_get("a", 7);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, errc::invalid_value);
  EXPECT_EQ(got.error().table, "visits");
  EXPECT_NE(got.error().message.find("'at'"), std::string::npos);
}

TEST_F(table_test, removes_and_updates) {
  const table<site_visit> visits(
      serve({std::string("{}"), std::string(R"({"Attributes":{"at":{"N":"8"}}})")}));
  visits.remove("a", 7);
  EXPECT_EQ(op(0), operation::delete_item);
  EXPECT_EQ(body(0), R"({"TableName":"visits","Key":{"at":{"N":"7"},"site":{"S":"a"}}})");
  const auto changed = visits.update({.key = table<site_visit>::key_of("a", 7),
                                      .update_expression = "SET x = :x",
                                      .expression_attribute_values = {{":x", 1}},
                                      .returned = return_values::updated_new});
  EXPECT_EQ(op(1), operation::update_item);
  EXPECT_TRUE(body(1).starts_with(R"({"TableName":"visits","Key":)"));
  EXPECT_EQ(changed, (owned_item{{"at", 8}}));
}

TEST_F(table_test, passes_the_end_of_a_call_on) {
  const table<site_visit> visits(serve({std::string("{}")}));
  std::stop_source stop;
  const deadline late = std::chrono::steady_clock::now() + std::chrono::hours(1);
  visits.put({}, {.stop = stop.get_token(), .deadline = late});
  EXPECT_EQ(backend->request(0).deadline, late);
  EXPECT_EQ(backend->request(0).stop, stop.get_token());
}

// Batches

TEST_F(table_test, puts_many_in_batches_until_all_are_written) {
  const std::string left =
      R"({"UnprocessedItems":{"people":[{"PutRequest":{"Item":{"id":{"S":"x"}}}}]}})";
  const table<person> people(serve({left, std::string("{}"), std::string("{}")}));
  std::vector<person> all(30);
  people.put_all(all);
  ASSERT_EQ(backend->count(), 2U) << "what was left goes with the rest";
  EXPECT_EQ(op(0), operation::batch_write_item);
  EXPECT_NE(body(1).find(R"("S":"x")"), std::string::npos);
  EXPECT_EQ(time->naps().size(), 1U);
}

TEST_F(table_test, puts_nothing_of_nothing) {
  const table<person> people(serve({}));
  people.put_all({});
  EXPECT_EQ(backend->count(), 0U);
}

// Queries

TEST_F(table_test, queries_page_by_page) {
  const table<person> people(serve({page_of({person_json("a"), person_json("b")}, more),
                                    page_of({}, more), page_of({person_json("c")})}));
  const auto found = people.query({.key_condition_expression = "id = :i", .limit = 2});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[2].id, "c");
  EXPECT_EQ(op(0), operation::query);
  EXPECT_EQ(body(0).find("ExclusiveStartKey"), std::string::npos);
  EXPECT_NE(body(1).find(R"("ExclusiveStartKey":)" + more), std::string::npos);
  EXPECT_NE(body(2).find(R"("TableName":"people")"), std::string::npos);
  EXPECT_EQ(backend->count(), 3U);
}

TEST_F(table_test, fails_a_query_whose_keys_go_in_a_circle) {
  const table<person> people(
      client(std::make_shared<manual_backend>([asked = 0](const backend_request&) mutable {
        const std::string key = R"({"id":{"S":")" + std::to_string(asked++ % 3) + R"("}})";
        return asked < 100 ? result<std::string>(page_of({person_json("a")}, key))
                           : failure_of(errc::unavailable, "asked for ever");
      })));
  const auto got = people.try_query({.key_condition_expression = "id = :i"});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, errc::invalid_response) << got.error().message;
  EXPECT_EQ(got.error().table, "people");
}

TEST_F(table_test, fails_a_list_of_tables_that_goes_in_a_circle) {
  const auto list = [](const std::string& last) {
    return std::string(R"({"TableNames":["t"],"LastEvaluatedTableName":")" + last + R"("})");
  };
  for (const std::string_view circle : {"a", "ab", "abc"}) {
    std::vector<result<std::string>> answers;
    for (std::size_t i = 0; i < 20; ++i) answers.emplace_back(list({circle[i % circle.size()]}));
    const auto got = serve(answers).try_list_tables();
    ASSERT_FALSE(got) << circle;
    EXPECT_EQ(got.error().kind, errc::invalid_response) << got.error().message;
  }
  EXPECT_EQ(serve({list("")}).list_tables().size(), 1U) << "an empty name is none";
}

TEST_F(table_test, does_not_give_half_of_a_query) {
  for (const std::string& broken :
       {page_of({person_json("b")}, {}, 2), std::string(R"({"Count":1,"ScannedCount":1})"),
        page_of({person_json("b", "old")})}) {
    const table<person> people(serve({page_of({person_json("a")}, more), broken}));
    const auto got = people.try_query({.key_condition_expression = "id = :i"});
    ASSERT_FALSE(got) << broken;
    EXPECT_EQ(got.error().table, "people");
  }
}

// Scans

TEST_F(table_test, scans) {
  const table<person> people(
      serve({page_of({person_json("a")}, more), page_of({person_json("b")})}));
  const std::vector<person> all = people.scan();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].id, "b");
  EXPECT_EQ(body(0), R"({"TableName":"people","ReturnConsumedCapacity":"TOTAL"})");
}

TEST_F(table_test, scans_in_parallel_eight_segments_by_default) {
  std::vector<result<std::string>> answers(8, page_of({person_json("a")}));
  const table<person> people(serve(answers));
  EXPECT_EQ(people.parallel_scan().size(), 8U);
  EXPECT_NE(body(7).find(R"("Segment":7,"TotalSegments":8)"), std::string::npos);
  const table<person> two(serve(answers));
  EXPECT_EQ(two.parallel_scan({.segments = 2}).size(), 2U);
}

TEST_F(table_test, streams_outlive_the_table_and_the_client) {
  const auto open = [&] {
    return table<person>(serve({page_of({person_json("a")}, more), page_of({person_json("b")})}))
        .stream_scan();
  };
  auto stream = open();
  backend.reset();
  std::size_t items = 0;
  for ([[maybe_unused]] const person& each : stream) ++items;
  EXPECT_EQ(items, 2U);
}

TEST_F(table_test, a_sequential_stream_reads_ahead_only_if_asked_to) {
  for (const bool ahead : {false, true}) {
    const table<person> people(
        serve({page_of({person_json("a")}, more), page_of({person_json("b")})}));
    auto stream = people.stream_scan({.read_ahead = ahead});
    EXPECT_EQ(stream.begin()->id, "a");
    EXPECT_EQ(backend->count(), ahead ? 2U : 1U);
  }
}

TEST_F(table_test, keeps_items_of_any_shape) {
  const table<item> any(serve({page_of({person_json("a")}, more), page_of({person_json("b")})}),
                        "t");
  const std::vector<owned_item> all = any.scan();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], (owned_item{{"id", "a"}, {"age", 1}}));
}

TEST_F(table_test, try_scan_of_items_does_not_throw) {
  const table<item> any(serve({page_of({person_json("a", "no number")})}), "t");
  const auto got = any.try_scan();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, errc::invalid_value);
  EXPECT_EQ(got.error().table, "t");
}

TEST_F(table_test, gives_no_part_of_a_scan_that_failed) {
  const table<person> people(
      serve({page_of({person_json("a")}, more), failure_of(errc::throttled)}));
  EXPECT_EQ(people.try_scan().error().kind, errc::throttled);
}

TEST_F(table_test, counts) {
  const table<person> people(
      serve({std::string(R"({"Count":3,"ScannedCount":4,"LastEvaluatedKey":{"id":{"S":"k"}}})"),
             std::string(R"({"Count":3,"ScannedCount":4,"LastEvaluatedKey":{"id":{"S":"l"}}})"),
             std::string(R"({"Count":0,"ScannedCount":0})")}));
  const item_counts counted = people.count({.segments = 1});
  EXPECT_EQ(counted.items, 6U);
  EXPECT_EQ(counted.scanned_items, 8U);
  EXPECT_NE(body(0).find(R"("Select":"COUNT")"), std::string::npos);
}

TEST_F(table_test, counts_up_to_a_limit) {
  const table<person> people(
      serve({std::string(R"({"Count":3,"ScannedCount":3,"LastEvaluatedKey":{"id":{"S":"k"}}})"),
             std::string(R"({"Count":3,"ScannedCount":3,"LastEvaluatedKey":{"id":{"S":"l"}}})")}));
  EXPECT_EQ(people.count({.segments = 1, .max_concurrency = 1, .limit = 5}).items, 5U);
}

// Misuse

TEST_F(table_test, refuses_what_makes_no_sense_before_sending_anything) {
  const table<person> people(serve({}));
  auto expect_refused = [](auto call, std::string_view part) {
    try {
      (void)call();
      ADD_FAILURE() << part;
    } catch (const exception& refused) {
      EXPECT_EQ(refused.kind(), errc::invalid_argument);
      EXPECT_NE(refused.details().message.find(part), std::string::npos)
          << refused.details().message;
    }
  };
  expect_refused([&] { return people.stream_scan({.segments = 2}); }, "stream_parallel_scan");
  expect_refused([&] { return people.try_scan({.segments = 8}); }, "one segment");
  expect_refused([&] { return people.stream_parallel_scan({.segments = 0}); }, "segments is 0");
  expect_refused([&] { return people.try_parallel_scan({.limit = 0}); }, "limit is 0");
  expect_refused([&] { return people.stream_scan({.select = select::count}); }, "count()");
  expect_refused([&] { return people.try_scan({.select = select::count}); }, "count()");
  expect_refused([&] { return people.stream_parallel_scan({.select = select::count}); }, "count()");
  expect_refused([&] { return people.try_query({.selected = select::count}); }, "client::query");
  expect_refused([&] { return people.try_count({.projection_expression = "id"}); },
                 "projection_expression");
  EXPECT_EQ(backend->count(), 0U);
}

// The client's functions that no table offers

class client_test : public table_test {};

TEST_F(client_test, lists_tables_page_by_page) {
  const client db = serve({std::string(R"({"TableNames":["a"],"LastEvaluatedTableName":"a"})"),
                           std::string(R"({"TableNames":["b","c"]})")});
  EXPECT_EQ(db.list_tables(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(body(0), "{}");
  EXPECT_EQ(body(1), R"({"ExclusiveStartTableName":"a"})");
}

TEST_F(client_test, waits_until_a_table_is_active) {
  const std::string creating = R"({"Table":{"TableName":"t","TableStatus":"CREATING"}})";
  const client db = serve({failure_of(errc::not_found), creating,
                           std::string(R"({"Table":{"TableName":"t","TableStatus":"ACTIVE"}})")});
  EXPECT_EQ(db.wait_until_active("t").status, table_status::active);
  EXPECT_EQ(backend->count(), 3U);
  EXPECT_EQ(time->naps(), (std::vector<std::chrono::milliseconds>{std::chrono::milliseconds(50),
                                                                  std::chrono::milliseconds(100)}));
}

TEST_F(client_test, gives_up_waiting_in_time) {
  std::vector<result<std::string>> answers(
      100, std::string(R"({"Table":{"TableName":"t","TableStatus":"CREATING"}})"));
  const client db = serve(answers);
  const auto begin = time->now();
  const auto got = db.try_wait_until_active("t", std::chrono::seconds(30));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, errc::deadline_exceeded);
  EXPECT_NE(got.error().message.find("CREATING"), std::string::npos);
  EXPECT_LE(time->now() - begin, std::chrono::seconds(30));
  const client other = serve({failure_of(errc::access_denied)});
  EXPECT_EQ(other.try_wait_until_active("t").error().kind, errc::access_denied);
}

TEST_F(client_test, gets_batches_until_every_key_was_answered) {
  const client db =
      serve({std::string(R"({"Responses":{"t":[{"id":{"S":"a"}}]},)"
                         R"("UnprocessedKeys":{"t":{"Keys":[{"id":{"S":"b"}}]}}})"),
             std::string(R"({"Responses":{"t":[{"id":{"S":"b"}}]},"UnprocessedKeys":{}})")});
  const auto items =
      db.batch_get({.table = "t", .keys = {owned_item{{"id", "a"}}, owned_item{{"id", "b"}}}});
  EXPECT_EQ(items.size(), 2U);
  EXPECT_EQ(body(1), R"({"RequestItems":{"t":{"Keys":[{"id":{"S":"b"}}]}}})");
}

TEST_F(client_test, names_table_and_request_in_an_answer_it_cannot_read) {
  const client db = serve({std::string("[]"), std::string("{}"), std::string(R"({"Count":1})")});
  for (const error& reason :
       {db.try_describe_table("t").error(), db.try_scan({.table = "t"}).error(),
        db.try_scan({.table = "t"}).error()}) {
    EXPECT_EQ(reason.kind, errc::invalid_response);
    EXPECT_EQ(reason.table, "t");
    EXPECT_EQ(reason.request_id, "RID");
  }
}

TEST_F(client_test, counts_with_a_page_of_its_own) {
  const client db = serve({std::string(R"({"Count":7,"ScannedCount":9})")});
  const item_page page = db.scan({.table = "t", .selected = select::count});
  EXPECT_EQ(page.count, 7U);
  EXPECT_TRUE(page.items.empty());
}

}  // namespace
