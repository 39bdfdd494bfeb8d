// What whoever asks a metrics server gets: figures, or next to nothing.
#include "support/plain_http.hpp"
#include "support/watchdog.hpp"

#include <dynamo/sink/prometheus.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>
#include <string>

namespace sink_metrics_server_test {

using namespace dynamo;
using namespace dynamo::test;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class metrics_server_test : public ::testing::Test {
 protected:
  [[nodiscard]] std::string ask(std::string_view what, std::string_view headers = {}) const {
    return test::ask(server.port(), what, headers);
  }
  const watchdog dog{"a metrics server"};
  const metrics_server server =
      metrics_server::listen("127.0.0.1:0", [] { return std::string("the_figures 1\n"); });
};

TEST_F(metrics_server_test, answers_with_the_counts) {
  const std::string answer = ask("GET /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_EQ(body_of(answer), "the_figures 1\n");
  EXPECT_EQ(body_of(ask("GET /metrics?name[]=x")), "the_figures 1\n");
  EXPECT_EQ(server.url(), "http://127.0.0.1:" + std::to_string(server.port()) + "/metrics");
}

TEST_F(metrics_server_test, answers_head_without_them) {
  const std::string answer = ask("HEAD /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 14\r\n"));
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(metrics_server_test, knows_nothing_else) {
  for (const char* what : {"GET /", "GET /metrics/", "GET /metrics/../etc/passwd", "POST /other",
                           "GET //metrics", "GET /metrics%2f"}) {
    const std::string answer = ask(what);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 ")) << what;
    EXPECT_THAT(answer, Not(HasSubstr("the_figures"))) << what;
  }
  for (const char* what : {"POST /metrics", "DELETE /metrics", "OPTIONS /metrics"}) {
    const std::string answer = ask(what);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << what;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n")) << what;
    EXPECT_THAT(answer, Not(HasSubstr("the_figures"))) << what;
  }
}

TEST_F(metrics_server_test, answers_no_web_page) {
  const auto ask_as = [&](const std::string& host, const std::string& more = "") {
    const plain_connection peer(server.port());
    peer.send("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n" + more +
              "Connection: close\r\n\r\n");
    return peer.read_to_end();
  };
  EXPECT_THAT(ask_as("localhost:9100"), HasSubstr("the_figures"));
  for (const std::string& answer :
       {ask_as("evil.example"), ask_as("localhost", "Origin: http://evil.example\r\n")}) {
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(answer, HasSubstr("evil.example"));
    EXPECT_THAT(answer, Not(HasSubstr("the_figures")));
  }
}

TEST_F(metrics_server_test, takes_no_bodies) {
  EXPECT_THAT(ask("POST /metrics", "Content-Length: 1000000000\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("GET /metrics", "Transfer-Encoding: chunked\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(metrics_server_test, takes_no_long_headers) {
  const std::string answer = ask("GET /metrics", "X-Long: " + std::string(20'000, 'x') + "\r\n");
  EXPECT_THAT(answer, Not(HasSubstr("the_figures")));
  EXPECT_THAT(ask("GET /metrics"), HasSubstr("the_figures"));
}

TEST_F(metrics_server_test, takes_no_more_connections_than_it_may) {
  std::list<plain_connection> idle;
  for (int i = 0; i < 16; ++i) {
    idle.emplace_back(server.port());
    idle.back().send("GET /metrics HTTP/1.1\r\n");
  }
  // The one that has waited longest makes room.
  EXPECT_THAT(ask("GET /metrics"), HasSubstr("the_figures"));
  EXPECT_EQ(idle.front().read_to_end(), "");
  idle.pop_front();
  for (plain_connection& each : idle) {
    each.send("Host: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(each.read_to_end(), HasSubstr("the_figures"));
  }
}

TEST_F(metrics_server_test, speaks_http_alone) {
  const plain_connection peer(server.port());
  peer.send("\x16\x03\x01 this is no HTTP\r\n\r\n");
  EXPECT_THAT(peer.read_to_end(), Not(HasSubstr("the_figures")));
  EXPECT_THAT(ask("GET /metrics"), HasSubstr("the_figures"));
}

TEST_F(metrics_server_test, reports_a_taken_port_in_one_sentence) {
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  const auto second = metrics_server::try_listen(address, [] { return std::string(); });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, errc::configuration);
  EXPECT_EQ(second.error().message,
            "cannot listen on " + address +
                ": the port is in use; choose another one, or 0 for any free port");
}

TEST(metrics_server_address, is_the_systems_to_refuse) {
  const auto foreign = metrics_server::try_listen("192.0.2.1:0", [] { return std::string(); });
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, StartsWith("cannot listen on 192.0.2.1:0: "));
}

}  // namespace sink_metrics_server_test
