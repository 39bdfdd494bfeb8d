// The backend over a network that does as the test says: attempts, delays, stops and ends.
#include "client/wire_backend.hpp"

#include "support/manual_backend.hpp"
#include "unit/client/wire_backend_fixture.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace dynamo;
using namespace std::chrono_literals;
using net::transport_errc;
using test::error_body;
using test::http_answer;
using test::token;
using test::wire_backend;

TEST_F(wire_backend, starts_nothing_before_the_first_request) {
  EXPECT_EQ(network.transports_made(), 0U);
  EXPECT_EQ(who->resolved, 0);
  submit();
  submit();
  EXPECT_EQ(network.transports_made(), 1U);
}

TEST_F(wire_backend, sends_a_signed_request_and_gives_its_answer) {
  submit();
  ASSERT_EQ(network.sent(), 1U);
  const net::http_request sent = network.request(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "https://dynamodb.eu-central-1.amazonaws.com/");
  EXPECT_EQ(sent.body, request.body);
  EXPECT_EQ(network.header(0, "Host"), "dynamodb.eu-central-1.amazonaws.com");
  EXPECT_EQ(network.header(0, "X-Amz-Target"), "DynamoDB_20120810.GetItem");
  EXPECT_EQ(network.header(0, "Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(network.header(0, "X-Amz-Date"), "20260101T120000Z");
  EXPECT_EQ(network.header(0, "X-Amz-Security-Token"), token);
  EXPECT_TRUE(network.header(0, "Authorization")
                  .starts_with("AWS4-HMAC-SHA256 "
                               "Credential=AKID/20260101/eu-central-1/dynamodb/aws4_request"));
  EXPECT_TRUE(outcomes.empty());
  network.answer(0, http_answer(200, "{}"));
  expect_success(1);
  EXPECT_EQ(outcomes[0]->body.text(), "{}");
  EXPECT_EQ(outcomes[0]->request_id, "REQUEST-ID");
}

TEST_F(wire_backend, hands_the_gate_and_the_deadline_to_the_transport) {
  struct no_gate final : body_gate {
    std::optional<body_buffer> admit(std::size_t, const void*, std::function<void()>) override {
      return std::nullopt;
    }
    void withdraw(const void*) override {}
  };
  request.gate = std::make_shared<no_gate>();
  request.deadline = time->now() + 1h;
  submit();
  EXPECT_EQ(network.request(0).gate, request.gate);
  EXPECT_EQ(network.request(0).deadline, request.deadline);
}

TEST_F(wire_backend, configures_its_transport) {
  config.ca_bundle = "/etc/bundle.pem";
  config.connect_timeout = 7ms;
  config.stall_timeout = 9s;
  open();
  submit();
  EXPECT_EQ(network.options().ca_bundle, "/etc/bundle.pem");
  EXPECT_EQ(network.options().connect_timeout, 7ms);
  EXPECT_EQ(network.options().stall_timeout, 9s);
  EXPECT_FALSE(network.options().user_agent.empty());
}

TEST_F(wire_backend, tries_again_what_may_pass_with_growing_delays) {
  submit();
  const std::chrono::milliseconds delays[] = {12ms, 25ms, 50ms, 100ms};
  network.answer(0, http_answer(500, error_body("InternalServerError")));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(network.next_task(), delays[i]);
    network.advance(delays[i] - 1ms);
    EXPECT_EQ(network.sent(), i + 1) << "too early";
    network.advance(1ms);
    ASSERT_EQ(network.sent(), i + 2);
    if (i < 3) network.answer(i + 1, transport_errc::connection_lost);
  }
  EXPECT_EQ(who->resolved, 5);
  network.answer(4, http_answer(200, "{}"));
  expect_success(5);
}

TEST_F(wire_backend, signs_each_attempt_anew) {
  submit();
  network.answer(0, http_answer(400, error_body("ThrottlingException")));
  EXPECT_EQ(network.next_task(), 500ms);
  time->advance(10min);
  network.run();
  ASSERT_EQ(network.sent(), 2U);
  EXPECT_EQ(network.header(1, "X-Amz-Date"), "20260101T121000Z");
  EXPECT_NE(network.header(0, "Authorization"), network.header(1, "Authorization"));
  EXPECT_EQ(network.request(1).body, request.body);
}

TEST_F(wire_backend, waits_as_long_as_the_service_asks) {
  submit();
  net::http_response later = http_answer(400, error_body("ThrottlingException"));
  later.retry_after = 3s;
  network.answer(0, std::move(later));
  EXPECT_EQ(network.next_task(), 3s);
}

TEST_F(wire_backend, tells_of_each_throttled_attempt_at_once) {
  int throttled = 0;
  request.throttled = [&] { ++throttled; };
  submit();
  network.answer(0, http_answer(400, error_body("ThrottlingException")));
  EXPECT_EQ(throttled, 1);
  EXPECT_TRUE(outcomes.empty());
  network.advance(1s);
  network.answer(1, http_answer(400, error_body("ProvisionedThroughputExceededException")));
  EXPECT_EQ(throttled, 2);
  network.advance(2s);
  network.answer(2, http_answer(500, ""));
  network.advance(1s);
  network.answer(3, http_answer(200, "{}"));
  EXPECT_EQ(throttled, 2) << "other failures say nothing about the capacity";
  expect_success(4);
}

TEST_F(wire_backend, runs_tasks_at_their_time) {
  int done = 0;
  const auto now = tested->now();
  EXPECT_EQ(now, time->now());
  ASSERT_TRUE(tested->schedule(now + 2s, [&] { ++done; }));
  EXPECT_EQ(network.transports_made(), 1U) << "also before the first request";
  network.advance(1999ms);
  EXPECT_EQ(done, 0);
  network.advance(1ms);
  EXPECT_EQ(done, 1);
  ASSERT_TRUE(tested->schedule(now + 1h, [&] { ++done; }));
  tested.reset();
  EXPECT_EQ(done, 2) << "what waits at the end runs then";
}

TEST_F(wire_backend, has_no_timer_without_settings) {
  config.region = std::nullopt;
  open();
  const auto set = tested->schedule(tested->now(), [] { ADD_FAILURE(); });
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, errc::configuration);
}

