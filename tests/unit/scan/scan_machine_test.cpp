// What a scan does next, step by step, with each step failing in turn.
#include "scan/scan_machine.hpp"

#include "support/manual_backend.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace scan_scan_machine_test {

using namespace dynamo;
using scan::scan_machine;
using scan::sent_request;

class scan_machine_test : public ::testing::Test {
 protected:
  using strings = std::vector<std::string>;

  scan_machine machine(bool ahead = false) {
    return {"users", options, ahead, scan::scan_observer(backend, "users", true)};
  }
  static std::string key(int number) {
    return R"({"id":{"N":")" + std::to_string(number) + R"("}})";
  }
  static scan_machine::pages page_of(std::string_view last_key, int items = 1) {
    std::string body = R"({"Items":[)";
    for (int i = 0; i < items; ++i) body += i == 0 ? "{}" : ",{}";
    body += R"(],"Count":)" + std::to_string(items) + R"(,"ScannedCount":)" + std::to_string(items);
    if (!last_key.empty()) body += R"(,"LastEvaluatedKey":)" + std::string(last_key);
    scan_machine::pages one;
    one.push_back(page::open(body_buffer(body + "}")).value());
    one.front().wanted = static_cast<std::uint64_t>(items);
    return one;
  }
  // A handler that notes what it gets.
  void wait_on(scan_machine& of) {
    scan_machine::handlers one;
    one.push_back([this](result<std::optional<page>> got) {
      heard.push_back(!got ? std::string(to_string(got.error().kind)) : *got ? "page" : "end");
    });
    of.handler_waits(std::move(one));
  }
  // Carries out deliveries until there is none.
  void deliver(scan_machine& of) {
    for (;;) {
      auto next = of.next_delivery(nullptr);
      auto* delivery = std::get_if<scan_machine::deliver>(&next);
      if (delivery == nullptr) return;
      delivery->to.front()(std::move(delivery->what));
    }
  }
  sent_request send(scan_machine& of) {
    EXPECT_TRUE(of.wants_request());
    return of.next_request(now, 0).request;
  }
  static error failure(errc kind) {
    error reason;
    reason.kind = kind;
    return reason;
  }

  test::manual_backend backend;
  scan_options options;
  strings heard;
  std::chrono::steady_clock::time_point now{};
};

TEST_F(scan_machine_test, sends_nothing_before_a_pull_and_one_request_for_each) {
  auto scan = machine();
  EXPECT_FALSE(scan.wants_request());
  wait_on(scan);
  const sent_request first = send(scan);
  EXPECT_FALSE(scan.wants_request());
  auto arrived = page_of(key(1));
  EXPECT_FALSE(scan.page_arrived(first, 1, now, arrived));
  EXPECT_TRUE(arrived.empty());
  deliver(scan);
  EXPECT_EQ(heard, strings{"page"});
  EXPECT_FALSE(scan.wants_request());
}

TEST_F(scan_machine_test, ends_complete_only_with_the_last_segment) {
  options.segments = 2;
  auto scan = machine();
  wait_on(scan);
  wait_on(scan);
  wait_on(scan);
  const sent_request one = send(scan);
  const sent_request other = send(scan);
  auto arrived = page_of("");
  EXPECT_FALSE(scan.page_arrived(one, 1, now, arrived));
  deliver(scan);
  EXPECT_EQ(heard, strings{"page"});
  arrived = page_of("");
  EXPECT_FALSE(scan.page_arrived(other, 1, now, arrived));
  deliver(scan);
  EXPECT_EQ(heard, (strings{"page", "page", "end"}));
  EXPECT_EQ(scan.summary().end, scan_end::complete);
}

TEST_F(scan_machine_test, a_failure_comes_after_the_pages_that_arrived) {
  options.segments = 2;
  auto scan = machine(true);
  wait_on(scan);
  const sent_request one = send(scan);
  const sent_request other = send(scan);
  auto arrived = page_of(key(1));
  EXPECT_FALSE(scan.page_arrived(one, 1, now, arrived));
  EXPECT_TRUE(scan.request_failed(other, now, failure(errc::unavailable)));
  wait_on(scan);
  deliver(scan);
  EXPECT_EQ(heard, (strings{"page", "unavailable"}));
  EXPECT_FALSE(scan.wants_request());
}

TEST_F(scan_machine_test, leaves_dropped_pages_to_its_owner) {
  auto scan = machine(true);
  wait_on(scan);
  const sent_request first = send(scan);
  auto arrived = page_of(key(1));
  EXPECT_FALSE(scan.page_arrived(first, 1, now, arrived));
  EXPECT_TRUE(scan.interrupt(failure(errc::cancelled), now));
  EXPECT_EQ(scan.take_dropped().size(), 1U);
  EXPECT_TRUE(scan.take_dropped().empty());
  deliver(scan);
  EXPECT_EQ(heard, strings{"cancelled"});
}

