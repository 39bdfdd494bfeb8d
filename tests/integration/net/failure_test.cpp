#include "net/transport.hpp"
#include "support/exchange.hpp"
#include "support/loopback_server.hpp"
#include "support/manual_time.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace net_failure_test {

using namespace std::chrono_literals;
using namespace dynamo::net;
using namespace dynamo::test;
using ::testing::HasSubstr;
using ::testing::Not;

std::string place(const loopback_server& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

transport_error error_of(loopback_server::responder answer, transport_options options = {}) {
  loopback_server server(std::move(answer));
  const auto transport = make_curl_transport(std::move(options));
  auto failure = start(*transport, post_to(server.url())).error();
  EXPECT_THAT(failure.message, HasSubstr(place(server)));
  return failure;
}

transport_error error_of_url(const std::string& url) {
  return start(*make_curl_transport({}), post_to(url)).error();
}

TEST(failure, nobody_listens) {
  const std::string where = "127.0.0.1:" + std::to_string(unused_port());
  const auto failure = error_of_url("http://" + where + "/");
  EXPECT_EQ(failure.kind, transport_errc::refused);
  EXPECT_EQ(failure.message, "connection to " + where + " was refused; is the server running?");
}

TEST(failure, unknown_host) {
  const auto failure = error_of_url("https://nonexistent.invalid/");
  EXPECT_EQ(failure.kind, transport_errc::unknown_host);
  EXPECT_EQ(failure.message, "could not resolve host 'nonexistent.invalid'");
}

TEST(failure, urls_that_cannot_be_used) {
  for (const char* url : {"ftp://127.0.0.1:2121/", "http://127.0.0.1:port/", "file:///etc/passwd",
                          "http://", "", "http://user:hunter2@[broken/"}) {
    const auto failure = error_of_url(url);
    EXPECT_EQ(failure.kind, transport_errc::invalid_request) << url << ": " << failure.message;
    EXPECT_THAT(failure.message, Not(HasSubstr("hunter2")));
  }
}

TEST(failure, headers_with_line_breaks_are_not_sent) {
  loopback_server server([](const received_request&) { return respond(200, "{}"); });
  const auto transport = make_curl_transport({});
  auto request = post_to(server.url());
  request.headers.emplace_back("X-Table: a\r\nX-Forged: b");
  EXPECT_EQ(start(*transport, std::move(request)).error().kind, transport_errc::invalid_request);
  EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(failure, reset_in_the_body) {
  const auto failure = error_of([](const received_request&) {
    return script{step::send{response_text(200, std::string(1000, 'x')).substr(0, 500)},
                  step::reset{}};
  });
  EXPECT_EQ(failure.kind, transport_errc::connection_lost);
}

TEST(failure, reset_before_the_response) {
  EXPECT_EQ(error_of([](const received_request&) { return script{step::reset{}}; }).kind,
            transport_errc::connection_lost);
}

TEST(failure, closed_before_the_response) {
  const auto failure = error_of([](const received_request&) { return script{step::close{}}; });
  EXPECT_EQ(failure.kind, transport_errc::connection_lost);
  EXPECT_THAT(failure.message, HasSubstr("closed the connection without an answer"));
}

TEST(failure, closed_in_the_headers) {
  for (const char* head :
       {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"}) {
    const auto failure =
        error_of([&](const received_request&) { return script{step::send{head}, step::close{}}; });
    EXPECT_EQ(failure.kind, transport_errc::connection_lost) << head;
  }
}

TEST(failure, truncated_body) {
  const auto failure = error_of([](const received_request&) {
    return script{step::send{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n1234567"},
                  step::close{}};
  });
  EXPECT_EQ(failure.kind, transport_errc::connection_lost);
  EXPECT_THAT(failure.message, HasSubstr("early, after 7 bytes"));
}

TEST(failure, truncated_chunks) {
  EXPECT_EQ(error_of([](const received_request&) {
              return script{step::send{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                       "10\r\n1234"},
                            step::close{}};
            }).kind,
            transport_errc::connection_lost);
}

TEST(failure, not_http) {
  const auto failure = error_of([](const received_request&) {
    return script{step::send{"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"}, step::close{}};
  });
  EXPECT_EQ(failure.kind, transport_errc::invalid_request);
  EXPECT_THAT(failure.message, HasSubstr("did not answer with HTTP/1.1"));
}

TEST(failure, stall_before_the_response) {
  const auto failure = error_of([](const received_request&) { return script{step::stall{}}; },
                                {.stall_timeout = 1s});
  EXPECT_EQ(failure.kind, transport_errc::timeout);
  EXPECT_THAT(failure.message, HasSubstr("sent nothing for 1 s"));
}

TEST(failure, stall_in_the_body) {
  const auto before = std::chrono::steady_clock::now();
  const auto failure = error_of(
      [](const received_request&) {
        return script{step::send{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"}, step::stall{}};
      },
      {.stall_timeout = 1s});
  EXPECT_EQ(failure.kind, transport_errc::timeout);
  const auto waited = std::chrono::steady_clock::now() - before;
  EXPECT_GE(waited, 1s);
  EXPECT_LT(waited, 5s);  // curl's own check needs longer
}

TEST(failure, deadline_during_the_transfer) {
  loopback_server server([](const received_request&) { return script{step::stall{}}; });
  const auto transport = make_curl_transport({});
  auto request = post_to(server.url());
  const auto deadline = std::chrono::steady_clock::now() + 200ms;
  request.deadline = deadline;
  const auto failure = start(*transport, std::move(request)).error();
  EXPECT_EQ(failure.kind, transport_errc::deadline_exceeded);
  EXPECT_EQ(failure.message, "the deadline passed while waiting for " + place(server));
  EXPECT_GE(std::chrono::steady_clock::now(), deadline);
}

TEST(failure, deadline_by_the_clock_that_is_given) {
  loopback_server server([](const received_request&) { return script{step::stall{}}; });
  for (const auto ahead : {-1000h, 1000h}) {
    const auto time = std::make_shared<manual_clock>();
    time->advance(std::chrono::steady_clock::now() - time->now() + ahead);
    const auto transport = make_curl_transport({.max_connections = 1, .time = time});
    auto request = post_to(server.url());
    request.deadline = time->now() + 1h;
    auto first = start(*transport, request);
    auto second = start(*transport, request);
    time->advance(1h);
    EXPECT_EQ(first.error().kind, transport_errc::deadline_exceeded);
    EXPECT_EQ(second.error().kind, transport_errc::deadline_exceeded);
    EXPECT_EQ(start(*transport, request).error().kind, transport_errc::deadline_exceeded);
  }
}

TEST(failure, deadline_while_no_connection_is_free) {
  loopback_server server([](const received_request&) { return script{step::stall{}}; });
  const auto transport = make_curl_transport({.max_connections = 1});
  auto first = start(*transport, post_to(server.url()));
  auto request = post_to(server.url());
  request.deadline = std::chrono::steady_clock::now() + 100ms;
  EXPECT_EQ(start(*transport, std::move(request)).error().kind, transport_errc::deadline_exceeded);
  EXPECT_FALSE(first.done());
}

TEST(failure, deadline_before_the_request_is_sent) {
  loopback_server server([](const received_request&) { return respond(200, "{}"); });
  const auto transport = make_curl_transport({});
  auto request = post_to(server.url());
  request.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(start(*transport, std::move(request)).error().kind, transport_errc::deadline_exceeded);
  EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(failure, body_announced_too_large) {
  const auto failure =
      error_of([](const received_request&) { return respond(200, std::string(1001, 'x')); },
               {.max_response_bytes = 1000});
  EXPECT_EQ(failure.kind, transport_errc::too_large);
  EXPECT_THAT(failure.message, HasSubstr("1001 bytes; the limit is 1000"));
}

TEST(failure, body_too_large_without_announcement) {
  EXPECT_EQ(error_of(
                [](const received_request&) {
                  return script{step::send{"HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x')},
                                step::close{}};
                },
                {.max_response_bytes = 1000})
                .kind,
            transport_errc::too_large);
}

TEST(failure, body_of_the_largest_size_is_taken) {
  loopback_server server([](const received_request&) {
    return script{step::send{"HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x')}, step::close{}};
  });
  const auto transport = make_curl_transport({.max_response_bytes = 1000});
  EXPECT_EQ(start(*transport, post_to(server.url())).response().body.size(), 1000U);
}

TEST(failure, headers_too_large) {
  std::string endless = "HTTP/1.1 200 OK\r\n";
  while (endless.size() < 65'600) endless += "X-Filler: " + std::string(1000, 'x') + "\r\n";
  const auto failure =
      error_of([&](const received_request&) { return script{step::send{endless}, step::stall{}}; });
  EXPECT_EQ(failure.kind, transport_errc::too_large);
  EXPECT_THAT(failure.message, HasSubstr("headers of more than 65536 bytes"));
}

TEST(failure, error_body_too_large) {
  EXPECT_EQ(error_of([](const received_request&) {
              return respond(503, std::string((std::size_t{1} << 20) + 1, 'x'));
            }).kind,
            transport_errc::too_large);
}

}  // namespace net_failure_test
