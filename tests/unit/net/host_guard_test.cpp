#include "net/host_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace net_host_guard_test {

using namespace dynamo;
using namespace dynamo::net;
using ::testing::HasSubstr;

// A guard of a server that listens at `address` on a machine named "machine".
struct guarded {
  explicit guarded(std::string address, std::vector<std::string> allowed = {})
      : guard({.host = std::move(address), .port = 8000}, "machine", std::move(allowed)) {}

  [[nodiscard]] std::optional<std::string> why(const std::vector<header_view>& headers) const {
    return guard.refuse({.method = "POST", .path = "/", .headers = headers});
  }
  [[nodiscard]] bool accepts(std::string_view host) const { return !why({{"Host", host}}); }
  [[nodiscard]] bool accepts_page(std::string_view origin) const {
    return !why({{"Host", "localhost:8000"}, {"Origin", origin}});
  }

  host_guard guard;
};

TEST(host_guard, accepts_the_names_of_the_machine) {
  const guarded local("127.0.0.1");
  for (const char* host :
       {"localhost", "LOCALHOST:8000", "localhost.", "a.localhost", "a.b.LocalHost:1", "127.0.0.1",
        "127.0.0.1:8000", "127.1.2.3:8000", "[::1]", "[::1]:8000"}) {
    EXPECT_TRUE(local.accepts(host)) << host;
  }
}

TEST(host_guard, refuses_other_names) {
  const guarded local("127.0.0.1");
  for (const char* host :
       {"", "evil.example", "evil.example:8000", "localhost.evil.example", "notlocalhost",
        ".localhost", "127.0.0.1.evil.example", "127.0.0.1x", "machine", "192.0.2.1", "0.0.0.0",
        "[::2]", "[::1", "[::1]x", "::1", ":8000"}) {
    EXPECT_FALSE(local.accepts(host)) << host;
  }
  EXPECT_TRUE(local.why({}).has_value());
}

TEST(host_guard, knows_the_address_and_the_machine_where_others_reach_it) {
  const guarded open("192.0.2.1");
  for (const char* host : {"192.0.2.1:8000", "machine", "Machine:8000", "localhost", "192.0.2.9",
                           "[2001:db8::1]:8000"}) {
    EXPECT_TRUE(open.accepts(host)) << host;
  }
  EXPECT_FALSE(open.accepts("evil.example"));
  EXPECT_TRUE(guarded("0.0.0.0").accepts("0.0.0.0:8000"));
  EXPECT_TRUE(guarded("::").accepts("192.0.2.1"));
}

TEST(host_guard, refuses_pages_of_other_origins) {
  const guarded local("127.0.0.1");
  for (const char* origin : {"http://localhost:3000", "https://127.0.0.1", "http://[::1]:3000",
                             "http://app.localhost", "http://localhost:8000"}) {
    EXPECT_TRUE(local.accepts_page(origin)) << origin;
  }
  for (const char* origin :
       {"null", "", "http://evil.example", "https://localhost.evil.example", "localhost",
        "http://192.0.2.1", "http://", "file://", "chrome-extension://abcdef"}) {
    EXPECT_FALSE(local.accepts_page(origin)) << origin;
  }
  EXPECT_TRUE(local.why(
      {{"Host", "localhost"}, {"Origin", "http://localhost"}, {"origin", "http://evil.example"}}));
}

TEST(host_guard, accepts_pages_of_its_own_origin) {
  const guarded open("0.0.0.0");
  EXPECT_FALSE(open.why({{"Host", "192.0.2.1:8000"}, {"Origin", "http://192.0.2.1:8000"}}));
  EXPECT_TRUE(open.why({{"Host", "192.0.2.1:8000"}, {"Origin", "http://192.0.2.2:8000"}}));
}

TEST(host_guard, accepts_what_it_is_told_to_allow) {
  const guarded local("127.0.0.1", {"db.example", "2001:db8::1", "other."});
  EXPECT_TRUE(local.accepts("DB.example:80"));
  EXPECT_TRUE(local.accepts("[2001:db8::1]:80"));
  EXPECT_TRUE(local.accepts("other"));
  EXPECT_TRUE(local.accepts_page("https://db.example"));
  EXPECT_FALSE(local.accepts("a.db.example"));
}

TEST(host_guard, says_what_is_refused) {
  const guarded local("127.0.0.1");
  EXPECT_EQ(local.why({{"Host", "evil.example:80"}}),
            "for the host 'evil.example:80', which is not a name of this server");
  EXPECT_THAT(*local.why({{"Host", "localhost"}, {"Origin", "null"}}),
              HasSubstr("web page of the origin 'null'"));
  EXPECT_THAT(*local.why({{"Host", "a\x1b[0m"}}), HasSubstr("an invalid name"));
}

TEST(host_guard, knows_what_a_name_is) {
  for (const char* name : {"a", "db.example.", "my_host-1", "192.0.2.1", "::1", "2001:db8::1"}) {
    EXPECT_TRUE(is_host_name(name)) << name;
  }
  for (const char* name : {"", "a:80", "[::1]", "http://a", "*", "*.a", "a b", "a/"}) {
    EXPECT_FALSE(is_host_name(name)) << name;
  }
  EXPECT_FALSE(is_host_name(std::string(254, 'a')));
}

}  // namespace net_host_guard_test
