// Clients that are slow, broken or gone, and the end of a server under their requests.
#include "integration/server/served_front.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace server_ending_test {

using namespace dynamo;
using namespace dynamo::test;
using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class server_end : public ::testing::Test {
 protected:
  void expect_still_serving(const served_front& served) {
    EXPECT_EQ(body_of(served.ask(operation_request("Scan", "still there"))), "still there");
  }
  const watchdog dog{"a server's front and its clients"};
};

TEST_F(server_end, waits_for_clients_that_send_byte_by_byte) {
  const served_front served;
  const plain_connection peer(served.port());
  for (const char byte : operation_request("Scan", "slow")) {
    peer.send({&byte, 1});
    std::this_thread::yield();
  }
  EXPECT_EQ(body_of(peer.read_answer()), "slow");
}

TEST_F(server_end, serves_others_while_a_client_is_slow) {
  const served_front served;
  const plain_connection slow(served.port());
  slow.send(operation_head("Scan") + "Content-Length: 10\r\n\r\nhalf");
  const plain_connection slower(served.port());
  slower.send("POST / HTT");
  for (int i = 0; i < 10; ++i) expect_still_serving(served);
  slow.send(" whole");
  EXPECT_EQ(body_of(slow.read_answer()), "half whole");
}

TEST_F(server_end, carries_out_nothing_that_came_in_part) {
  const served_front served;
  const std::string whole = operation_request("DeleteTable", R"({"TableName":"users"})");
  for (std::size_t length = 0; length < whole.size(); length += 3) {
    const plain_connection peer(served.port());
    peer.send(std::string_view(whole).substr(0, length));
  }
  expect_still_serving(served);
  EXPECT_EQ(served.carried_out, 1);
}

TEST_F(server_end, survives_what_is_no_http) {
  const served_front served;
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: DynamoDB_20120810.Scan\r\n";
  for (const std::string& bytes :
       {"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"s, std::string("\r\n\r\n\r\n"),
        std::string(100'000, 'A'), std::string("GET\r\n\r\n"),
        std::string("POST / HTTP/9.9\r\n\r\n"), head + "Content-Length: -1\r\n\r\n{}",
        head + "Content-Length: 0x10\r\n\r\n{}", head + "Content-Length: 2, 3\r\n\r\n{}",
        head + "Content-Length: many\r\n\r\n{}",
        head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
        head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n",
        head + "X-Long: " + std::string(200'000, 'x') + "\r\n\r\n",
        head + "X-Zero: a\0b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"s}) {
    const plain_connection peer(served.port());
    peer.send(bytes);
    peer.finish();
    const std::string answer = peer.read_to_end();
    EXPECT_THAT(answer, AnyOf("", StartsWith("HTTP/1."))) << bytes.substr(0, 200);
    expect_still_serving(served);
  }
}

TEST_F(server_end, survives_clients_that_do_not_take_their_answer) {
  const served_front served({}, [](operation, const body_buffer& request, body_buffer& answer) {
    answer.append(request.text() == "long" ? std::string(std::size_t{8} << 20, 'x') : "short");
    answer.finish();
    return 200;
  });
  for (int i = 0; i < 20; ++i) {
    const plain_connection peer(served.port());
    peer.send(operation_request("Scan", "long"));
  }
  EXPECT_EQ(body_of(served.ask(operation_request("Scan", ""))), "short");
}

// Carries out a request when the test lets it.
struct held_request {
  std::promise<void> begun;
  std::promise<void> may_end;
  served_front served{{}, [this](operation, const body_buffer&, body_buffer& answer) {
                        begun.set_value();
                        may_end.get_future().wait();
                        answer.append("done");
                        answer.finish();
                        return 200;
                      }};
};

TEST_F(server_end, answers_what_is_under_way) {
  held_request held;
  const std::uint16_t port = held.served.port();
  const plain_connection peer(port);
  peer.send(operation_request("Scan", "{}"));
  held.begun.get_future().wait();
  std::thread end([&] { held.served.end(); });
  // From now on, or soon, nobody is let in.
  for (bool let_in = true; let_in;) {
    try {
      const plain_connection late(port);
      std::this_thread::sleep_for(1ms);
    } catch (const std::system_error&) {
      let_in = false;
    }
  }
  held.may_end.set_value();
  const std::string answer = peer.read_to_end();
  end.join();
  EXPECT_THAT(answer, StartsWith(ok));
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(body_of(answer), "done");
}

TEST_F(server_end, does_not_wait_for_connections_that_are_idle) {
  served_front served;
  const plain_connection used(served.port());
  used.send(operation_request("Scan", "{}"));
  EXPECT_THAT(used.read_answer(), StartsWith(ok));
  const plain_connection unused(served.port());
  const auto begin = std::chrono::steady_clock::now();
  served.end();
  // Its grace for what has begun is 10 s.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
  EXPECT_EQ(used.read_to_end(), "");
  EXPECT_EQ(unused.read_to_end(), "");
}

}  // namespace server_ending_test
