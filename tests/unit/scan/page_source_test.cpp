// A scan under the test's control: which requests leave when, and what pullers get.
#include "support/manual_backend.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace dynamo;
using namespace std::chrono_literals;
using test::failure_of;
using test::id_page;
using test::manual_backend;

using outcome = result<std::optional<page>>;

std::string key(std::string_view id) {
  return R"({"id":{"S":")" + std::string(id) + R"("}})";
}

// The first item's id, read off the raw text; empty for a page without items.
std::string id_of(const page& of) {
  const std::string_view text(of.items_begin(), 40);
  const auto begin = text.find(R"("S":")");
  if (text[1] == ']' || begin == std::string_view::npos) return {};
  return std::string(text.substr(begin + 5, text.find('"', begin + 5) - begin - 5));
}

class page_source_test : public testing::Test {
 protected:
  page_source source(bool ahead) { return {backend, "users", options, ahead}; }

  // What a pull gave: the page's id, "end", or the error's kind.
  static std::string told(const outcome& got) {
    if (!got) return std::string(to_string(got.error().kind));
    if (!*got) return "end";
    return id_of(**got);
  }
  page_source::handler note() {
    return [this](const outcome& got) { heard.push_back(told(got)); };
  }
  // Pulls `count` times; the answers come as the test gives them.
  void ask(page_source& from, int count = 1) {
    for (int i = 0; i < count; ++i) from.async_next(note());
  }
  std::uint32_t segment_of(std::size_t request) const {
    return backend->request(request).segment.value_or(0);
  }

  std::shared_ptr<manual_backend> backend = std::make_shared<manual_backend>();
  scan_options options;
  std::vector<std::string> heard;
};

using strings = std::vector<std::string>;

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

TEST_F(page_source_test, a_segment_goes_on_from_its_own_key) {
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

// Failures

TEST_F(page_source_test, a_failure_comes_behind_the_pages_that_arrived_and_stays) {
  options.segments = 3;
  page_source scan = source(true);
  ask(scan);
  backend->answer(0, id_page({"a"}, key("a")));
  backend->answer(1, id_page({"b"}, key("b")));
  error reason = failure_of(errc::throttled, "too fast");
  reason.code = "ThrottlingException";
  reason.request_id = "R1";
  reason.attempts = 9;
  backend->answer(2, reason);
  const std::size_t sent = backend->count();
  EXPECT_EQ(backend->obey_stops(), 2U) << "the other segments are not needed any more";
  EXPECT_EQ(told(scan.next()), "b");
  for (int i = 0; i < 3; ++i) {
    const outcome got = scan.next();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, errc::throttled);
    EXPECT_EQ(got.error().message, "too fast");
    EXPECT_EQ(got.error().code, "ThrottlingException");
    EXPECT_EQ(got.error().request_id, "R1");
    EXPECT_EQ(got.error().attempts, 9U);
    EXPECT_EQ(got.error().table, "users");
    EXPECT_EQ(got.error().segment, 2U);
  }
  ask(scan);
  EXPECT_EQ(heard, (strings{"a", "throttled"}));
  EXPECT_EQ(backend->count(), sent);
}

TEST_F(page_source_test, pages_that_arrive_behind_a_failure_are_delivered_before_it) {
  options.segments = 2;
  page_source scan = source(true);
  ask(scan, 2);
  backend->answer(0, failure_of(errc::unavailable));
  EXPECT_TRUE(heard.empty());
  backend->answer(1, id_page({"b"}, key("b")));
  EXPECT_EQ(heard, (strings{"b", "unavailable"}));
  EXPECT_EQ(backend->count(), 2U);
}

TEST_F(page_source_test, the_first_failure_counts) {
  options.segments = 2;
  page_source scan = source(true);
  ask(scan);
  backend->answer(1, failure_of(errc::access_denied));
  EXPECT_EQ(backend->obey_stops(), 1U);
  EXPECT_EQ(heard, strings{"access_denied"});
}

TEST_F(page_source_test, a_body_that_is_no_page_is_a_failure) {
  page_source scan = source(false);
  ask(scan);
  backend->answer(0, std::string("{}"));
  const outcome got = scan.next();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, errc::invalid_response);
  EXPECT_EQ(got.error().request_id, "RID");
  EXPECT_EQ(got.error().table, "users");
  EXPECT_EQ(got.error().attempts, 1U);
  EXPECT_FALSE(got.error().segment) << "there is only one";
}

// Limits

