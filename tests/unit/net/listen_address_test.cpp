#include "net/http_listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace net_listen_address_test {

using namespace dynamo;

std::string parsed(std::string_view text) {
  const auto at = net::parse_listen_address(text);
  return at ? at->to_string() : "error: " + at.error().message;
}

TEST(listen_address, is_loopback_unless_a_host_is_given) {
  EXPECT_EQ(parsed("9100"), "127.0.0.1:9100");
  EXPECT_EQ(parsed(":9100"), "127.0.0.1:9100");
  EXPECT_EQ(parsed("localhost:0"), "127.0.0.1:0");
  EXPECT_EQ(parsed("127.0.0.1:9100"), "127.0.0.1:9100");
  EXPECT_EQ(parsed("0.0.0.0:65535"), "0.0.0.0:65535");
  EXPECT_EQ(parsed("[::1]:9100"), "[::1]:9100");
}

TEST(listen_address, knows_whether_others_reach_it) {
  for (const char* host : {"127.0.0.1", "127.255.0.1", "::1"}) {
    EXPECT_TRUE((net::listen_address{.host = host}.is_loopback())) << host;
  }
  for (const char* host : {"0.0.0.0", "192.0.2.1", "128.0.0.1", "::", "2001:db8::1"}) {
    EXPECT_FALSE((net::listen_address{.host = host}.is_loopback())) << host;
  }
}

TEST(listen_address, reports_what_is_none) {
  for (const char* text : {"", ":", "65536", "-1", "9100x", "127.0.0.1", "127.0.0.1:", "host:9100",
                           "::1:9100", "[::1]", "[::1]9100", "[127.0.0.1]:9100", "1.2.3:1"}) {
    const auto at = net::parse_listen_address(text);
    ASSERT_FALSE(at) << text;
    EXPECT_EQ(at.error().kind, errc::invalid_argument);
    EXPECT_THAT(at.error().message, testing::HasSubstr("expected HOST:PORT")) << text;
  }
}

}  // namespace net_listen_address_test
