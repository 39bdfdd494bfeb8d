// A scan under the test's control: which requests leave when, and what pullers get.
#include "unit/scan/pulled_source.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace scan_page_source_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::id_page;
using test::page_source_test;

// Requests

TEST_F(page_source_test, sends_nothing_before_the_first_pull) {
  for (const bool ahead : {false, true}) {
    options.segments = 4;
    page_source scan = source(ahead);
    EXPECT_EQ(backend->count(), 0U);
    EXPECT_EQ(scan.progress().requests, 0U);
  }
}

TEST_F(page_source_test, without_read_ahead_sends_one_request_for_each_pull) {
  page_source scan = source(false);
  ask(scan);
  ASSERT_EQ(backend->count(), 1U);
  backend->answer(0, id_page({"a"}, key("a")));
  EXPECT_EQ(heard, strings{"a"});
  EXPECT_EQ(backend->count(), 1U) << "nobody asked for another page";
  ask(scan);
  ASSERT_EQ(backend->count(), 2U);
  backend->answer(1, id_page({"b"}));
  ask(scan, 2);
  EXPECT_EQ(heard, (strings{"a", "b", "end", "end"}));
  EXPECT_EQ(backend->count(), 2U);
}

TEST_F(page_source_test, without_read_ahead_asks_in_several_segments_for_several_pulls) {
  options.segments = 4;
  page_source scan = source(false);
  ask(scan, 3);
  EXPECT_EQ(backend->count(), 3U);
  backend->answer(0, id_page({"a"}, key("a")));
  EXPECT_EQ(backend->count(), 3U);
}

TEST_F(page_source_test, with_read_ahead_asks_for_the_next_page_at_once) {
  page_source scan = source(true);
  ask(scan);
  backend->answer(0, id_page({"a"}, key("a")));
  EXPECT_EQ(heard, strings{"a"});
  ASSERT_EQ(backend->count(), 2U);
  backend->answer(1, id_page({"b"}, key("b")));
  EXPECT_EQ(backend->count(), 3U) << "the queue may hold more than one page";
}

TEST_F(page_source_test, carries_position_segment_and_options_in_the_body) {
  options.segments = 2;
  options.max_concurrency = 1;
  options.page_size = 10;
  options.consistent_read = true;
  options.filter_expression = "a = :a";
  options.expression_attribute_values = {{":a", 1}};
  options.retry_budget = 5s;
  options.deadline = std::chrono::steady_clock::now() + 1h;
  page_source scan = source(false);
  ask(scan);
  const std::string fixed = R"({"TableName":"users","FilterExpression":"a = :a",)"
                            R"("ExpressionAttributeValues":{":a":{"N":"1"}},"ConsistentRead":true,)"
                            R"("ReturnConsumedCapacity":"TOTAL")";
  EXPECT_EQ(backend->request(0).body, fixed + R"(,"Segment":0,"TotalSegments":2,"Limit":10})");
  EXPECT_EQ(backend->request(0).op, operation::scan);
  EXPECT_EQ(backend->request(0).table, "users");
  EXPECT_EQ(backend->request(0).segment, 0U);
  EXPECT_EQ(backend->request(0).retry_budget, 5s);
  EXPECT_EQ(backend->request(0).deadline, options.deadline);
  EXPECT_NE(backend->request(0).gate, nullptr);
  backend->answer(0, id_page({"a"}, key("a")));
  ask(scan);
  backend->answer(1, id_page({"b"}));
  ask(scan);
  EXPECT_EQ(backend->request(2).body, fixed + R"(,"Segment":0,"TotalSegments":2,"Limit":10,)"
                                              R"("ExclusiveStartKey":{"id":{"S":"a"}}})");
}

