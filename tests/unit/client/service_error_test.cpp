// What each answer that is not a success is taken for.
#include "client/service_error.hpp"

#include "support/fake_transport.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <string>
#include <string_view>
#include <vector>

namespace client_service_error_test {

using namespace dynamo::wire;
using dynamo::errc;
using dynamo::net::transport_errc;
using dynamo::test::http_answer;

failed_attempt failed(int status, std::string_view body) {
  return service_failure(http_answer(status, body));
}

std::string error_body(std::string_view code, std::string_view message = "It failed.") {
  return R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + std::string(code) +
         R"(","message":")" + std::string(message) + "\"}";
}

TEST(service_error, codes) {
  struct expectation {
    std::string_view code;
    int status;
    errc kind;
    failure_class follow_up;
  };
  using enum failure_class;
  for (const expectation& each : {
           expectation{"ProvisionedThroughputExceededException", 400, errc::throttled, throttled},
           {"ThrottlingException", 400, errc::throttled, throttled},
           {"RequestLimitExceeded", 400, errc::throttled, throttled},
           {"LimitExceededException", 400, errc::throttled, throttled},
           {"InternalServerError", 500, errc::unavailable, transient},
           {"ServiceUnavailable", 503, errc::unavailable, transient},
           {"RequestTimeout", 400, errc::unavailable, transient},
           {"TransactionInProgressException", 400, errc::conflict, transient},
           {"ReplicatedWriteConflictException", 400, errc::conflict, transient},
           {"ConditionalCheckFailedException", 400, errc::conflict, permanent},
           {"TransactionConflictException", 400, errc::conflict, permanent},
           {"TransactionCanceledException", 400, errc::conflict, permanent},
           {"IdempotentParameterMismatchException", 400, errc::rejected, permanent},
           {"ResourceInUseException", 400, errc::conflict, permanent},
           {"ResourceNotFoundException", 400, errc::not_found, permanent},
           {"ValidationException", 400, errc::rejected, permanent},
           {"ItemCollectionSizeLimitExceededException", 400, errc::rejected, permanent},
           {"AccessDeniedException", 400, errc::access_denied, permanent},
           {"UnrecognizedClientException", 400, errc::credentials, permanent},
           {"InvalidSignatureException", 400, errc::credentials, wrong_time},
           {"RequestTimeTooSkewed", 403, errc::credentials, wrong_time},
           {"RequestExpired", 400, errc::credentials, wrong_time},
           {"MissingAuthenticationTokenException", 400, errc::credentials, permanent},
           {"ExpiredTokenException", 400, errc::credentials, expired_credentials},
           // Unknown codes are judged by the status.
           {"BrandNewException", 400, errc::rejected, permanent},
           {"BrandNewException", 403, errc::access_denied, permanent},
           {"BrandNewException", 429, errc::throttled, throttled},
           {"BrandNewException", 500, errc::unavailable, transient},
           {"BrandNewException", 501, errc::rejected, permanent},
           {"BrandNewException", 503, errc::unavailable, transient},
           // Known ones are not: an emulator may send any status.
           {"ResourceNotFoundException", 500, errc::not_found, permanent},
       }) {
    const failed_attempt got = failed(each.status, error_body(each.code));
    EXPECT_EQ(got.reason.kind, each.kind) << each.code << each.status;
    EXPECT_EQ(got.follow_up, each.follow_up) << each.code << each.status;
    EXPECT_EQ(got.reason.code, each.code);
    EXPECT_EQ(got.reason.http_status, each.status);
    EXPECT_EQ(got.reason.request_id, "REQUEST-ID");
    EXPECT_NE(got.reason.message.find("It failed."), std::string::npos) << got.reason.message;
  }
}

TEST(service_error, bare_codes) {
  EXPECT_EQ(bare_code("X"), "X");
  EXPECT_EQ(bare_code("com.amazon.coral.service#X"), "X");
  EXPECT_EQ(bare_code("X:http://internal.amazon.com/coral/"), "X");
  EXPECT_EQ(bare_code("com.amazon.coral.service#X:http://internal.amazon.com/coral/#y"), "X");
  EXPECT_EQ(bare_code(""), "");
  EXPECT_EQ(bare_code("a#"), "");
}

TEST(service_error, message_in_every_spelling) {
  EXPECT_NE(failed(400, R"({"__type":"X","Message":"One."})").reason.message.find("One."),
            std::string::npos);
  EXPECT_NE(failed(400, R"({"message":"Two \u00e9.","__type":"a#X","extra":[1]})")
                .reason.message.find("Two \xC3\xA9."),
            std::string::npos);
  // Without a sentence, the code has to do.
  for (const std::string_view body : {R"({"__type":"X","message":null})", R"({"__type":"X"})",
                                      R"({"__type":"X","message":""})"}) {
    const failed_attempt got = failed(400, body);
    EXPECT_EQ(got.reason.code, "X") << body;
    EXPECT_NE(got.reason.message.find("X"), std::string::npos) << got.reason.message;
  }
}

TEST(service_error, bodies_that_are_not_the_services) {
  for (const std::string_view body :
       {"", "<html><body>502 Bad Gateway</body></html>", "[]", "null", R"({"__type":"X")",
        R"({"__type":7,"message":"no"})", R"({"__type":"\ud800"})", R"({"__type":"a\nb"})"}) {
    const failed_attempt got = failed(502, body);
    EXPECT_EQ(got.reason.kind, errc::unavailable) << body;
    EXPECT_EQ(got.follow_up, failure_class::transient) << body;
    EXPECT_EQ(got.reason.code, "") << body;
    EXPECT_NE(got.reason.message.find("502"), std::string::npos) << body;
    EXPECT_NE(got.reason.message.find("DynamoDB endpoint"), std::string::npos) << body;
  }
}

TEST(service_error, statuses_without_a_code) {
  struct expectation {
    int status;
    errc kind;
    failure_class follow_up;
  };
  using enum failure_class;
  for (const expectation& each :
       {expectation{429, errc::throttled, throttled}, {500, errc::unavailable, transient},
        {502, errc::unavailable, transient},          {503, errc::unavailable, transient},
        {504, errc::unavailable, transient},          {401, errc::access_denied, permanent},
        {403, errc::access_denied, permanent},        {204, errc::invalid_response, permanent},
        {301, errc::invalid_response, permanent},     {307, errc::invalid_response, permanent},
        {400, errc::invalid_response, permanent},     {404, errc::invalid_response, permanent},
        {405, errc::invalid_response, permanent},     {407, errc::invalid_response, permanent},
        {408, errc::invalid_response, permanent},     {418, errc::invalid_response, permanent},
        {501, errc::invalid_response, permanent},     {505, errc::invalid_response, permanent},
        {511, errc::invalid_response, permanent},     {599, errc::invalid_response, permanent}}) {
    const failed_attempt got =
        service_failure(http_answer(each.status, "<html>"), {.url = "http://here:8000/"});
    EXPECT_EQ(got.reason.kind, each.kind) << each.status;
    EXPECT_EQ(got.follow_up, each.follow_up) << each.status;
    const std::string& message = got.reason.message;
    EXPECT_NE(message.find("http://here:8000/"), std::string::npos) << message;
    EXPECT_NE(message.find("HTTP " + std::to_string(each.status)), std::string::npos) << message;
    EXPECT_EQ(message.find("is not DynamoDB: ") != std::string::npos, each.follow_up == permanent)
        << message;
  }
}

TEST(service_error, long_texts_are_cut) {
  const std::string longest(longest_sentence, 'x');
  const auto message_of = [](const std::string& text) {
    return failed(400, error_body("ValidationException", text)).reason.message;
  };
  EXPECT_EQ(message_of(longest), "the service says: " + longest);
  EXPECT_EQ(message_of(std::string(512 << 10, 'x')), "the service says: " + longest + "...");
  // Not within a character, and what to do stays.
  EXPECT_EQ(message_of(longest.substr(1) + "\xC3\xA9"),
            "the service says: " + longest.substr(1) + "...");
  EXPECT_TRUE(failed(400, error_body("AccessDeniedException", longest + "y"))
                  .reason.message.ends_with("x...; allow the action in the IAM policy of these "
                                            "credentials"));
  const failed_attempt endless = failed(400, error_body(std::string(512 << 10, 'x')));
  EXPECT_EQ(endless.reason.code, "");
  EXPECT_LT(endless.reason.message.size(), 200U);
  std::string reasons;
  for (int i = 0; i < 10'000; ++i) reasons += R"({"reason":"TableReadMoonPhase"},)";
  EXPECT_LE(failed(400, R"({"__type":"X","message":"m","throttlingReasons":[)" + reasons + "{}]}")
                .reason.message.size(),
            longest_sentence + 100);
}

TEST(service_error, a_secret_across_the_cut_is_not_shown_in_part) {
  const std::string token = "pLaNtEd-SESSION-TOKEN-0123456789";
  const std::string text(longest_sentence - 10, 'x');
  const failed_attempt got =
      service_failure(http_answer(400, error_body("ValidationException", text + token + " ends")),
                      {.session_token = token});
  EXPECT_EQ(got.reason.message, "the service says: " + text + "*** ends");
}

TEST(service_error, says_what_to_do) {
  EXPECT_NE(failed(400, error_body("AccessDeniedException")).reason.message.find("IAM policy"),
            std::string::npos);
  EXPECT_NE(failed(400, error_body("InvalidSignatureException")).reason.message.find("clock"),
            std::string::npos);
  EXPECT_NE(failed(400, error_body("ExpiredTokenException")).reason.message.find("new credentials"),
            std::string::npos);
}

// The service repeats the request that it took offence at, session token and all.
TEST(service_error, a_refused_signature_does_not_repeat_the_session_token) {
  const failed_attempt got = failed(
      400,
      error_body("InvalidSignatureException",
                 "The request signature we calculated does not match.\\n\\nThe Canonical "
                 "String should have been\\n'POST\\n/\\nx-amz-security-token:SECRET-TOKEN\\n'"));
  EXPECT_NE(got.reason.message.find("does not match."), std::string::npos);
  EXPECT_EQ(got.reason.message.find("SECRET-TOKEN"), std::string::npos) << got.reason.message;
}

TEST(service_error, no_answer) {
  struct expectation {
    transport_errc failure;
    errc kind;
    failure_class follow_up;
  };
  using enum failure_class;
  for (const expectation& each :
       {expectation{transport_errc::unknown_host, errc::unavailable, no_connection},
        {transport_errc::refused, errc::unavailable, no_connection},
        {transport_errc::timeout, errc::unavailable, transient},
        {transport_errc::connection_lost, errc::unavailable, transient},
        {transport_errc::tls, errc::configuration, permanent},
        {transport_errc::invalid_request, errc::configuration, permanent},
        {transport_errc::too_large, errc::invalid_response, permanent},
        {transport_errc::deadline_exceeded, errc::deadline_exceeded, permanent},
        {transport_errc::cancelled, errc::cancelled, permanent}}) {
    const failed_attempt got = transport_failure({each.failure, "host:443 failed"});
    EXPECT_EQ(got.reason.kind, each.kind) << int(each.failure);
    EXPECT_EQ(got.follow_up, each.follow_up) << int(each.failure);
    EXPECT_EQ(got.reason.message, "host:443 failed");
    EXPECT_EQ(got.reason.http_status, 0);
  }
}

TEST(service_error, the_checksum_is_looked_at_first) {
  auto answer = [](int status, std::string_view body, bool damaged) {
    auto response = http_answer(status, body);
    response.crc32 = libdeflate_crc32(0, body.data(), body.size()) ^ (damaged ? 1U : 0U);
    return failure_in(response);
  };
  EXPECT_FALSE(answer(200, "{}", false));
  // A damaged code would be taken for one that ends the request.
  for (const int status : {200, 400, 500}) {
    const auto got = answer(status, error_body("ThrottlinfException"), true);
    ASSERT_TRUE(got) << status;
    EXPECT_EQ(got->reason.kind, errc::invalid_response);
    EXPECT_EQ(got->follow_up, failure_class::transient);
    EXPECT_EQ(got->reason.http_status, status);
    EXPECT_EQ(got->reason.request_id, "REQUEST-ID");
  }
  const auto throttled = answer(400, error_body("ThrottlingException"), false);
  ASSERT_TRUE(throttled);
  EXPECT_EQ(throttled->follow_up, failure_class::throttled);
}

TEST(service_error, a_success_without_a_checksum_is_one) {
  EXPECT_FALSE(failure_in(http_answer(200, "{}")));
}

// Every form in which the service tells why it throttles.
TEST(service_error, says_why_the_service_throttles) {
  for (const std::string_view body :
       {R"({"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Slow.",)"
        R"("throttlingReasons":[{"reason":"TableReadKeyRangeThroughputExceeded","resource":)"
        R"("arn:aws:dynamodb:eu-central-1:123456789012:table/users"}]})",
        R"({"ThrottlingReasons":[{"resource":)"
        R"("arn:aws:dynamodb:eu-central-1:123456789012:table/users","reason":)"
        R"("TableReadKeyRangeThroughputExceeded","new":{"a":[1]}},7,{"resource":"lonely"}],)"
        R"("Message":"Slow.","__type":"ProvisionedThroughputExceededException:http://x/"})"}) {
    const failed_attempt got = failed(400, body);
    EXPECT_EQ(got.follow_up, failure_class::throttled);
    EXPECT_EQ(got.reason.message,
              "the service says: Slow. (TableReadKeyRangeThroughputExceeded of table/users: one "
              "partition is at its limit: spread the requests over more segments, or go slower)");
  }
  // In the message alone.
  const failed_attempt told =
      failed(400, error_body("RequestLimitExceeded", "Over (TableReadAccountLimitExceeded)."));
  EXPECT_NE(told.reason.message.find("(TableReadAccountLimitExceeded: ask for a higher quota"),
            std::string::npos)
      << told.reason.message;
  // A reason that nobody here has heard of.
  const failed_attempt unknown = failed(
      400, R"({"__type":"X","message":"m","throttlingReasons":[{"reason":"IndexReadMoonPhase"}]})");
  EXPECT_EQ(unknown.reason.message, "the service says: m (IndexReadMoonPhase)");
  // Nothing in a list of reasons can put a line break into a message.
  const failed_attempt broken =
      failed(400, R"({"__type":"X","message":"m","throttlingReasons":[{"reason":"a\nb"},)"
                  R"({"reason":"TableReadMoonPhase","resource":"arn:\n"}]})");
  EXPECT_EQ(broken.reason.message, "the service says: m (TableReadMoonPhase)");
  // Reasons of another shape are no reason to lose the code.
  for (const std::string_view reasons : {"null", "{}", "\"x\"", "[]", "[[]]", "[{\"reason\":7}]"}) {
    const failed_attempt odd =
        failed(400, R"({"__type":"ThrottlingException","ThrottlingReasons":)" +
                        std::string(reasons) + "}");
    EXPECT_EQ(odd.reason.message, "the service says: ThrottlingException") << reasons;
    EXPECT_EQ(odd.follow_up, failure_class::throttled) << reasons;
  }
}

TEST(service_error, reasons_of_a_cancelled_transaction) {
  const auto reasons = [](std::string_view list) {
    return failed(400,
                  R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
                  R"("CancellationReasons":)" +
                      std::string(list) + R"(,"Message":"Transaction cancelled"})")
        .reason.reasons;
  };
  using list = std::vector<std::string>;
  EXPECT_EQ(reasons(R"([{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"No."}])"),
            (list{"None", "ConditionalCheckFailed"}));
  EXPECT_EQ(reasons("[]"), list());
  // Their places are what counts: what is no code leaves its place empty.
  EXPECT_EQ(
      reasons(R"([{"Code":"a b"},{"Item":{"Code":{"S":"x"}}},7,{"Code":null},{"Code":"None"}])"),
      (list{"", "", "", "", "None"}));
  EXPECT_EQ(reasons("null"), list());
}

}  // namespace client_service_error_test