TEST_F(wire_backend, gives_up_when_the_budget_ends) {
  request.retry_budget = 100ms;
  submit();
  for (std::size_t i = 0; outcomes.empty(); ++i) {
    ASSERT_LT(i, 10U);
    network.answer(i, http_answer(400, error_body("ProvisionedThroughputExceededException")));
    if (outcomes.empty()) network.advance(*network.next_task());
    dice->set(0.05);
  }
  const error reason = failure();
  EXPECT_EQ(reason.kind, errc::throttled);
  EXPECT_EQ(reason.code, "ProvisionedThroughputExceededException");
  EXPECT_EQ(reason.attempts, network.sent());
  EXPECT_EQ(reason.table, "users");
  EXPECT_EQ(reason.segment, 3U);
  EXPECT_EQ(reason.request_id, "REQUEST-ID");
  EXPECT_EQ(reason.http_status, 400);
}

TEST_F(wire_backend, has_a_longer_budget_for_scans) {
  config.retry_budget = 10s;
  config.scan_retry_budget = 1h;
  open();
  for (const operation op : {operation::query, operation::scan}) {
    outcomes.clear();
    request.op = op;
    submit();
    network.answer(network.sent() - 1, http_answer(500, ""));
    network.advance(12ms);
    time->advance(30min);
    network.answer(network.sent() - 1, http_answer(500, ""));
    EXPECT_EQ(outcomes.size(), op == operation::scan ? 0U : 1U);
  }
  tested.reset();
}

TEST_F(wire_backend, gives_up_early_where_nobody_ever_answered) {
  submit();
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(outcomes.empty());
    network.answer(i, transport_errc::refused);
    network.advance(1s);
  }
  EXPECT_EQ(failure().kind, errc::unavailable);
  EXPECT_EQ(failure().attempts, 4U);
}

TEST_F(wire_backend, keeps_trying_where_somebody_answered) {
  submit();
  network.answer(0, http_answer(200, "{}"));
  outcomes.clear();
  submit();
  for (std::size_t i = 1; i < 8; ++i) {
    network.answer(i, transport_errc::refused);
    network.advance(5s);
    EXPECT_EQ(network.sent(), i + 2);
  }
  EXPECT_TRUE(outcomes.empty());
}

