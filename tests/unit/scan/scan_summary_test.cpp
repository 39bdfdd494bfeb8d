// Bounds on a scan, and what it says of itself at the end.
#include "support/manual_backend.hpp"
#include "support/simulated_service.hpp"

#include <dynamo/scan/page_source.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace scan_scan_summary_test {

using namespace dynamo;
using namespace std::chrono_literals;
using test::failure_of;
using test::id_page;
using test::manual_backend;

using outcome = result<std::optional<page>>;

// A page of two items that cost 1.5, of three that were evaluated. All have the same size, and a
// key of their own.
std::string page_text(bool last) {
  static int pages = 1000;
  const std::string key = R"({"id":{"S":")" + std::to_string(++pages) + "\"}}";
  return R"({"Count":2,"Items":[{"id":{"S":"a"}},{"id":{"S":"b"}}],"ScannedCount":3,)"
         R"("ConsumedCapacity":{"CapacityUnits":1.5})" +
         (last ? std::string() : R"(,"LastEvaluatedKey":)" + key) + "}";
}

class scan_bounds : public testing::Test {
 protected:
  void ask(page_source& from, int count = 1) {
    for (int i = 0; i < count; ++i) {
      from.async_next([this](const outcome& got) {
        heard.emplace_back(!got ? std::string(to_string(got.error().kind)) : *got ? "page" : "end");
      });
    }
  }
  using strings = std::vector<std::string>;

  std::shared_ptr<manual_backend> backend = std::make_shared<manual_backend>();
  scan_options options;
  strings heard;
};

// max_bytes

TEST_F(scan_bounds, bytes_end_a_scan_with_the_page_that_reaches_them) {
  options.max_bytes = page_text(false).size() + 1;
  page_source scan(backend, "users", options, false);
  ask(scan, 3);
  ASSERT_EQ(backend->count(), 1U) << "how large a page is shows with the first";
  backend->answer(0, page_text(false));
  ASSERT_EQ(backend->count(), 2U);
  backend->answer(1, page_text(false));
  EXPECT_EQ(heard, (strings{"page", "page", "end"}));
  EXPECT_EQ(backend->count(), 2U);
  const scan_summary summary = scan.summary();
  EXPECT_EQ(summary.end, scan_end::limited);
  EXPECT_EQ(summary.segments[0].end, scan_end::limited);
  EXPECT_EQ(summary.bytes, 2 * page_text(false).size());
}

TEST_F(scan_bounds, no_request_leaves_whose_page_would_come_after_the_bytes) {
  options.max_bytes = 4 * page_text(false).size();
  options.segments = 8;
  page_source scan(backend, "users", options, true);
  ask(scan, 9);
  backend->answer(0, page_text(false));
  ASSERT_EQ(backend->count(), 4U) << "three more pages are wanted";
  for (std::size_t each = 1; each < 4; ++each) backend->answer(each, page_text(false));
  EXPECT_EQ(backend->count(), 4U);
  EXPECT_EQ(heard, (strings{"page", "page", "page", "page", "end", "end", "end", "end", "end"}));
  EXPECT_EQ(scan.summary().end, scan_end::limited);
}

TEST_F(scan_bounds, bytes_that_are_reached_with_the_tables_last_page_leave_it_complete) {
  options.max_bytes = 1;
  page_source scan(backend, "users", options, false);
  ask(scan, 2);
  backend->answer(0, page_text(true));
  EXPECT_EQ(heard, (strings{"page", "end"}));
  EXPECT_EQ(scan.summary().end, scan_end::complete);
}

// Ends

