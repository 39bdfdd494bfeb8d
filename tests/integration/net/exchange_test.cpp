#include "support/exchange.hpp"

#include "net/transport.hpp"
#include "support/loopback_server.hpp"

#include <gmock/gmock.h>

#include <string>

namespace net_exchange_test {

using namespace dynamo::net;
using namespace dynamo::test;

TEST(exchange, brings_status_body_and_the_headers_of_the_protocol) {
  loopback_server server([](const received_request&) {
    return respond(200, R"({"Count":0})",
                   {"X-Amzn-RequestId: ABC123", "date: Mon, 03 Aug 2026 10:00:00 GMT",
                    "X-AMZ-CRC32:  2745614147 ", "x-amz-retry-after: 1500"});
  });
  const auto transport = make_curl_transport({.user_agent = "exchange-test/1"});
  const auto response = start(*transport, post_to(server.url())).response();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.text(), R"({"Count":0})");
  EXPECT_EQ(response.request_id, "ABC123");
  EXPECT_EQ(response.date, "Mon, 03 Aug 2026 10:00:00 GMT");
  EXPECT_EQ(response.crc32, 2745614147U);
  EXPECT_EQ(response.retry_after, std::chrono::milliseconds(1500));
  const char* const end = response.body.data() + response.body.size();
  EXPECT_EQ(std::string(end, dynamo::body_buffer::padding),
            std::string(dynamo::body_buffer::padding, '\0'));
}

TEST(exchange, sends_the_request_as_it_is) {
  loopback_server server([](const received_request&) { return respond(200, "{}"); });
  const auto transport = make_curl_transport({.user_agent = "exchange-test/1"});
  auto request = post_to(server.url() + "a/../b");
  request.headers.emplace_back("X-Amz-Target: DynamoDB_20120810.Scan");
  request.body = std::string(std::size_t{3} << 20, 'x');  // enough for curl to want 100-continue
  EXPECT_EQ(start(*transport, std::move(request)).response().status, 200);

  const auto seen = server.requests().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/a/../b");
  EXPECT_EQ(seen.headers.at("x-amz-target"), "DynamoDB_20120810.Scan");
  EXPECT_EQ(seen.headers.at("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(seen.headers.at("user-agent"), "exchange-test/1");
  EXPECT_FALSE(seen.headers.contains("expect"));
  EXPECT_FALSE(seen.headers.contains("accept-encoding"));
  EXPECT_TRUE(seen.body == std::string(std::size_t{3} << 20, 'x'));
}

TEST(exchange, uses_the_method_asked_for_on_one_handle_after_the_other) {
  loopback_server server([](const received_request& request) {
    if (request.method == "HEAD")
      return script{step::send{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"}};
    return respond(200, request.method);
  });
  const auto transport = make_curl_transport({});
  const auto text_of = [&](std::string method, std::string body) {
    http_request request{
        .method = std::move(method), .url = server.url(), .headers = {}, .body = std::move(body)};
    return std::string(start(*transport, std::move(request)).response().body.text());
  };
  EXPECT_EQ(text_of("PUT", ""), "PUT");
  EXPECT_EQ(text_of("GET", ""), "GET");
  EXPECT_EQ(text_of("HEAD", ""), "");
  EXPECT_EQ(text_of("POST", "p"), "POST");
  EXPECT_EQ(text_of("GET", ""), "GET");
  const auto seen = server.requests();
  EXPECT_EQ(seen.at(0).headers.at("content-length"), "0");
  EXPECT_EQ(seen.at(3).body, "p");
  EXPECT_FALSE(seen.at(3).headers.contains("content-type"));
  EXPECT_FALSE(seen.at(4).headers.contains("content-length"));
  EXPECT_EQ(server.connections(), 1U);
}

TEST(exchange, uses_a_connection_again) {
  loopback_server server([](const received_request&) { return respond(200, "{}"); });
  const auto transport = make_curl_transport({});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(exchange, forgets_the_headers_of_an_interim_response) {
  loopback_server server([](const received_request&) {
    return script{step::send{"HTTP/1.1 100 Continue\r\nx-amzn-requestid: interim\r\n"
                             "x-amz-crc32: 1\r\n\r\n"},
                  step::send{response_text(200, "{}", {"x-amz-crc32: junk"})}};
  });
  const auto transport = make_curl_transport({});
  const auto response = start(*transport, post_to(server.url())).response();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.request_id, "");
  EXPECT_EQ(response.crc32, std::nullopt);
}

TEST(exchange, brings_errors_of_the_service_with_their_body) {
  loopback_server server(
      [](const received_request&) { return respond(400, R"({"__type":"ValidationException"})"); });
  const auto transport = make_curl_transport({});
  const auto response = start(*transport, post_to(server.url())).response();
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body.text(), R"({"__type":"ValidationException"})");
}

TEST(exchange, does_not_follow_redirects) {
  loopback_server server(
      [](const received_request&) { return respond(307, "", {"Location: /elsewhere"}); });
  const auto transport = make_curl_transport({});
  const auto response = start(*transport, post_to(server.url())).response();
  EXPECT_EQ(response.status, 307);
  EXPECT_EQ(response.body.text(), "");
  EXPECT_NE(response.body.data(), nullptr);  // the padding of an empty body
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(exchange, reads_bodies_of_unknown_length) {
  const std::string body(std::size_t{3} << 20, 'b');
  loopback_server server([&](const received_request& request) {
    if (request.number == 0)
      return script{step::send{"HTTP/1.1 200 OK\r\n\r\n" + body}, step::close{}};
    return script{
        step::send{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "300000\r\n" +
                   body + "\r\n0\r\nX-Trailer: 1\r\n\r\n"}};
  });
  const auto transport = make_curl_transport({});
  EXPECT_TRUE(start(*transport, post_to(server.url())).response().body.text() == body);
  EXPECT_TRUE(start(*transport, post_to(server.url())).response().body.text() == body);
}

// curl's own retry, which nobody above may repeat blindly.
TEST(exchange, a_kept_connection_that_turns_out_dead_is_replaced) {
  loopback_server server([](const received_request& request) {
    return request.number == 1 ? script{step::reset{}} : respond(200, "{}");
  });
  const auto transport = make_curl_transport({});
  EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen.at(1).connection, 0U);
  EXPECT_EQ(seen.at(2).connection, 1U);
}

TEST(exchange, a_fresh_connection_that_dies_is_not_replaced) {
  loopback_server server([](const received_request& request) {
    return request.number == 0 ? respond(200, "{}") : script{step::reset{}};
  });
  const auto transport = make_curl_transport({});
  EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  EXPECT_EQ(start(*transport, post_to(server.url())).error().kind, transport_errc::connection_lost);
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(exchange, keeps_to_the_limit_of_connections) {
  const auto go = std::make_shared<latch>();
  loopback_server server([&](const received_request&) {
    return script{step::wait{go}, step::send{response_text(200, "{}")}};
  });
  const auto transport = make_curl_transport({.max_connections = 2});
  std::vector<pending_exchange> all;
  for (int i = 0; i < 6; ++i) all.push_back(start(*transport, post_to(server.url())));
  server.wait_for_requests(2);
  go->open();
  for (auto& one : all) EXPECT_EQ(one.response().status, 200);
  EXPECT_EQ(server.connections(), 2U);
}

}  // namespace net_exchange_test