TEST_F(scan_machine_test, leaves_a_page_that_comes_too_late_to_its_owner) {
  options.segments = 2;
  options.limit = 1;
  auto scan = machine();
  wait_on(scan);
  wait_on(scan);
  const sent_request one = send(scan);
  const sent_request other = send(scan);
  auto arrived = page_of(key(1));
  EXPECT_TRUE(scan.page_arrived(one, 1, now, arrived)) << "the other request is not needed";
  arrived = page_of(key(2));
  EXPECT_FALSE(scan.page_arrived(other, 1, now, arrived));
  EXPECT_EQ(arrived.size(), 1U);
  deliver(scan);
  EXPECT_EQ(heard, (strings{"page", "end"}));
}

TEST_F(scan_machine_test, closing_answers_every_handler_and_wants_nothing) {
  auto scan = machine();
  wait_on(scan);
  wait_on(scan);
  const sent_request first = send(scan);
  scan.close(failure(errc::cancelled));
  deliver(scan);
  EXPECT_EQ(heard, (strings{"cancelled", "cancelled"}));
  auto late = page_of(key(1));
  EXPECT_FALSE(scan.page_arrived(first, 1, now, late));
  EXPECT_EQ(late.size(), 1U);
  EXPECT_FALSE(scan.wants_request());
}

TEST_F(scan_machine_test, what_breaks_off_is_not_complete_however_far_it_was) {
  auto scan = machine();
  wait_on(scan);
  auto arrived = page_of("");
  EXPECT_FALSE(scan.page_arrived(send(scan), 1, now, arrived));
  deliver(scan);
  wait_on(scan);
  scan.break_off(failure(errc::out_of_memory));
  deliver(scan);
  EXPECT_EQ(heard, (strings{"page", "out_of_memory"}));
  EXPECT_NE(scan.summary().end, scan_end::complete);
}

TEST_F(scan_machine_test, sets_an_alarm_only_if_it_is_the_earliest) {
  using std::chrono::seconds;
  auto scan = machine();
  wait_on(scan);
  auto asked = scan.wait_for_budget(now, now + seconds(3));
  ASSERT_TRUE(std::holds_alternative<scan_machine::wake_up>(asked));
  EXPECT_EQ(std::get<scan_machine::wake_up>(asked).at, now + seconds(3));
  asked = scan.wait_for_budget(now, now + seconds(4));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(asked));
  asked = scan.wait_for_budget(now, now + seconds(2));
  EXPECT_TRUE(std::holds_alternative<scan_machine::wake_up>(asked));
  scan.alarm_rang(now + seconds(2));
  asked = scan.wait_for_budget(now, now + seconds(4));
  EXPECT_TRUE(std::holds_alternative<scan_machine::wake_up>(asked));
}

TEST_F(scan_machine_test, waits_for_the_budget_no_longer_than_to_the_deadline) {
  using std::chrono::seconds;
  options.deadline = now + seconds(2);
  auto scan = machine();
  wait_on(scan);
  const auto asked = scan.wait_for_budget(now, now + seconds(5));
  ASSERT_TRUE(std::holds_alternative<scan_machine::wake_up>(asked));
  EXPECT_EQ(std::get<scan_machine::wake_up>(asked).at, now + seconds(2));
}

// Random schedules of pulls, answers and harm at one step: every handler is called exactly once,
// and a scan that was not harmed delivers every page.
TEST_F(scan_machine_test, answers_every_handler_whatever_happens_at_whichever_step) {
  const std::vector<std::function<void(scan_machine&)>> harms = {
      [](scan_machine&) {},
      [&](scan_machine& of) { of.interrupt(failure(errc::cancelled), now); },
      [](scan_machine& of) { of.break_off(failure(errc::out_of_memory)); },
      [](scan_machine& of) { of.close(failure(errc::cancelled)); },
      [](scan_machine& of) { of.fail(failure(errc::unavailable)); },
  };
  options.segments = 3;
  for (std::size_t harm = 0; harm < harms.size(); ++harm) {
    for (int step = 0; step < 60; ++step) {
      std::mt19937 random(static_cast<unsigned>(step));
      heard.clear();
      auto scan = machine(step % 2 == 0);
      std::vector<sent_request> under_way;
      std::vector<int> pages(3);
      std::size_t waiting = 0;
      for (int at = 0; at < 100; ++at) {
        if (at == step) harms[harm](scan);
        switch (random() % 3) {
          case 0:
            wait_on(scan);
            ++waiting;
            break;
          case 1:
            if (scan.wants_request()) under_way.push_back(send(scan));
            break;
          default:
            if (under_way.empty()) break;
            const sent_request of = under_way.back();
            under_way.pop_back();
            const int number = ++pages[of.segment];
            auto arrived = page_of(number == 5 ? "" : key(number));
            (void)scan.page_arrived(of, 1, now, arrived);
        }
        deliver(scan);
        (void)scan.take_dropped();
      }
      for (; !under_way.empty(); under_way.pop_back())
        (void)scan.request_failed(under_way.back(), now, failure(errc::cancelled));
      scan.close(failure(errc::cancelled));
      deliver(scan);
      ASSERT_EQ(heard.size(), waiting) << "harm " << harm << " at step " << step;
    }
  }
}

}  // namespace scan_scan_machine_test