TEST_F(scan_bounds, a_limit_is_distinguished_from_a_whole_table) {
  options.limit = 3;
  page_source cut(backend, "users", options, false);
  ask(cut, 3);
  backend->answer(0, page_text(false));
  EXPECT_EQ(cut.summary().end, scan_end::unfinished);
  backend->answer(1, page_text(true));  // its last page, and not all of it
  EXPECT_EQ(heard, (strings{"page", "page", "end"}));
  EXPECT_EQ(cut.summary().end, scan_end::limited);
  EXPECT_EQ(cut.summary().segments[0].end, scan_end::limited);
  EXPECT_EQ(cut.summary().items, 3U);

  options.limit = 2;
  page_source whole(backend, "users", options, false);
  ask(whole, 2);
  backend->answer(2, page_text(true));
  EXPECT_EQ(whole.summary().end, scan_end::complete);
}

TEST_F(scan_bounds, a_scan_that_has_not_ended_is_not_complete) {
  options.segments = 2;
  page_source scan(backend, "users", options, true);
  EXPECT_EQ(scan.summary().end, scan_end::unfinished);
  ask(scan);
  backend->answer(0, page_text(true));
  EXPECT_EQ(scan.summary().end, scan_end::unfinished);
  EXPECT_EQ(scan.summary().segments[0].end, scan_end::complete);
  EXPECT_EQ(scan.summary().segments[1].end, scan_end::unfinished);
  backend->answer(1, page_text(true));
  EXPECT_EQ(scan.summary().end, scan_end::unfinished) << "a page waits to be taken";
  ask(scan);
  EXPECT_EQ(scan.summary().end, scan_end::complete);
}

TEST_F(scan_bounds, the_segment_that_failed_is_distinguished_from_those_it_ended) {
  options.segments = 3;
  page_source scan(backend, "users", options, true);
  ask(scan);
  backend->answer(0, page_text(true));
  error lost = failure_of(errc::unavailable);
  lost.attempts = 7;
  backend->answer(1, lost);
  EXPECT_EQ(backend->obey_stops(), 1U);
  const scan_summary summary = scan.summary();
  EXPECT_EQ(summary.end, scan_end::failed);
  EXPECT_EQ(summary.segments[0].end, scan_end::complete);
  EXPECT_EQ(summary.segments[1].end, scan_end::failed);
  EXPECT_EQ(summary.segments[1].retries, 6U);
  EXPECT_EQ(summary.segments[2].end, scan_end::cancelled);
}

TEST_F(scan_bounds, a_stop_cancels_the_segments_that_were_not_complete) {
  options.segments = 2;
  page_source scan(backend, "users", options, true);
  ask(scan);
  backend->answer(0, page_text(true));
  scan.cancel();
  EXPECT_EQ(scan.summary().end, scan_end::cancelled);
  EXPECT_EQ(scan.summary().segments[0].end, scan_end::complete);
  EXPECT_EQ(scan.summary().segments[1].end, scan_end::cancelled);
}

// Counts

TEST_F(scan_bounds, counts_segment_by_segment) {
  const auto service = std::make_shared<test::simulated_service>();
  service->pages = {3, 1};
  service->cost = [](std::uint32_t segment, std::uint32_t) { return segment == 0 ? 2.0 : 8.0; };
  options.segments = 2;
  page_source scan(service, "users", options, true);
  ask(scan, 5);
  while (service->step()) {
  }
  const scan_summary summary = scan.summary();
  EXPECT_EQ(summary.end, scan_end::complete);
  EXPECT_EQ(summary.items, 4U);
  EXPECT_EQ(summary.scanned_items, 4U);
  EXPECT_EQ(summary.pages, 4U);
  EXPECT_EQ(summary.consumed_capacity, 14);
  EXPECT_EQ(summary.messages, 0U);
  EXPECT_EQ(summary.elapsed, service->elapsed());
  ASSERT_EQ(summary.segments.size(), 2U);
  EXPECT_EQ(summary.segments[0].pages, 3U);
  EXPECT_EQ(summary.segments[0].consumed_capacity, 6);
  EXPECT_EQ(summary.segments[0].under_way, service->elapsed()) << "one request behind the other";
  EXPECT_EQ(summary.segments[1].consumed_capacity, 8);
  EXPECT_EQ(summary.bytes, scan.progress().bytes);
  EXPECT_DOUBLE_EQ(summary.item_skew(), 1.5);
  EXPECT_GT(summary.time_skew(), 1);
}