TEST_F(page_source_test, a_limit_cuts_the_last_page) {
  options.limit = 5;
  page_source scan = source(false);
  ask(scan);
  EXPECT_NE(backend->request(0).body.find(R"("Limit":5)"), std::string::npos);
  backend->answer(0, id_page({"a", "b", "c"}, key("c")));
  auto pull = std::optional<outcome>();
  scan.async_next([&](outcome got) { pull.emplace(std::move(got)); });
  EXPECT_NE(backend->request(1).body.find(R"("Limit":2)"), std::string::npos);
  backend->answer(1, id_page({"d", "e", "f"}, key("f")));
  ASSERT_TRUE(pull && *pull && **pull);
  EXPECT_EQ((**pull)->wanted, 2U);
  EXPECT_EQ((**pull)->count(), 3U);
  EXPECT_EQ(told(scan.next()), "end");
  EXPECT_EQ(backend->count(), 2U);
  EXPECT_EQ(scan.progress().items, 5U);
}

TEST_F(page_source_test, a_limit_counts_across_segments_and_stops_the_others) {
  options.limit = 2;
  options.segments = 3;
  page_source scan = source(true);
  ask(scan);
  ASSERT_EQ(backend->count(), 3U);
  backend->answer(1, id_page({"b1", "b2"}, key("x")));
  EXPECT_EQ(backend->open().size(), 2U);
  backend->answer(0, id_page({"a"}, key("x")));  // came too late
  EXPECT_EQ(backend->obey_stops(), 1U);
  ask(scan);
  EXPECT_EQ(heard, (strings{"b1", "end"}));
  EXPECT_EQ(backend->count(), 3U);
}

TEST_F(page_source_test, with_a_filter_a_limit_is_not_sent) {
  options.limit = 2;
  options.filter_expression = "a = :a";
  page_source scan = source(false);
  ask(scan);
  EXPECT_EQ(backend->request(0).body.find("Limit"), std::string::npos);
  options.page_size = 7;
  page_source small = source(false);
  ask(small);
  EXPECT_NE(backend->request(1).body.find(R"("Limit":7)"), std::string::npos);
}

TEST_F(page_source_test, the_smaller_of_page_size_and_limit_is_sent) {
  options.page_size = 3;
  options.limit = 4;
  page_source scan = source(false);
  ask(scan, 2);
  backend->answer(0, id_page({"a", "b", "c"}, key("c")));
  EXPECT_NE(backend->request(0).body.find(R"("Limit":3)"), std::string::npos);
  EXPECT_NE(backend->request(1).body.find(R"("Limit":1)"), std::string::npos);
}

TEST_F(page_source_test, a_limit_beyond_what_the_service_takes_is_not_sent) {
  options.limit = std::uint64_t{1} << 40;
  page_source scan = source(false);
  ask(scan);
  EXPECT_EQ(backend->request(0).body.find("Limit"), std::string::npos);
}

TEST_F(page_source_test, a_limit_ends_a_count_too) {
  options.limit = 5;
  options.select = select::count;
  page_source scan = source(false);
  std::vector<std::uint64_t> counted;
  auto count = [&](const outcome& got) { counted.push_back(got && *got ? (*got)->wanted : 999); };
  for (int i = 0; i < 3; ++i) scan.async_next(count);
  backend->answer(
      0, std::string(R"({"Count":3,"ScannedCount":3,"LastEvaluatedKey":{"a":{"N":"1"}}})"));
  backend->answer(
      1, std::string(R"({"Count":3,"ScannedCount":3,"LastEvaluatedKey":{"a":{"N":"2"}}})"));
  EXPECT_EQ(counted, (std::vector<std::uint64_t>{3, 2, 999}));
  EXPECT_EQ(backend->count(), 2U);
}

// Stops and deadlines

TEST_F(page_source_test, stopped_before_it_begins_sends_nothing) {
  std::stop_source stop;
  stop.request_stop();
  options.stop = stop.get_token();
  page_source scan = source(true);
  for (int i = 0; i < 2; ++i) {
    const outcome got = scan.next();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, errc::cancelled);
    EXPECT_EQ(got.error().table, "users");
  }
  EXPECT_EQ(backend->count(), 0U);
}

TEST_F(page_source_test, a_stop_ends_it_at_once_and_drops_what_waits) {
  std::stop_source stop;
  options.stop = stop.get_token();
  options.segments = 3;
  page_source scan = source(true);
  ask(scan);
  backend->answer(0, id_page({"a"}, key("a")));
  backend->answer(1, id_page({"b"}, key("b")));
  stop.request_stop();
  EXPECT_EQ(told(scan.next()), "cancelled");
  EXPECT_EQ(backend->obey_stops(), 3U);
  EXPECT_EQ(told(scan.next()), "cancelled");
  EXPECT_EQ(backend->count(), 5U);
}

TEST_F(page_source_test, a_stop_reaches_who_waits_before_the_backend_answers) {
  std::stop_source stop;
  options.stop = stop.get_token();
  page_source scan = source(false);
  ask(scan, 2);
  stop.request_stop();
  EXPECT_EQ(heard, (strings{"cancelled", "cancelled"}));
  // A page that was on its way is not delivered any more.
  backend->answer(0, id_page({"a"}));
  EXPECT_EQ(told(scan.next()), "cancelled");
  EXPECT_EQ(scan.progress().pages, 0U);
}

