// Bounds that clients meet together: connections, memory, time and names.
#include "integration/server/served_front.hpp"
#include "support/kept_log.hpp"
#include "support/planted.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <list>
#include <string>
#include <vector>

namespace server_limits_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Threads of this process.
std::ptrdiff_t threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

// Connections, ends of clients and of the server, and something for everything else.
bool may_open(rlim_t connections) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return false;
  files.rlim_cur = std::min(files.rlim_max, std::max(files.rlim_cur, 2 * connections + 200));
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur >= 2 * connections + 200;
}

class server_limits : public ::testing::Test {
 protected:
  const watchdog dog{"a server's limits"};
};

TEST_F(server_limits, the_connection_that_has_waited_longest_makes_room) {
  const served_front served({.connections = 3});
  std::list<plain_connection> peers;
  for (int i = 0; i < 3; ++i) {
    peers.emplace_back(served.port());
    peers.back().send(operation_request("Scan", "{}"));
    ASSERT_THAT(peers.back().read_answer(), StartsWith(ok));
  }
  // The second one waits longest now.
  peers.front().send(operation_request("Scan", "{}"));
  ASSERT_THAT(peers.front().read_answer(), StartsWith(ok));
  EXPECT_EQ(body_of(served.ask(operation_request("Scan", "new"))), "new");
  EXPECT_EQ(std::next(peers.begin())->read_to_end(), "");
  peers.erase(std::next(peers.begin()));
  for (const plain_connection& each : peers) {
    each.send(operation_request("Scan", "still there"));
    EXPECT_EQ(body_of(each.read_answer()), "still there");
  }
}

TEST_F(server_limits, the_log_records_connections_that_make_room) {
  const kept_log log(log_level::warn);
  served_front served({.connections = 1, .log = log.log});
  const plain_connection first(served.port());
  first.send(operation_request("Scan", "{}"));
  ASSERT_THAT(first.read_answer(), StartsWith(ok));
  EXPECT_EQ(body_of(served.ask(operation_request("Scan", "new"))), "new");
  served.end();
  ASSERT_FALSE(log.lines().empty());
  EXPECT_THAT(log.lines().front(), HasSubstr("warn  connections_full"));
}

TEST_F(server_limits, clients_that_never_complete_a_request_make_room_first) {
  const served_front served({.connections = 4});
  std::list<plain_connection> slow;
  for (int i = 0; i < 50; ++i) {
    slow.emplace_back(served.port());
    slow.back().send(operation_head("Scan"));
    ASSERT_EQ(body_of(served.ask(operation_request("Scan", "served"))), "served");
  }
}

TEST_F(server_limits, thousands_of_idle_connections_need_no_threads) {
  constexpr std::size_t connections = 3000;
  if (!may_open(connections)) GTEST_SKIP() << "the limit of open files is too low";
  const served_front served;
  const auto before = threads();
  std::list<plain_connection> idle;
  for (std::size_t i = 0; i < connections; ++i) {
    idle.emplace_back(served.port());
    if (i % 100 != 0) continue;
    idle.back().send(operation_request("Scan", "once"));
    ASSERT_EQ(body_of(idle.back().read_answer()), "once");
  }
  EXPECT_EQ(threads(), before);
  for (const plain_connection& each : idle) each.send(operation_request("Scan", "all of them"));
  for (const plain_connection& each : idle) ASSERT_EQ(body_of(each.read_answer()), "all of them");
}

TEST_F(server_limits, clients_that_are_too_slow_are_told_so) {
  const served_front served({.request_time = 200ms});
  const plain_connection head(served.port());
  const plain_connection body(served.port());
  head.send("POST / HTTP/1.1\r\nHost: ");
  body.send(operation_head("Scan") + "Content-Length: 10\r\n\r\nhalf");
  for (const plain_connection* each : {&head, &body}) {
    EXPECT_THAT(each->read_to_end(),
                AllOf(StartsWith("HTTP/1.1 408 Request Timeout\r\n"),
                      HasSubstr("Connection: close"), HasSubstr("RequestTimeoutException")));
  }
}

TEST_F(server_limits, slow_clients_take_no_workers) {
  const served_front served;
  std::list<plain_connection> slow;
  for (int i = 0; i < 300; ++i) {
    slow.emplace_back(served.port());
    slow.back().send(operation_head("Scan") + "Content-Length: 10\r\n\r\nhalf");
  }
  EXPECT_EQ(body_of(served.ask(operation_request("Scan", "served"))), "served");
  for (const plain_connection& each : slow) each.send(" whole");
  for (const plain_connection& each : slow) ASSERT_EQ(body_of(each.read_answer()), "half whole");
}

TEST_F(server_limits, bodies_beyond_the_memory_for_them_are_refused_until_there_is_some) {
  const served_front served({.max_buffered_bytes = 2 * mega});
  const std::string request = operation_request("Scan", std::string(3 * mega, 'x'));
  // As it is sent, not as it is announced: this one needs a megabyte at most.
  const plain_connection half(served.port());
  half.send(std::string_view(request).substr(0, mega / 2));
  EXPECT_EQ(body_of(served.ask(operation_request("Scan", "small"))), "small");
  EXPECT_THAT(served.ask(request), AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\n"),
                                         HasSubstr("com.amazon.coral.service#ServiceUnavailable"),
                                         HasSubstr("memory limit for requests in progress")));
  EXPECT_EQ(body_of(served.ask(operation_request("Scan", "small"))), "small");
}

TEST_F(server_limits, requests_that_could_be_read_in_two_ways_end_their_connection) {
  const served_front served;
  const std::string hidden = operation_request("DeleteTable", "{}");
  for (const std::string& request : {
           operation_head("Scan") +
               "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           operation_head("Scan") + "Content-Length: 0\r\nContent-Length: 2\r\n\r\n",
           operation_head("Scan") + "Content-Length : 2\r\n\r\n",
           operation_head("Scan") + "X: a\r\n Content-Length: 2\r\n\r\n",
           operation_head("Scan") + "Host: b\r\n\r\n",
           operation_head("Scan") + "\n",
           operation_head("Scan") + "Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n",
       }) {
    const plain_connection peer(served.port());
    peer.send(request + hidden);
    peer.finish();
    EXPECT_THAT(peer.read_to_end(), AllOf(StartsWith("HTTP/1.1 400 Bad Request\r\n"),
                                          HasSubstr("Connection: close\r\n"),
                                          HasSubstr("MalformedHttpRequestException")))
        << request;
  }
  EXPECT_EQ(served.carried_out, 0);
}

TEST_F(server_limits, names_of_other_machines_are_refused) {
  const std::string request =
      "POST / HTTP/1.1\r\nHost: evil.example:8000\r\nX-Amz-Target: DynamoDB_20120810.Scan\r\n"
      "Content-Length: 2\r\n\r\n{}";
  const served_front served;
  EXPECT_THAT(served.ask(request),
              AllOf(StartsWith("HTTP/1.1 403 Forbidden\r\n"), HasSubstr("'evil.example:8000'")));
  EXPECT_THAT(served.ask(operation_request("Scan", "{}", "Origin: http://evil.example\r\n")),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(served.carried_out, 0);
  const served_front allowing({.allowed_hosts = {"evil.example"}});
  EXPECT_THAT(allowing.ask(request), StartsWith(ok));
  credentials who;
  who.access_key_id = "AK";
  who.secret_access_key = planted_secret_key;
  // A page cannot sign.
  EXPECT_THAT(served_front({.accepted = {who}}).ask(request), StartsWith("HTTP/1.1 400 "));
}

}  // namespace server_limits_test
