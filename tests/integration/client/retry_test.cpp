#include "support/hostile.hpp"
#include "support/tls_identity.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace client_retry_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string page_of_one = R"({"Items":[{"id":{"S":"a"}}],"Count":1,"ScannedCount":1})";

// What a scan of one page gives against a server that answers so.
result<item_page> scan(const loopback_server& server, std::chrono::milliseconds budget = 10s) {
  return client(impatient_config(server.url(), budget)).try_scan({.table = "t"});
}

error failure_of(const loopback_server& server, std::chrono::milliseconds budget = 10s) {
  auto answer = scan(server, budget);
  if (answer) {
    ADD_FAILURE() << "the scan succeeded";
    return {};
  }
  EXPECT_THAT(answer.error().to_string(), AllOf(Not(HasSubstr(std::string(secret_key))),
                                                Not(HasSubstr(std::string(session_token)))));
  EXPECT_EQ(answer.error().table, "t");
  EXPECT_EQ(answer.error().attempts, server.requests().size());
  return std::move(answer).error();
}

void expect_success(const loopback_server& server, std::size_t requests) {
  const auto answer = scan(server);
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->items.size(), 1U);
  EXPECT_EQ(server.requests().size(), requests);
}

TEST(wire_request, is_a_dynamo_db_request_with_a_signature) {
  const loopback_server server(in_turn({respond(200, page_of_one)}));
  expect_success(server, 1);
  const received_request request = server.requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(request.headers.at("x-amz-target"), "DynamoDB_20120810.Scan");
  EXPECT_EQ(request.headers.at("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(request.headers.at("x-amz-security-token"), session_token);
  EXPECT_THAT(request.headers.at("authorization"),
              AllOf(StartsWith("AWS4-HMAC-SHA256 Credential=KEY1/"),
                    HasSubstr("/us-east-1/dynamodb/aws4_request"),
                    HasSubstr("x-amz-security-token"), HasSubstr("Signature=")));
  for (const auto& [name, value] : request.headers) {
    EXPECT_THAT(value, Not(HasSubstr(std::string(secret_key)))) << name;
  }
}

struct passing {
  const char* name;
  script answer;
  friend void PrintTo(const passing& of, std::ostream* out) { *out << of.name; }
};

class transient_failure : public ::testing::TestWithParam<passing> {};

TEST_P(transient_failure, is_retried) {
  const loopback_server server(
      in_turn({GetParam().answer, GetParam().answer, respond(200, page_of_one)}));
  expect_success(server, 3);
}

INSTANTIATE_TEST_SUITE_P(
    forms, transient_failure,
    ::testing::Values(
        passing{"InternalServerError", service_error(500, "InternalServerError")},
        passing{"EmptyServiceUnavailable", respond(503, "")},
        passing{"BadGatewayOfAProxy", respond(502, "<html>Bad Gateway</html>")},
        passing{"ThroughputExceeded", service_error(400,
                                                    "com.amazonaws.dynamodb.v20120810#"
                                                    "ProvisionedThroughputExceededException")},
        passing{"ThrottlingWithPrefix",
                service_error(400, "com.amazon.coral.availability#ThrottlingException")},
        passing{"ThrottlingWithSuffix",
                service_error(400, "ThrottlingException:http://internal.amazon.com/coral/")},
        passing{"TooManyRequestsWithoutBody", respond(429, "")},
        passing{"WrongChecksum", respond(200, page_of_one, {"x-amz-crc32: 1"})},
        passing{"Truncated",
                script{step::send{response_text(200, page_of_one).substr(0, 60)}, step::close{}}},
        passing{"ClosedWithoutAnswer", script{step::close{}}}),
    [](const auto& of) { return of.param.name; });

TEST(wire_failure, wrong_checksum_for_ever) {
  const loopback_server server(in_turn({respond(200, page_of_one, {"x-amz-crc32: 1"})}));
  const error failure = failure_of(server, 100ms);
  EXPECT_EQ(failure.kind, errc::invalid_response);
  EXPECT_THAT(failure.message, HasSubstr("CRC-32"));
  EXPECT_GT(failure.attempts, 1U);
}

TEST(wire_failure, throttled_for_ever) {
  const loopback_server server(in_turn({service_error(400, "ThrottlingException", "slow down")}));
  const error failure = failure_of(server, 100ms);
  EXPECT_EQ(failure.kind, errc::throttled);
  EXPECT_EQ(failure.code, "ThrottlingException");
  EXPECT_EQ(failure.request_id, "REQUEST-OF-THE-TEST");
  EXPECT_EQ(failure.http_status, 400);
  EXPECT_THAT(failure.message, HasSubstr("slow down"));
  EXPECT_GT(failure.attempts, 1U);
}

TEST(wire_failure, down_for_ever) {
  const loopback_server server(in_turn({respond(503, "")}));
  const error failure = failure_of(server, 100ms);
  EXPECT_EQ(failure.kind, errc::unavailable);
  EXPECT_GT(failure.attempts, 4U);
}

TEST(wire_failure, expired_token_once_is_followed_by_new_credentials) {
  const loopback_server server(
      in_turn({service_error(400, "com.amazon.coral.service#ExpiredTokenException"),
               respond(200, page_of_one)}));
  expect_success(server, 2);
  const auto requests = server.requests();
  EXPECT_THAT(requests.at(0).headers.at("authorization"), HasSubstr("Credential=KEY1/"));
  EXPECT_THAT(requests.at(1).headers.at("authorization"), HasSubstr("Credential=KEY2/"));
}

TEST(wire_failure, expired_token_for_ever_fails_after_one_refresh) {
  const loopback_server server(in_turn({service_error(400, "ExpiredTokenException")}));
  const error failure = failure_of(server);
  EXPECT_EQ(failure.kind, errc::credentials);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(wire_failure, credentials_that_cannot_be_found_are_reported_before_any_request) {
  class nothing final : public credential_provider {
    void resolve(handler done) override {
      done(error{.kind = errc::credentials, .message = "there are none here"});
    }
  };
  const loopback_server server(in_turn({respond(200, page_of_one)}));
  auto config = impatient_config(server.url());
  config.credentials = std::make_shared<nothing>();
  const auto answer = client(config).try_scan({.table = "t"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::credentials);
  EXPECT_EQ(answer.error().attempts, 0U);
  EXPECT_TRUE(server.requests().empty());
}

TEST(wire_failure, permanent_ones_are_not_retried) {
  const std::vector<std::tuple<script, errc, const char*>> cases = {
      {service_error(400, "com.amazon.coral.service#AccessDeniedException",
                     "User is not authorized"),
       errc::access_denied, "User is not authorized"},
      {service_error(400, "com.amazon.coral.service#UnrecognizedClientException",
                     "The security token included in the request is invalid."),
       errc::credentials, "is invalid"},
      {service_error(400, "com.amazon.coral.service#InvalidSignatureException", "does not match"),
       errc::credentials, "does not match"},
      {service_error(400, "ResourceNotFoundException", "Requested resource not found"),
       errc::not_found, "Requested resource not found"},
      {service_error(400, "ValidationException", "One or more parameters"), errc::rejected,
       "One or more parameters"},
      {service_error(400, "SomethingNewException", "never heard of"), errc::rejected,
       "never heard of"},
      {respond(404, "<html><body>Not Found</body></html>"), errc::invalid_response,
       "is not DynamoDB: HTTP 404"},
      {respond(403, ""), errc::access_denied, "HTTP 403"},
      {respond(302, "", {"Location: http://127.0.0.1:1/"}), errc::invalid_response,
       "is not DynamoDB: HTTP 302"},
      {respond(405, ""), errc::invalid_response, "is not DynamoDB: HTTP 405"},
      {respond(501, "<html>Unsupported method ('POST')</html>"), errc::invalid_response,
       "is not DynamoDB: HTTP 501"},
      {respond(505, ""), errc::invalid_response, "is not DynamoDB: HTTP 505"},
  };
  for (const auto& [answer, kind, words] : cases) {
    const loopback_server server(in_turn({answer}));
    const error failure = failure_of(server);
    EXPECT_EQ(failure.kind, kind) << failure.to_string();
    EXPECT_THAT(failure.message, HasSubstr(words));
    EXPECT_EQ(failure.attempts, 1U);
  }
}

TEST(wire_failure, nobody_listens) {
  const auto begin = std::chrono::steady_clock::now();
  auto config = impatient_config("http://127.0.0.1:" + std::to_string(unused_port()));
  config.random = nullptr;
  const auto answer = client(config).try_scan({.table = "t"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("refused"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(wire_failure, unknown_host) {
  const auto answer =
      client(impatient_config("http://nonexistent.invalid")).try_scan({.table = "t"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("nonexistent.invalid"));
}

TEST(wire_failure, certificate_that_is_not_trusted) {
  const tls_identity identity;
  const loopback_server server(in_turn({respond(200, page_of_one)}), identity.context());
  const auto answer = scan(server);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::configuration);
  EXPECT_THAT(answer.error().message, HasSubstr("certificate"));
  EXPECT_EQ(answer.error().attempts, 1U);
  EXPECT_TRUE(server.requests().empty());
}

TEST(wire_failure, endpoint_that_is_no_url) {
  const auto answer = client(impatient_config("not a url")).try_scan({.table = "t"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::configuration);
  EXPECT_EQ(answer.error().attempts, 0U);
}

TEST(wire_failure, stop_ends_the_wait_for_the_next_attempt) {
  const loopback_server server(in_turn({service_error(400, "ThrottlingException")}));
  class longest_delay final : public random_source {
    double uniform() override { return 0.99; }
  };
  auto config = impatient_config(server.url(), 60s);
  config.random = std::make_shared<longest_delay>();
  const client db(config);
  const auto stop = std::make_unique<std::stop_source>();
  const std::jthread stopper([&] {
    server.wait_for_requests(1);
    stop->request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = db.try_scan({.table = "t"}, {.stop = stop->get_token()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 900ms);
}

TEST(wire_failure, deadline_ends_a_request_that_is_not_answered) {
  const loopback_server server(in_turn({script{step::stall{}}}));
  const auto begin = std::chrono::steady_clock::now();
  const auto answer =
      client(impatient_config(server.url())).try_scan({.table = "t"}, {.deadline = begin + 100ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, errc::deadline_exceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

}  // namespace client_retry_test