TEST_F(wire_backend, does_not_repeat_what_would_fail_again) {
  submit();
  network.answer(0, http_answer(400, error_body("ValidationException")));
  EXPECT_EQ(failure().kind, errc::rejected);
  EXPECT_EQ(failure().attempts, 1U);
  EXPECT_FALSE(network.next_task());
}

TEST_F(wire_backend, checks_the_checksum) {
  const std::string body = R"({"Item":{}})";
  const std::uint32_t crc = libdeflate_crc32(0, body.data(), body.size());
  submit();
  net::http_response damaged = http_answer(200, body);
  damaged.crc32 = crc ^ 1;
  network.answer(0, std::move(damaged));
  EXPECT_TRUE(outcomes.empty());
  network.advance(12ms);
  net::http_response whole = http_answer(200, body);
  whole.crc32 = crc;
  network.answer(1, std::move(whole));
  expect_success(2);
}

TEST_F(wire_backend, that_only_gets_damaged_bodies_says_so) {
  request.retry_budget = 0ms;
  submit();
  net::http_response damaged = http_answer(200, "{}");
  damaged.crc32 = 1;
  network.answer(0, std::move(damaged));
  EXPECT_EQ(failure().kind, errc::invalid_response);
  EXPECT_EQ(failure().request_id, "REQUEST-ID");
}

TEST_F(wire_backend, replaces_expired_credentials_once) {
  submit();
  network.answer(0, http_answer(400, error_body("ExpiredTokenException")));
  network.run();
  ASSERT_EQ(network.sent(), 2U);
  EXPECT_EQ(who->invalidated, 1);
  EXPECT_EQ(who->resolved, 2);
  EXPECT_EQ(network.header(1, "X-Amz-Security-Token"), "FRESH-1");
  network.answer(1, http_answer(400, error_body("ExpiredTokenException")));
  network.run();
  EXPECT_EQ(network.sent(), 2U);
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_EQ(failure().attempts, 2U);
}

TEST_F(wire_backend, without_credentials_sends_nothing) {
  who->answer = test::failure_of(errc::credentials, "there are none");
  submit();
  EXPECT_EQ(failure().message, "there are none");
  EXPECT_EQ(failure().table, "users");
  EXPECT_EQ(failure().attempts, 0U);
  EXPECT_EQ(network.sent(), 0U);
}

TEST_F(wire_backend, with_a_key_that_cannot_be_sent_sends_nothing) {
  who->answer->session_token = "line\nbreak";
  submit();
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_EQ(network.sent(), 0U);
}

TEST_F(wire_backend, without_a_region_says_so_and_makes_no_transport) {
  config.region.reset();
  open();
  submit();
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_NE(failure().message.find("AWS_REGION"), std::string::npos);
  EXPECT_EQ(network.transports_made(), 0U);
  EXPECT_EQ(who->resolved, 0);
  // Set meanwhile, it is found by the next request.
  outcomes.clear();
  variables->set("AWS_REGION", "us-east-1");
  submit();
  EXPECT_EQ(network.sent(), 1U);
}

TEST_F(wire_backend, goes_to_the_accounts_own_endpoint) {
  who->answer->account_id = "123456789012";
  submit();
  EXPECT_EQ(network.request(0).url, "https://123456789012.ddb.eu-central-1.amazonaws.com/");
  EXPECT_EQ(network.header(0, "Host"), "123456789012.ddb.eu-central-1.amazonaws.com");
}

TEST_F(wire_backend, takes_a_required_account_from_the_credentials) {
  variables->set("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required");
  open();
  submit();
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_NE(failure().message.find("AWS_ACCOUNT_ID"), std::string::npos) << failure().message;
  outcomes.clear();
  who->answer->account_id = "123456789012";
  submit();
  ASSERT_EQ(network.sent(), 1U);
  EXPECT_EQ(network.request(0).url, "https://123456789012.ddb.eu-central-1.amazonaws.com/");
}

