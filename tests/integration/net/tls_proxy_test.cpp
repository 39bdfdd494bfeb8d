#include "net/transport.hpp"
#include "support/exchange.hpp"
#include "support/loopback_server.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_identity.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace net_tls_proxy_test {

using namespace dynamo::net;
using namespace dynamo::test;
using ::testing::HasSubstr;
using ::testing::Not;

script empty_object(const received_request&) {
  return respond(200, "{}");
}

class pem_file {
 public:
  explicit pem_file(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "ca-XXXXXX").string();
    const int fd = ::mkstemp(name.data());
    if (fd >= 0) ::close(fd);
    path_ = name;
    std::ofstream(path_) << text;
  }
  pem_file(const pem_file&) = delete;
  pem_file& operator=(const pem_file&) = delete;
  ~pem_file() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

class variable {
 public:
  variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  variable(const variable&) = delete;
  variable& operator=(const variable&) = delete;
  ~variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(tls, a_self_signed_server_is_refused) {
  const tls_identity identity;
  loopback_server server(empty_object, identity.context());
  const auto transport = make_curl_transport({});
  const auto failure = start(*transport, post_to(server.url())).error();
  EXPECT_EQ(failure.kind, transport_errc::tls);
  EXPECT_THAT(failure.message,
              HasSubstr("127.0.0.1:" + std::to_string(server.port()) + " is not trusted: self"));
  EXPECT_THAT(failure.message, HasSubstr("; set AWS_CA_BUNDLE to the CA's file"));
  EXPECT_TRUE(server.requests().empty());
}

TEST(tls, is_accepted_with_its_ca) {
  const tls_identity identity;
  const pem_file bundle(identity.certificate_pem());
  const std::string body(std::size_t{2} << 20, 't');
  loopback_server server([&](const received_request&) { return respond(200, body); },
                         identity.context());
  const auto transport = make_curl_transport({.ca_bundle = bundle.path()});
  EXPECT_TRUE(start(*transport, post_to(server.url())).response().body.text() == body);
  EXPECT_TRUE(start(*transport, post_to(server.url())).response().body.text() == body);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(tls, another_ca_is_not_enough) {
  const tls_identity identity;
  const tls_identity other("DNS:localhost");
  const pem_file bundle(other.certificate_pem());
  loopback_server server(empty_object, identity.context());
  const auto transport = make_curl_transport({.ca_bundle = bundle.path()});
  const auto failure = start(*transport, post_to(server.url())).error();
  EXPECT_EQ(failure.kind, transport_errc::tls);
  EXPECT_THAT(failure.message, HasSubstr("'" + bundle.path() + "' does not contain its CA"));
}

TEST(tls, a_certificate_for_another_host_is_refused) {
  const tls_identity identity("DNS:dynamodb.example");
  const pem_file bundle(identity.certificate_pem());
  loopback_server server(empty_object, identity.context());
  const auto transport = make_curl_transport({.ca_bundle = bundle.path()});
  const auto failure = start(*transport, post_to(server.url())).error();
  EXPECT_EQ(failure.kind, transport_errc::tls);
  EXPECT_THAT(failure.message, HasSubstr("is for another host"));
}

TEST(tls, a_missing_ca_file_is_named) {
  const tls_identity identity;
  loopback_server server(empty_object, identity.context());
  const auto transport = make_curl_transport({.ca_bundle = "/nonexistent/ca.pem"});
  const auto failure = start(*transport, post_to(server.url())).error();
  EXPECT_EQ(failure.kind, transport_errc::tls);
  EXPECT_THAT(failure.message, HasSubstr("'/nonexistent/ca.pem' could not be loaded"));
}

TEST(tls, a_ca_file_that_is_a_pipe_is_not_waited_for) {
  const tls_identity identity;
  loopback_server server(empty_object, identity.context());
  const temporary_folder folder;
  ASSERT_EQ(::mkfifo((folder / "ca.pem").c_str(), 0600), 0);
  const auto transport = make_curl_transport({.ca_bundle = folder / "ca.pem"});
  const auto failure = start(*transport, post_to(server.url())).error();
  EXPECT_EQ(failure.kind, transport_errc::tls);
  EXPECT_THAT(failure.message, HasSubstr("ca.pem' could not be loaded"));
}

TEST(tls, a_handshake_that_is_not_answered_counts_as_connecting) {
  // A plain server: it waits for the end of the headers, which a handshake never brings.
  loopback_server server(empty_object);
  const auto transport = make_curl_transport({.connect_timeout = std::chrono::milliseconds(300)});
  const auto failure =
      start(*transport, post_to("https://127.0.0.1:" + std::to_string(server.port()))).error();
  EXPECT_EQ(failure.kind, transport_errc::timeout);
  EXPECT_THAT(failure.message, HasSubstr("took longer than 300 ms"));
}

TEST(tls, a_tls_server_does_not_answer_plain_http) {
  const tls_identity identity;
  loopback_server server(empty_object, identity.context());
  const auto transport = make_curl_transport({});
  const auto failure =
      start(*transport, post_to("http://127.0.0.1:" + std::to_string(server.port()))).error();
  EXPECT_THAT(failure.kind,
              ::testing::AnyOf(transport_errc::invalid_request, transport_errc::connection_lost));
}

TEST(proxy, gets_the_absolute_url) {
  loopback_server proxy(empty_object);
  const variable setting("http_proxy", proxy.url());
  const auto transport = make_curl_transport({});
  EXPECT_EQ(start(*transport, post_to("http://dynamodb.invalid:8000/")).response().status, 200);
  const auto seen = proxy.requests().at(0);
  EXPECT_EQ(seen.target, "http://dynamodb.invalid:8000/");
  EXPECT_EQ(seen.headers.at("host"), "dynamodb.invalid:8000");
}

TEST(proxy, is_not_used_for_hosts_in_no_proxy) {
  loopback_server proxy(empty_object);
  loopback_server server(empty_object);
  const variable setting("http_proxy", proxy.url());
  const variable exception("no_proxy", "127.0.0.1");
  const auto transport = make_curl_transport({});
  EXPECT_EQ(start(*transport, post_to(server.url())).response().status, 200);
  EXPECT_TRUE(proxy.requests().empty());
}

TEST(proxy, refuses_a_tunnel) {
  loopback_server proxy([](const received_request&) { return respond(403, "no"); });
  const variable setting("https_proxy", proxy.url());
  const auto transport = make_curl_transport({});
  const auto failure = start(*transport, post_to("https://dynamodb.invalid/")).error();
  EXPECT_EQ(failure.kind, transport_errc::refused);
  EXPECT_EQ(failure.message, "the proxy refused to connect to dynamodb.invalid:443 (HTTP 403)");
  EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
}

TEST(proxy, that_is_down_is_not_taken_for_the_server) {
  const variable setting("http_proxy", "http://127.0.0.1:" + std::to_string(unused_port()));
  const auto transport = make_curl_transport({});
  const auto failure = start(*transport, post_to("http://dynamodb.invalid/")).error();
  EXPECT_EQ(failure.kind, transport_errc::refused);
  EXPECT_THAT(failure.message,
              HasSubstr("could not connect to dynamodb.invalid:80 through its proxy"));
}

TEST(proxy, passwords_stay_out_of_messages) {
  const auto transport = make_curl_transport({});
  for (const char* proxy : {"gopher://user:hunter2@127.0.0.1:1", "http://user:hunter2@[broken",
                            "http://user:hunter2@nonexistent.invalid"}) {
    const variable setting("http_proxy", proxy);
    const auto failure = start(*transport, post_to("http://dynamodb.invalid/")).error();
    EXPECT_THAT(failure.message, Not(HasSubstr("hunter2")));
    EXPECT_THAT(failure.message, HasSubstr("http_proxy")) << failure.message;
  }
}

}  // namespace net_tls_proxy_test