TEST_F(page_source_test, of_one_segment_does_not_name_it) {
  page_source scan = source(false);
  ask(scan);
  EXPECT_EQ(backend->request(0).body, R"({"TableName":"users","ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_FALSE(backend->request(0).segment);
}

TEST_F(page_source_test, keeps_within_its_concurrency) {
  options.segments = 10;
  options.max_concurrency = 3;
  page_source scan = source(true);
  ask(scan, 8);
  EXPECT_EQ(backend->count(), 3U);
  backend->answer(1, id_page({"a"}, key("a")));
  EXPECT_EQ(backend->open().size(), 3U);
  backend->answer(0, id_page({"b"}));
  EXPECT_EQ(backend->open().size(), 3U);
  EXPECT_EQ(backend->count(), 5U);
}

TEST_F(page_source_test, has_as_many_requests_under_way_as_segments_but_64_at_most) {
  options.segments = 100;
  page_source scan = source(true);
  ask(scan);
  EXPECT_EQ(backend->count(), 64U);
}

TEST_F(page_source_test, stops_reading_ahead_when_its_memory_is_used_up) {
  options.max_buffered_bytes = 1000;
  page_source scan = source(true);
  ask(scan);
  const std::string large(600, 'x');
  std::size_t answered = 0;
  for (; backend->count() > answered; ++answered) {
    ASSERT_LT(answered, 10U);
    backend->answer(answered, id_page({large}, key(std::to_string(answered))));
  }
  // One page was delivered; two wait, which is beyond the limit.
  EXPECT_EQ(answered, 3U);
  EXPECT_EQ(scan.progress().pages, 3U);
  (void)scan.next();
  EXPECT_EQ(backend->count(), 4U) << "room has come up";
}

// Memory that the backend takes from the gate counts from before the body is read.
TEST_F(page_source_test, sends_nothing_while_a_response_waits_for_memory) {
  options.segments = 3;
  options.max_concurrency = 1;
  options.max_buffered_bytes = 1 << 20;
  page_source scan = source(true);
  ask(scan);
  const auto gate = backend->request(0).gate;
  int resumed = 0;
  auto all = gate->admit(1 << 20, &resumed, [] {});
  ASSERT_TRUE(all);
  EXPECT_FALSE(gate->admit(1 << 20, &resumed, [&] { ++resumed; }));
  backend->answer(0, id_page({"a"}));
  EXPECT_EQ(heard, strings{"a"});
  EXPECT_EQ(backend->count(), 1U);
  all.reset();
  EXPECT_EQ(resumed, 1);
  EXPECT_EQ(backend->count(), 2U);
}

TEST_F(page_source_test, segments_take_turns) {
  options.segments = 3;
  options.max_concurrency = 1;
  page_source scan = source(true);
  ask(scan, 7);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(segment_of(i), i % 3) << i;
    backend->answer(i, id_page({std::to_string(segment_of(i))}, key(std::to_string(i))));
  }
  EXPECT_EQ(heard, (strings{"0", "1", "2", "0", "1", "2", "0"}));
}

TEST_F(page_source_test, one_segment_is_never_asked_twice_at_a_time) {
  options.segments = 2;
  options.max_concurrency = 8;
  page_source scan = source(true);
  ask(scan, 8);
  EXPECT_EQ(backend->count(), 2U);
}

TEST_F(page_source_test, a_segment_continues_from_its_own_key) {
  options.segments = 2;
  page_source scan = source(true);
  ask(scan, 4);
  ASSERT_EQ(backend->count(), 2U);
  backend->answer(1, id_page({"b1"}, key("from-1")));
  backend->answer(0, id_page({"a1"}, key("from-0")));
  ASSERT_EQ(backend->count(), 4U);
  EXPECT_EQ(segment_of(2), 1U);
  EXPECT_NE(backend->request(2).body.find("from-1"), std::string::npos);
  EXPECT_EQ(segment_of(3), 0U);
  EXPECT_NE(backend->request(3).body.find("from-0"), std::string::npos);
  backend->answer(3, id_page({"a2"}));
  backend->answer(2, id_page({"b2"}));
  ask(scan);
  EXPECT_EQ(heard, (strings{"b1", "a1", "a2", "b2", "end"}));
}

TEST_F(page_source_test, only_an_absent_key_ends_a_segment) {
  page_source scan = source(false);
  ask(scan, 4);
  backend->answer(0, id_page({}, key("a")));
  backend->answer(1, id_page({}, key("b")));
  EXPECT_EQ(scan.progress().segments_complete, 0U);
  backend->answer(2, id_page({}, "{}"));
  EXPECT_EQ(scan.progress().segments_complete, 1U);
  EXPECT_EQ(heard, (strings{"", "", "", "end"}));
}

// Handlers

TEST_F(page_source_test, handlers_are_called_at_once_if_a_page_is_there) {
  page_source scan = source(true);
  ask(scan);
  backend->answer(0, id_page({"a"}, key("a")));
  backend->answer(1, id_page({"b"}, key("b")));
  EXPECT_EQ(heard, strings{"a"});
  ask(scan);
  EXPECT_EQ(heard, (strings{"a", "b"}));
}

