// The backend over a network that does as the test says: attempts and delays.
#include "client/wire_backend.hpp"

#include "support/manual_backend.hpp"
#include "unit/client/wire_backend_fixture.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace client_wire_backend_test {

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
  EXPECT_EQ(network.options().time, time) << "deadlines and delays are by one clock";
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

TEST_F(wire_backend, signs_each_attempt_again) {
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

TEST_F(wire_backend, reports_each_throttled_attempt_at_once) {
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
  variables->set("AWS_USE_FIPS_ENDPOINT", "perhaps");
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
    random->set(0.05);
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

TEST_F(wire_backend, without_a_region_says_so_and_sends_nothing) {
  config.region.reset();
  variables->set("AWS_EC2_METADATA_DISABLED", "true");
  open();
  submit();
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_NE(failure().message.find("AWS_REGION"), std::string::npos);
  EXPECT_EQ(network.sent(), 0U);
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

TEST_F(wire_backend, gives_up_a_wait_that_would_end_after_the_deadline) {
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

}  // namespace client_wire_backend_test
