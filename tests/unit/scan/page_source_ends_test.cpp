// A scan under the test's control: what ends it, and what pullers hear of that.
#include "unit/scan/pulled_source.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace scan_page_source_ends_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::failure_of;
using test::id_page;
using test::manual_backend;
using test::page_source_test;

// Failures

TEST_F(page_source_test, a_failure_comes_after_the_pages_that_arrived_and_stays) {
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

TEST_F(page_source_test, pages_that_arrive_after_a_failure_are_delivered_before_it) {
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

TEST_F(page_source_test, a_stop_reaches_waiting_callers_before_the_backend_answers) {
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

TEST_F(page_source_test, a_stop_after_the_end_changes_nothing) {
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

}  // namespace scan_page_source_ends_test
