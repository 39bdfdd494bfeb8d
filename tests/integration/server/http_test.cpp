// What goes over a socket to a server, and back: well-behaved clients, and the limits they meet.
#include "integration/server/served_front.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <thread>
#include <vector>

namespace server_http_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A body in chunks of that size.
std::string chunked(std::string_view body, std::size_t size) {
  std::string text;
  while (!body.empty()) {
    const std::string_view piece = body.substr(0, size);
    char length[32];
    std::snprintf(length, sizeof length, "%zx\r\n", piece.size());
    text.append(length).append(piece).append("\r\n");
    body.remove_prefix(piece.size());
  }
  return text + "0\r\n\r\n";
}

class server_http : public ::testing::Test {
 protected:
  const watchdog dog{"a server's front"};
};

TEST_F(server_http, answers_request_after_request_on_one_connection) {
  const served_front served;
  const plain_connection peer(served.port());
  for (int i = 0; i < 1000; ++i) {
    const std::string body = R"({"n":)" + std::to_string(i) + "}";
    peer.send(operation_request("Scan", body));
    const std::string answer = peer.read_answer();
    ASSERT_THAT(answer, StartsWith(ok));
    ASSERT_THAT(answer, Not(HasSubstr("Connection: close")));
    ASSERT_EQ(body_of(answer), body);
  }
  peer.send(operation_request("Scan", "{}", "Connection: close\r\n"));
  EXPECT_THAT(peer.read_to_end(), HasSubstr("Connection: close\r\n"));
}

TEST_F(server_http, answers_requests_that_come_together_in_their_order) {
  const served_front served;
  const plain_connection peer(served.port());
  std::string all;
  for (int i = 0; i < 50; ++i) all += operation_request("Scan", std::to_string(i));
  peer.send(all);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(body_of(peer.read_answer()), std::to_string(i));
}

TEST_F(server_http, carries_out_requests_of_all_connections_at_the_same_time) {
  constexpr int connections = 32;
  std::barrier all_there(connections);
  const served_front served({}, [&](operation, const body_buffer&, body_buffer& answer) {
    all_there.arrive_and_wait();
    answer.finish();
    return 200;
  });
  std::list<plain_connection> peers;
  for (int i = 0; i < connections; ++i) {
    peers.emplace_back(served.port());
    peers.back().send(operation_request("Scan", "{}"));
  }
  for (const plain_connection& peer : peers) EXPECT_THAT(peer.read_answer(), StartsWith(ok));
}