TEST_F(wire_backend, goes_to_a_custom_endpoint_whatever_the_account) {
  config.endpoint = "http://localhost:8000";
  who->answer->account_id = "123456789012";
  open();
  submit();
  EXPECT_EQ(network.request(0).url, "http://localhost:8000/");
}

TEST_F(wire_backend, gives_up_a_wait_that_would_end_behind_the_deadline) {
  request.deadline = time->now() + 400ms;
  submit();
  network.answer(0, http_answer(400, error_body("ThrottlingException")));  // 500 ms
  EXPECT_EQ(failure().kind, errc::deadline_exceeded);
  EXPECT_EQ(failure().attempts, 1U);
  EXPECT_EQ(failure().code, "ThrottlingException");
  EXPECT_FALSE(network.next_task());
}

TEST_F(wire_backend, reports_a_deadline_that_passed_during_the_transfer) {
  submit();
  network.answer(0, transport_errc::deadline_exceeded);
  EXPECT_EQ(failure().kind, errc::deadline_exceeded);
}

// Where a request can be when something happens to it.
enum class phase { resolving, transfer, back_off, second_resolving, second_transfer };
constexpr phase phases[] = {phase::resolving, phase::transfer, phase::back_off,
                            phase::second_resolving, phase::second_transfer};

class wire_backend_phases : public wire_backend, public testing::WithParamInterface<phase> {
 protected:
  void bring_to(phase where) {
    who->at_once = where != phase::resolving;
    submit();
    if (where == phase::resolving || where == phase::transfer) return;
    network.answer(0, http_answer(500, ""));
    if (where == phase::back_off) return;
    who->at_once = where != phase::second_resolving;
    network.advance(12ms);
  }
  bool is_resolving() const {
    return GetParam() == phase::resolving || GetParam() == phase::second_resolving;
  }
};

TEST_P(wire_backend_phases, a_stop_ends_the_request_once_and_nothing_leaves_behind_it) {
  std::stop_source stop;
  request.stop = stop.get_token();
  bring_to(GetParam());
  const std::size_t sent = network.sent();
  EXPECT_TRUE(outcomes.empty());
  stop.request_stop();
  EXPECT_TRUE(outcomes.empty()) << "user code on the stopping thread";
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_EQ(failure().table, "users");
  network.advance(1h);
  if (is_resolving()) who->give(who->answer);
  network.run();
  EXPECT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(network.sent(), sent);
  EXPECT_EQ(network.open(), 0U);
  tested.reset();
  EXPECT_EQ(outcomes.size(), 1U);
}

TEST_P(wire_backend_phases, its_end_ends_the_request_once) {
  bring_to(GetParam());
  const std::size_t sent = network.sent();
  std::optional<std::thread> provider;
  if (is_resolving()) {
    // The credentials come while the backend ends, or before: either is right.
    provider.emplace([&] { who->give(who->answer); });
  }
  tested.reset();
  if (provider) provider->join();
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_LE(network.sent(), sent + (is_resolving() ? 1 : 0));
  EXPECT_EQ(network.open(), 0U);
}

TEST_P(wire_backend_phases, an_answer_that_was_on_its_way_does_not_count_behind_a_stop) {
  if (GetParam() != phase::transfer && GetParam() != phase::second_transfer) return;
  std::stop_source stop;
  request.stop = stop.get_token();
  bring_to(GetParam());
  stop.request_stop();
  network.answer(network.sent() - 1, http_answer(500, ""));
  network.run();
  network.advance(1h);
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_EQ(network.open(), 0U);
}

INSTANTIATE_TEST_SUITE_P(each, wire_backend_phases, testing::ValuesIn(phases));

TEST_F(wire_backend, that_is_stopped_before_the_request_sends_nothing) {
  std::stop_source stop;
  stop.request_stop();
  request.stop = stop.get_token();
  submit();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  EXPECT_EQ(network.sent(), 0U);
  EXPECT_EQ(who->resolved, 0);
}

// The provider may answer long after the call was cancelled and everybody has gone.
TEST_F(wire_backend, outlives_the_credentials_it_waits_for) {
  std::stop_source stop;
  request.stop = stop.get_token();
  who->at_once = false;
  submit();
  stop.request_stop();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  std::thread end([this] { tested.reset(); });
  who->give(who->answer);
  end.join();
  EXPECT_EQ(network.sent(), 0U);
  EXPECT_EQ(outcomes.size(), 1U);
}