TEST_F(page_source_test, a_stop_behind_the_end_changes_nothing) {
  std::stop_source stop;
  options.stop = stop.get_token();
  page_source scan = source(false);
  ask(scan, 2);
  backend->answer(0, id_page({"a"}));
  stop.request_stop();
  EXPECT_EQ(told(scan.next()), "end");
}

TEST_F(page_source_test, a_deadline_that_has_passed_sends_nothing) {
  options.deadline = std::chrono::steady_clock::now() - 1s;
  page_source scan = source(true);
  EXPECT_EQ(told(scan.next()), "deadline_exceeded");
  ask(scan);
  EXPECT_EQ(heard, strings{"deadline_exceeded"});
  EXPECT_EQ(backend->count(), 0U);
}

TEST_F(page_source_test, a_deadline_that_passes_while_somebody_waits_ends_it) {
  options.deadline = std::chrono::steady_clock::now() + 1ms;
  page_source scan = source(false);
  EXPECT_EQ(told(scan.next()), "deadline_exceeded");
  EXPECT_EQ(backend->obey_stops(), backend->count());
}

TEST_F(page_source_test, behind_the_deadline_pages_that_wait_are_not_delivered) {
  // The test decides when the deadline is: the backend reports it.
  options.deadline = std::chrono::steady_clock::now() + 24h;
  options.segments = 2;
  page_source scan = source(true);
  ask(scan);
  backend->answer(0, id_page({"a"}, key("a")));
  backend->answer(2, id_page({"b"}, key("b")));
  backend->answer(1, failure_of(errc::deadline_exceeded));
  EXPECT_EQ(told(scan.next()), "deadline_exceeded");
  EXPECT_EQ(heard, strings{"a"});
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

// Ends

TEST_F(page_source_test, pages_outlive_their_source) {
  std::optional<page> kept;
  {
    page_source scan = source(true);
    scan.async_next([&](outcome got) { kept = *std::move(got); });
    backend->answer(0, id_page({"a"}));
  }
  backend.reset();
  EXPECT_EQ(id_of(*kept), "a");
}

TEST_F(page_source_test, memory_outlives_its_source) {
  std::shared_ptr<body_gate> gate;
  {
    page_source scan = source(true);
    ask(scan);
    gate = backend->request(0).gate;
  }
  auto body = gate->admit(100, &gate, [] {});
  EXPECT_TRUE(body);
  body.reset();
}

TEST_F(page_source_test, ends_with_requests_under_way) {
  options.segments = 4;
  {
    page_source scan = source(true);
    ask(scan, 2);
    EXPECT_EQ(backend->open().size(), 4U);
  }
  EXPECT_EQ(heard, (strings{"cancelled", "cancelled"}));
  for (const std::size_t each : backend->open()) {
    EXPECT_TRUE(backend->request(each).stop.stop_requested());
  }
  // Answers that were on their way find nobody, and lead to nothing.
  backend->answer(0, id_page({"a"}, key("a")));
  backend->answer(1, failure_of(errc::unavailable));
  EXPECT_EQ(backend->obey_stops(), 2U);
  EXPECT_EQ(backend->count(), 4U);
}

TEST_F(page_source_test, that_ends_says_cancelled_never_complete) {
  options.max_buffered_bytes = 1;
  std::optional<body_buffer> all;
  {
    page_source scan = source(true);
    ask(scan);
    const auto gate = backend->request(0).gate;
    all = gate->admit(1 << 20, this, [] {});
    backend->answer(0, id_page({"a"}, key("a")));
    ask(scan);  // waits: no request may leave
    EXPECT_EQ(backend->count(), 1U);
  }
  EXPECT_EQ(heard, (strings{"a", "cancelled"}));
}

TEST_F(page_source_test, shares_ownership_of_the_backend) {
  page_source scan = source(true);
  ask(scan);
  const std::weak_ptr<manual_backend> alive = backend;
  backend.reset();
  EXPECT_FALSE(alive.expired());
  {
    const page_source ends = std::move(scan);
  }
  EXPECT_TRUE(alive.expired());
  EXPECT_EQ(heard, strings{"cancelled"});
}

TEST_F(page_source_test, moves_while_a_request_is_under_way) {
  page_source first = source(true);
  ask(first);
  page_source second = std::move(first);
  backend->answer(0, id_page({"a"}));
  EXPECT_EQ(told(second.next()), "end");
  EXPECT_EQ(heard, strings{"a"});
  // What a source is assigned to ends first.
  page_source third = source(true);
  ask(third);
  third = std::move(second);
  EXPECT_TRUE(backend->request(1).stop.stop_requested());
  EXPECT_EQ(told(third.next()), "end");
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

TEST_F(page_source_test, tells_its_progress) {
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

}  // namespace