TEST_F(scan_bounds, a_page_that_came_too_late_was_paid_for) {
  options.limit = 2;
  options.segments = 2;
  page_source scan(backend, "users", options, true);
  ask(scan);
  backend->answer(0, page_text(false));
  backend->answer(1, page_text(false));
  EXPECT_EQ(scan.summary().pages, 1U);
  EXPECT_EQ(scan.summary().consumed_capacity, 3);
  EXPECT_EQ(scan.progress().consumed_capacity, 3);
}

TEST_F(scan_bounds, segments_that_were_complete_before_are_complete) {
  options.segments = 2;
  page_source scan(backend, "users", options, true, {{.start_key = {}, .complete = true}, {}});
  ask(scan, 2);
  EXPECT_EQ(backend->request(0).segment, 1U);
  backend->answer(0, page_text(true));
  EXPECT_EQ(scan.summary().end, scan_end::complete);
  EXPECT_EQ(scan.summary().segments[0].end, scan_end::complete);
  EXPECT_EQ(scan.summary().segments[0].pages, 0U);
}

TEST(scan_summary, of_nothing_is_even) {
  const scan_summary none;
  EXPECT_EQ(none.item_skew(), 1);
  EXPECT_EQ(none.time_skew(), 1);
  EXPECT_EQ(none.end, scan_end::unfinished);
}

// Throttling

TEST_F(scan_bounds, throttling_halves_the_requests_under_way_at_once) {
  options.segments = 8;
  page_source scan(backend, "users", options, true);
  ask(scan);
  ASSERT_EQ(backend->count(), 8U);
  EXPECT_EQ(scan.progress().concurrency, 8U);
  for (std::size_t i = 0; i < 8; ++i) backend->request(i).throttled();
  EXPECT_EQ(scan.progress().concurrency, 4U);
  EXPECT_EQ(scan.progress().throttled, 8U);
  for (std::size_t i = 0; i < 4; ++i) backend->answer(i, page_text(false));
  EXPECT_EQ(backend->count(), 8U) << "as many are under way as are allowed";
  backend->answer(4, page_text(false));
  EXPECT_EQ(backend->count(), 10U) << "one for its place, and one more since it went well";
}

TEST_F(scan_bounds, throttling_that_is_told_after_the_end_finds_nobody) {
  std::function<void()> throttled;
  {
    page_source scan(backend, "users", options, true);
    ask(scan);
    throttled = backend->request(0).throttled;
  }
  throttled();
  EXPECT_EQ(heard, strings{"cancelled"});
}

// Budgets

TEST_F(scan_bounds, a_backend_without_a_timer_is_told_where_one_is_needed) {
  options.max_rcu = 1;
  page_source scan(backend, "users", options, true);
  ask(scan, 2);
  backend->answer(0, page_text(false));
  EXPECT_EQ(heard, (strings{"page", "invalid_argument"}));
  const outcome got = scan.next();
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find("backend::schedule"), std::string::npos);
  EXPECT_EQ(got.error().table, "users");
}

TEST_F(scan_bounds, a_page_that_does_not_tell_its_price_counts_by_its_bytes) {
  const scan_budget budget(1e6);
  options.budget = budget;
  page_source scan(backend, "users", options, false);
  ask(scan);
  const std::string body = id_page({std::string(8192, 'x')});
  backend->answer(0, body);
  EXPECT_EQ(budget.consumed(), static_cast<double>(body.size()) / 8192);
}