TEST_F(wire_backend, ends_with_requests_in_every_phase) {
  submit();  // ends in back-off
  submit();  // ends in transfer
  submit();  // has ended
  network.answer(0, http_answer(500, ""));
  network.answer(2, http_answer(200, "{}"));
  tested.reset();
  EXPECT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(network.open(), 0U);
  EXPECT_FALSE(network.next_task());
}

// Each step of a request that takes three attempts fails in turn, for good: the outcome is that
// failure, once, and whatever was to follow does not happen.
TEST_F(wire_backend, fails_at_each_step_in_turn) {
  for (std::size_t failing = 0; failing < 3; ++failing) {
    for (const auto& [answer, kind] :
         {std::pair<std::function<net::http_outcome()>, errc>(
              [] { return http_answer(400, error_body("ValidationException")); }, errc::rejected),
          {[] { return net::transport_error{transport_errc::tls, "no"}; }, errc::configuration},
          {[] { return net::transport_error{transport_errc::too_large, "no"}; },
           errc::invalid_response},
          {[] { return net::transport_error{transport_errc::deadline_exceeded, "no"}; },
           errc::deadline_exceeded}}) {
      outcomes.clear();
      const std::size_t begin = network.sent();
      submit();
      for (std::size_t attempt = 0; attempt < failing; ++attempt) {
        network.answer(begin + attempt, http_answer(503, ""));
        network.advance(1s);
      }
      ASSERT_EQ(network.sent(), begin + failing + 1);
      network.answer(begin + failing, answer());
      network.advance(1h);
      EXPECT_EQ(failure().kind, kind);
      EXPECT_EQ(failure().attempts, failing + 1);
      EXPECT_EQ(network.sent(), begin + failing + 1);
    }
    // The same with the credentials.
    outcomes.clear();
    const std::size_t begin = network.sent();
    const auto good = who->answer;
    for (std::size_t attempt = 0; attempt <= failing; ++attempt) {
      if (attempt == failing) who->answer = test::failure_of(errc::credentials);
      if (attempt == 0) submit();
      if (attempt != 0) {
        network.answer(begin + attempt - 1, http_answer(503, ""));
        network.advance(1s);
      }
    }
    EXPECT_EQ(failure().kind, errc::credentials);
    EXPECT_EQ(failure().attempts, failing);
    who->answer = good;
  }
}

TEST_F(wire_backend, stops_while_others_go_on) {
  std::stop_source stop;
  submit();
  request.stop = stop.get_token();
  submit();
  stop.request_stop();
  network.run();
  EXPECT_EQ(failure().kind, errc::cancelled);
  network.answer(0, http_answer(200, "{}"));
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_TRUE(outcomes[1].has_value());
}

// Stops, answers and new requests from several threads: each request ends exactly once.
TEST_F(wire_backend, is_thread_safe) {
  constexpr int rounds = 300;
  std::atomic<int> ended = 0;
  std::atomic<bool> over = false;
  submit();  // makes the transport
  std::thread network_thread([&] {
    for (std::size_t next = 1; !over || next < network.sent();) {
      if (next < network.sent()) {
        try {
          network.answer(next, http_answer(next % 3 == 0 ? 500 : 200, "{}"));
        } catch (const std::logic_error&) {  // cancelled
        }
        ++next;
      }
      network.advance(20ms);
      std::this_thread::yield();
    }
  });
  {
    std::vector<std::jthread> users;
    for (int user = 0; user < 2; ++user) {
      users.emplace_back([&] {
        for (int i = 0; i < rounds; ++i) {
          std::stop_source stop;
          backend_request mine = request;
          mine.stop = stop.get_token();
          tested->submit(std::move(mine), [&](const result<backend_response>&) { ++ended; });
          if (i % 2 == 0) stop.request_stop();
        }
      });
    }
  }
  over = true;
  network_thread.join();
  tested.reset();
  EXPECT_EQ(ended, 2 * rounds);
}

}  // namespace