TEST_F(server_http, takes_and_gives_large_bodies) {
  const served_front served;
  std::string body(16 * mega, 'x');
  for (std::size_t i = 0; i < body.size(); i += 4096)
    body[i] = static_cast<char>('a' + i / 4096 % 26);
  const plain_connection peer(served.port());
  for (const std::string& request :
       {operation_request("BatchWriteItem", body), operation_head("BatchWriteItem") +
                                                       "Transfer-Encoding: chunked\r\n\r\n" +
                                                       chunked(body, 100'000)}) {
    std::thread sender([&] { peer.send(request); });
    const std::string answer = peer.read_answer();
    sender.join();
    ASSERT_THAT(answer.substr(0, 100), StartsWith(ok));
    EXPECT_TRUE(body_of(answer) == body);
  }
}

TEST_F(server_http, takes_chunks_of_any_size) {
  const served_front served;
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    EXPECT_EQ(body_of(served.ask(operation_head("Scan") + "Transfer-Encoding: chunked\r\n\r\n" +
                                 chunked(R"({"TableName":"users"})", size))),
              R"({"TableName":"users"})");
  }
}

TEST_F(server_http, takes_requests_without_a_body) {
  const served_front served;
  for (const char* length : {"", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n"}) {
    const std::string end = std::string_view(length).starts_with("Tr") ? "0\r\n\r\n" : "";
    const std::string answer = served.ask(operation_head("ListTables") + length + "\r\n" + end);
    EXPECT_THAT(answer, StartsWith(ok)) << length;
    EXPECT_EQ(body_of(answer), "") << length;
  }
  EXPECT_EQ(served.carried_out, 3);
}

TEST_F(server_http, lets_clients_continue_that_ask_first) {
  const served_front served;
  const plain_connection peer(served.port());
  peer.send(operation_head("Scan") + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(peer.read_answer(), StartsWith("HTTP/1.1 100 "));
  peer.send("hello");
  EXPECT_EQ(body_of(peer.read_answer()), "hello");
}

TEST_F(server_http, answers_health_checks) {
  const served_front served;
  const std::string answer = test::ask(served.port(), "GET /");
  EXPECT_THAT(answer, StartsWith(ok));
  EXPECT_EQ(body_of(answer), "healthy: dynamo\n");
  const std::string head = test::ask(served.port(), "HEAD /");
  EXPECT_THAT(head, StartsWith(ok));
  EXPECT_THAT(head, HasSubstr("Content-Length: 16\r\n"));
  EXPECT_EQ(body_of(head), "");
  EXPECT_THAT(test::ask(served.port(), "PUT /"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(test::ask(served.port(), "GET /../etc/passwd"), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(served.carried_out, 0);
}

TEST_F(server_http, reports_date_server_and_checksum) {
  const served_front served;
  const std::string answer = served.ask(operation_request("Scan", "123456789"));
  EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr("\r\nServer: dynamo\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nx-amzn-RequestId: "));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: application/x-amz-json-1.0\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nx-amz-crc32: 3421780262\r\n"));  // CRC-32's check value
}

TEST_F(server_http, takes_bodies_up_to_its_limit) {
  const served_front served({.max_body_bytes = 1000});
  const auto length_taken = [&](std::size_t length) {
    const std::string answer = served.ask(operation_request("Scan", std::string(length, 'x')));
    EXPECT_THAT(answer, AnyOf(StartsWith(ok), StartsWith("HTTP/1.1 413 ")));
    return answer.starts_with(ok);
  };
  EXPECT_TRUE(length_taken(1000));
  EXPECT_FALSE(length_taken(1001));
  EXPECT_FALSE(length_taken(2000));
  const auto in_chunks = [&](std::size_t length) {
    return served.ask(operation_head("Scan") + "Transfer-Encoding: chunked\r\n\r\n" +
                      chunked(std::string(length, 'x'), 100));
  };
  EXPECT_THAT(in_chunks(1000), StartsWith(ok));
  EXPECT_THAT(in_chunks(1001), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(in_chunks(1001), HasSubstr("The request is longer than 1000 bytes."));
  EXPECT_EQ(served.carried_out, 2);
  // Nobody waits for what is announced to be far beyond.
  EXPECT_THAT(served.ask(operation_head("Scan") + "Content-Length: 1000000000000\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(served.ask(operation_head("Scan") + "Content-Length: 18446744073709551615\r\n\r\n"),
              AnyOf(StartsWith("HTTP/1.1 413 "), StartsWith("HTTP/1.1 400 ")));
  // Nor takes what never ends.
  EXPECT_THAT(in_chunks(10 * mega), Not(HasSubstr("200 OK")));
  EXPECT_EQ(served.carried_out, 2);
}

TEST_F(server_http, refuses_bodies_above_sixteen_megabytes_before_they_are_sent) {
  const served_front served;
  const plain_connection peer(served.port());
  peer.send(operation_head("BatchWriteItem") + "Content-Length: 16777217\r\n\r\n");
  const std::string answer = peer.read_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, HasSubstr("The request is longer than 16777216 bytes."));
  // A client that sends all of its body first gets the answer as well.
  EXPECT_THAT(served.ask(operation_request("BatchWriteItem", std::string(20 * mega, 'x'))),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(served.carried_out, 0);
}

TEST_F(server_http, reports_a_port_that_is_in_use) {
  const served_front served;
  const auto second = server_side::listening_front::open(
      [](operation, const body_buffer&, body_buffer&) { return 200; },
      {.listen = "127.0.0.1:" + std::to_string(served.port())});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, errc::configuration);
  EXPECT_THAT(second.error().message, HasSubstr("the port is in use; choose another one"));
}

TEST_F(server_http, refuses_options_outside_their_range) {
  for (const server_options& options :
       {server_options{.connections = 0}, server_options{.max_body_bytes = 0},
        server_options{.max_buffered_bytes = 0}, server_options{.request_time = 0ms},
        server_options{.allowed_hosts = {"a:80"}}}) {
    const auto none = server_side::listening_front::open(
        [](operation, const body_buffer&, body_buffer&) { return 200; }, options);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, errc::invalid_argument);
  }
}

}  // namespace server_http_test