TEST_F(scan_bounds, the_deadline_passes_while_the_budget_is_waited_for) {
  const auto service = std::make_shared<test::simulated_service>();
  service->pages = {100};
  options.max_rcu = 0.001;
  options.deadline = test::simulated_service::begin + 10s;
  page_source scan(service, "users", options, true);
  ask(scan, 2);
  while (service->step()) {
  }
  EXPECT_EQ(service->now(), *options.deadline) << "an hour would be too late";
  EXPECT_EQ(heard, (strings{"page", "deadline_exceeded"}));
}

TEST_F(scan_bounds, refuses_bounds_outside_their_range) {
  const auto expect_refused = [&](auto change, std::string_view part) {
    options = {};
    change(options);
    try {
      const page_source scan(backend, "users", options, true);
      ADD_FAILURE() << part;
    } catch (const exception& refused) {
      EXPECT_EQ(refused.kind(), errc::invalid_argument);
      EXPECT_NE(refused.details().message.find(part), std::string::npos)
          << refused.details().message;
    }
  };
  expect_refused([](auto& o) { o.max_bytes = 0; }, "max_bytes is 0");
  expect_refused([](auto& o) { o.max_rcu = 0; }, "max_rcu is 0");
  expect_refused([](auto& o) { o.max_rcu = -1; }, "max_rcu is -1");
  expect_refused([](auto& o) { o.max_rcu = 1.0 / 0.0; }, "max_rcu is inf");
  expect_refused(
      [](auto& o) {
        o.max_rcu = 1;
        o.budget = scan_budget(1);
      },
      "max_rcu and budget are both given");
  EXPECT_THROW(scan_budget(0), exception);
  EXPECT_THROW(scan_budget(1).set_max_rcu(-1), exception);
  EXPECT_EQ(scan_budget(2).max_rcu(), 2);
  EXPECT_EQ(scan_budget().max_rcu(), std::nullopt);
}

// A limit and another segment's failure

TEST_F(scan_bounds, a_limit_that_is_reached_after_a_failure_needs_nothing_more) {
  options.limit = 2;
  options.segments = 2;
  page_source scan(backend, "users", options, true);
  ask(scan, 2);
  ASSERT_EQ(backend->count(), 2U);
  backend->answer(0, failure_of(errc::unavailable));
  backend->answer(1, page_text(false));
  EXPECT_EQ(heard, (strings{"page", "end"}));
  EXPECT_EQ(scan.summary().end, scan_end::limited);
}

TEST_F(scan_bounds, a_page_that_reaches_the_limit_lets_no_request_leave_for_the_budget_it_pays) {
  options.limit = 2;
  options.segments = 2;
  options.max_rcu = 1000;
  page_source scan(backend, "users", options, true);
  ask(scan, 2);
  ASSERT_EQ(backend->count(), 1U) << "until it knows what a page costs";
  backend->answer(0, page_text(false));
  EXPECT_EQ(backend->count(), 1U);
  EXPECT_EQ(heard, (strings{"page", "end"}));
}

// Takes tasks, which are not due while a test runs.
class timed_backend final : public backend {
 public:
  explicit timed_backend(std::shared_ptr<backend> on) : on_(std::move(on)) {}
  void submit(backend_request request, backend_completion done) override {
    on_->submit(std::move(request), std::move(done));
  }
  result<void> schedule(std::chrono::steady_clock::time_point /*when*/,
                        std::function<void()> /*task*/) override {
    return {};
  }

 private:
  const std::shared_ptr<backend> on_;
};

TEST_F(scan_bounds, a_request_that_failed_lets_others_use_the_budget) {
  const auto timed = std::make_shared<timed_backend>(backend);
  const scan_budget shared(1000);
  options.budget = shared;
  page_source failing(timed, "users", options, false);
  page_source other(timed, "users", options, false);
  ask(failing);
  ask(other);
  ASSERT_EQ(backend->count(), 1U);
  backend->answer(0, failure_of(errc::unavailable));
  EXPECT_EQ(backend->count(), 2U);
}

}  // namespace scan_scan_summary_test
