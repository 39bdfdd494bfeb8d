// A listener's end, whatever its clients do.
#include "net/http_listener.hpp"

#include "support/plain_http.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace net_http_listener_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

net::http_reply echo(const net::server_request& asked) {
  if (asked.fault != nullptr) return {.status = asked.fault->status};
  if (asked.path == "/throws") throw std::runtime_error("on purpose");
  if (asked.path == "/long") return {.body = body_buffer(std::string(std::size_t{32} << 20, 'x'))};
  return {.body = body_buffer(asked.body.text())};
}

struct listening {
  explicit listening(net::listener_limits limits) {
    limits.body_bytes = 1000;
    http = net::http_listener::open({.host = "127.0.0.1"}, &echo, limits).value();
  }
  [[nodiscard]] plain_connection connection() const {
    return plain_connection(http->address().port);
  }

  std::unique_ptr<net::http_listener> http;
};

class http_listener_test : public ::testing::Test {
 protected:
  // The server answers, and keeps the connection.
  static void expect_answered(const plain_connection& peer) {
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_THAT(peer.read_answer(), StartsWith("HTTP/1.1 200 OK"));
  }
  const watchdog dog{"a listener"};
};

TEST_F(http_listener_test, ends_while_requests_are_incomplete) {
  listening on({.grace = 100ms});
  const plain_connection partial = on.connection();
  partial.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  const plain_connection other = on.connection();
  expect_answered(other);
  on.http.reset();
  EXPECT_THAT(partial.read_to_end(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(other.read_to_end(), "");
}

TEST_F(http_listener_test, ends_while_a_client_does_not_take_its_answer) {
  listening on({.grace = 100ms});
  const plain_connection peer = on.connection();
  peer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
  const plain_connection other = on.connection();
  // One worker: the long answer was begun before.
  expect_answered(other);
  on.http.reset();
  EXPECT_LT(peer.read_to_end().size(), std::size_t{32} << 20);
}

TEST_F(http_listener_test, closes_clients_that_do_not_take_their_answer) {
  const listening on({.memory_bytes = std::size_t{64} << 20, .request = 100ms});
  const plain_connection peer = on.connection();
  peer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
  // Long enough for the answer to be given up.
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(peer.read_to_end().size(), std::size_t{32} << 20);
}

TEST_F(http_listener_test, closes_idle_connections) {
  const listening on({.idle = 50ms});
  const plain_connection unused = on.connection();
  EXPECT_EQ(unused.read_to_end(), "");
  const plain_connection used = on.connection();
  expect_answered(used);
  EXPECT_EQ(used.read_to_end(), "");
}

TEST_F(http_listener_test, answers_with500_where_an_answer_throws) {
  const listening on({});
  const plain_connection peer = on.connection();
  peer.send("GET /throws HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_answer(), StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  expect_answered(peer);
}

TEST_F(http_listener_test, closes_after_an_answer_in_http10) {
  const listening on({});
  const plain_connection peer = on.connection();
  peer.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(peer.read_to_end(), HasSubstr("Connection: close\r\n"));
}

}  // namespace net_http_listener_test
