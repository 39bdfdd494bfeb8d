#include "server/http_front.hpp"

#include "server/wire_target.hpp"
#include "support/kept_log.hpp"
#include "support/manual_time.hpp"
#include "support/planted.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace server_http_front_test {

using namespace dynamo;
using namespace dynamo::server_side;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// An engine that tells what it was asked.
int echo(operation op, const body_buffer& request, body_buffer& answer) {
  answer.append(wire_name(op));
  answer.append(":");
  answer.append(request.text());
  answer.finish();
  return request.text() == "bad" ? 400 : 200;
}

std::string value_of(const net::http_reply& reply, std::string_view name) {
  const auto at =
      std::ranges::find(reply.headers, name, &std::pair<std::string, std::string>::first);
  return at == reply.headers.end() ? "none" : at->second;
}

class http_front_test : public ::testing::Test {
 protected:
  net::http_reply ask(std::string_view method, std::string_view path,
                      const std::vector<net::header_view>& headers = {},
                      std::string_view body = {}) {
    const body_buffer sent(body);
    return front->answer({.method = method, .path = path, .headers = headers, .body = sent});
  }
  net::http_reply post(std::string_view target, std::string_view body = "{}") {
    return ask("POST", "/", {{"x-amz-target", target}}, body);
  }
  void make(front_options options = {}) {
    options.time = time;
    options.max_body_bytes = 1000;
    front = std::make_unique<http_front>(&echo, std::move(options));
  }
  http_front_test() { make(); }

  const std::shared_ptr<test::manual_clock> time = std::make_shared<test::manual_clock>();
  std::unique_ptr<http_front> front;
};

TEST(wire_target, names_an_operation_of_the_version) {
  EXPECT_EQ(parse_target("DynamoDB_20120810.Scan"), operation::scan);
  EXPECT_EQ(parse_target("DynamoDB_20120810.ListTables"), operation::list_tables);
  EXPECT_EQ(parse_target("DynamoDB_20120810.DescribeEndpoints"), operation::describe_endpoints);
  for (const char* other :
       {"", "Scan", "DynamoDB_20120810", "DynamoDB_20120810.", "DynamoDB_20120810.scan",
        "DynamoDB_20120810.Scan ", "DynamoDB_20111205.Scan", "DynamoDBStreams_20120810.GetRecords",
        "DynamoDB_20120810.CreateGlobalTable"}) {
    EXPECT_EQ(parse_target(other), std::nullopt) << other;
  }
}

TEST_F(http_front_test, hands_operations_over_as_they_are) {
  const net::http_reply reply = post("DynamoDB_20120810.PutItem", R"({"Item":{}})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.text(), R"(PutItem:{"Item":{}})");
  EXPECT_EQ(value_of(reply, "Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(post("DynamoDB_20120810.Query", "bad").status, 400);
  EXPECT_EQ(post("DynamoDB_20120810.Query", "bad").body.text(), "Query:bad");
}

TEST_F(http_front_test, gives_every_answer_its_checksum_and_an_id_of_its_own) {
  std::set<std::string> ids;
  const auto look_at = [&](const net::http_reply& reply) {
    EXPECT_EQ(value_of(reply, "x-amz-crc32"),
              std::to_string(libdeflate_crc32(0, reply.body.data(), reply.body.size())));
    const std::string id = value_of(reply, "x-amzn-RequestId");
    EXPECT_THAT(id, MatchesRegex("[A-Z0-9]{52}"));
    EXPECT_TRUE(ids.insert(id).second);
  };
  for (int i = 0; i < 1000; ++i) look_at(post("DynamoDB_20120810.Scan"));
  look_at(post("nothing"));
  look_at(ask("GET", "/"));
  look_at(ask("GET", "/other"));
}

TEST_F(http_front_test, reports_health_checks_that_it_is_there) {
  for (const char* method : {"GET", "HEAD"}) {
    const net::http_reply reply = ask(method, "/");
    EXPECT_EQ(reply.status, 200) << method;
    EXPECT_EQ(reply.body.text(), "healthy: dynamo\n") << method;
    EXPECT_EQ(value_of(reply, "Content-Type"), "text/plain");
  }
}

TEST_F(http_front_test, refuses_what_is_no_operation) {
  const char* const unknown =
      R"({"__type":"com.amazon.coral.service#UnknownOperationException","message":""})";
  EXPECT_EQ(post("DynamoDB_20120810.Foo").status, 400);
  EXPECT_EQ(post("DynamoDB_20120810.Foo").body.text(), unknown);
  EXPECT_EQ(ask("POST", "/").status, 400);
  EXPECT_EQ(ask("POST", "/").body.text(), unknown);
  const std::vector<net::header_view> scan = {{"X-Amz-Target", "DynamoDB_20120810.Scan"}};
  EXPECT_EQ(ask("POST", "/other", scan, "{}").status, 404);
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "post", "CONNECT", ""}) {
    const net::http_reply reply = ask(method, "/", scan, "{}");
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_EQ(value_of(reply, "Allow"), "GET, HEAD, POST") << method;
    EXPECT_EQ(reply.body.text(), unknown) << method;
  }
}

TEST_F(http_front_test, answers_faults_in_the_services_words) {
  struct expected {
    int status;
    std::string_view type;
  };
  for (const auto& [status, type] :
       {expected{400, "MalformedHttpRequestException"}, expected{408, "RequestTimeoutException"},
        expected{413, "RequestEntityTooLargeException"},
        expected{431, "MalformedHttpRequestException"}, expected{500, "InternalFailure"},
        expected{503, "ServiceUnavailable"}}) {
    const net::http_fault fault{.status = status, .sentence = "this is why"};
    const net::http_reply reply = front->answer({.fault = &fault});
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.body.text(), "{\"__type\":\"com.amazon.coral.service#" + std::string(type) +
                                     "\",\"message\":\"" +
                                     (status == 413 ? "The request is longer than 1000 bytes."
                                                    : "The request was refused: this is why.") +
                                     "\"}");
  }
}