TEST_F(page_source_test, handlers_are_served_in_order) {
  page_source scan = source(true);
  for (const char* name : {"1:", "2:", "3:"}) {
    scan.async_next([this, name](const outcome& got) { heard.push_back(name + told(got)); });
  }
  backend->answer(0, id_page({"a"}, key("a")));
  backend->answer(1, id_page({"b"}));
  EXPECT_EQ(heard, (strings{"1:a", "2:b", "3:end"}));
}

TEST_F(page_source_test, a_handler_may_ask_again) {
  page_source scan = source(true);
  page_source::handler again = [&](const outcome& got) {
    heard.push_back(told(got));
    if (got && *got) scan.async_next(again);
  };
  scan.async_next(again);
  backend->answer(0, id_page({"a"}, key("a")));
  backend->answer(1, id_page({"b"}));
  EXPECT_EQ(heard, (strings{"a", "b", "end"}));
}

// Backends that answer within submit

TEST_F(page_source_test, a_backend_that_answers_at_once_does_not_nest_calls) {
  constexpr int pages = 100'000;
  int served = 0;
  struct eager final : dynamo::backend {
    explicit eager(int& served) : served_(served) {}
    void submit(backend_request, backend_completion done) override {
      const std::string next = ++served_ < pages ? key(std::to_string(served_)) : std::string();
      const std::string body = id_page({"a"}, next);
      done(backend_response{.body = body_buffer(std::string_view(body))});
    }
    int& served_;
  };
  const auto from = std::make_shared<eager>(served);
  int heard_pages = 0;
  page_source scan(from, "users", {}, true);
  page_source::handler again = [&](const outcome& got) {
    if (!got.value()) return;
    ++heard_pages;
    scan.async_next(again);
  };
  scan.async_next(again);
  EXPECT_EQ(heard_pages, pages);
}

// Options

TEST_F(page_source_test, refuses_options_outside_their_range) {
  auto expect_refused = [&](auto change, std::string_view part) {
    options = {};
    change(options);
    try {
      (void)source(true);
      ADD_FAILURE() << part;
    } catch (const exception& refused) {
      EXPECT_EQ(refused.kind(), errc::invalid_argument);
      EXPECT_NE(refused.details().message.find(part), std::string::npos)
          << refused.details().message;
    }
  };
  expect_refused([](auto& o) { o.segments = 0; }, "segments is 0");
  expect_refused([](auto& o) { o.segments = 1'000'001; }, "segments is 1000001");
  expect_refused([](auto& o) { o.max_concurrency = 0; }, "max_concurrency is 0");
  expect_refused([](auto& o) { o.page_size = 0; }, "page_size is 0");
  expect_refused([](auto& o) { o.limit = 0; }, "limit is 0");
  expect_refused(
      [](auto& o) {
        o.select = select::count;
        o.projection_expression = "id";
      },
      "projection_expression");
  EXPECT_EQ(backend->count(), 0U);
}

TEST_F(page_source_test, takes_the_largest_number_of_segments) {
  options.segments = 1'000'000;
  options.max_concurrency = 1;
  page_source scan = source(false);
  ask(scan);
  EXPECT_NE(backend->request(0).body.find(R"("TotalSegments":1000000)"), std::string::npos);
  EXPECT_EQ(scan.progress().segments, 1'000'000U);
}

// Progress

TEST_F(page_source_test, reports_its_progress) {
  options.segments = 2;
  page_source scan = source(true);
  EXPECT_EQ(scan.progress().segments, 2U);
  ask(scan);
  const std::string body =
      R"({"Count":1,"Items":[{"id":{"S":"a"}}],"ScannedCount":7,"ConsumedCapacity":{"CapacityUnits":1.5}})";
  backend->answer(0, body);
  scan_progress now = scan.progress();
  EXPECT_EQ(now.items, 1U);
  EXPECT_EQ(now.scanned_items, 7U);
  EXPECT_EQ(now.pages, 1U);
  EXPECT_EQ(now.bytes, body.size());
  EXPECT_EQ(now.requests, 1U);
  EXPECT_EQ(now.consumed_capacity, 1.5);
  EXPECT_EQ(now.segments_complete, 1U);
  backend->answer(1, id_page({"b", "c"}, key("c")));
  now = scan.progress();
  EXPECT_EQ(now.items, 3U);
  EXPECT_EQ(now.pages, 2U);
  EXPECT_EQ(now.segments_complete, 1U);
}

}  // namespace scan_page_source_test