TEST_F(http_front_test, answers_only_names_that_its_guard_knows) {
  const std::vector<net::header_view> known = {{"Host", "localhost:8000"},
                                               {"X-Amz-Target", "DynamoDB_20120810.Scan"}};
  const std::vector<net::header_view> other = {{"Host", "evil.example"},
                                               {"X-Amz-Target", "DynamoDB_20120810.Scan"}};
  EXPECT_EQ(ask("POST", "/", other, "{}").status, 200);
  make({.guard = net::host_guard({.host = "127.0.0.1"}, "machine", {})});
  EXPECT_EQ(ask("POST", "/", known, "{}").status, 200);
  EXPECT_EQ(ask("GET", "/", other).status, 403);
  const net::http_reply refused = ask("POST", "/", other, "{}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(std::string(refused.body.text()),
              AllOf(HasSubstr("com.amazon.coral.service#AccessDeniedException"),
                    HasSubstr("'evil.example'"), HasSubstr("--allow-host")));
  // What a browser asks before it sends a page's request: nothing permits it.
  const net::http_reply preflight = ask("OPTIONS", "/", known);
  EXPECT_EQ(preflight.status, 405);
  EXPECT_EQ(value_of(preflight, "Access-Control-Allow-Origin"), "none");
}

TEST_F(http_front_test, checks_signatures_if_it_has_credentials) {
  credentials who;
  who.access_key_id = "AK";
  who.secret_access_key = test::planted_secret_key;
  make({.accepted = {who}});
  EXPECT_EQ(post("DynamoDB_20120810.Scan").status, 400);
  EXPECT_EQ(post("DynamoDB_20120810.Scan").body.text(),
            R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",)"
            R"("message":"Request is missing Authentication Token"})");
  // Whether it is there is nobody's secret.
  EXPECT_EQ(ask("GET", "/").status, 200);

  const std::string body = R"({"TableName":"users"})";
  const auth::header_list head = {{"Host", "a"}, {"X-Amz-Target", "DynamoDB_20120810.Scan"}};
  auth::signer by;
  const std::string hash = auth::sha256_hex(body);
  const auto added = by.sign({.headers = head, .payload_hash = hash}, who,
                             {.region = "r", .service = "dynamodb"}, time->wall_time());
  ASSERT_TRUE(added);
  std::vector<net::header_view> headers(head.begin(), head.end());
  headers.insert(headers.end(), added->begin(), added->end());
  EXPECT_EQ(ask("POST", "/", headers, body).body.text(), "Scan:" + body);
  EXPECT_THAT(std::string(ask("POST", "/", headers, body + " ").body.text()),
              HasSubstr("com.amazon.coral.service#InvalidSignatureException"));
  time->advance(std::chrono::minutes(16));
  EXPECT_THAT(std::string(ask("POST", "/", headers, body).body.text()),
              HasSubstr("Signature expired"));
}

TEST_F(http_front_test, reports_each_request) {
  const test::kept_log log(log_level::trace, time);
  make({.log = log.log});
  const std::string id = value_of(post("DynamoDB_20120810.GetItem", "bad"), "x-amzn-RequestId");
  const std::string other = value_of(ask("GET", "/secret?path"), "x-amzn-RequestId");
  const std::string begin =
      "2026-01-01T12:00:00.000Z trace request_served table=- segment=- attempt=-";
  EXPECT_THAT(log.lines(), ElementsAre(begin + " request_id=" + id +
                                           " seconds=0.000 detail=\"GetItem, status 400\"",
                                       begin + " request_id=" + other +
                                           " seconds=0.000 detail=\"no operation, status 404\""));
}

}  // namespace server_http_front_test
