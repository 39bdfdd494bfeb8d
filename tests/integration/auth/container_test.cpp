// The container's endpoint on a real socket: it passes, and fails in every way.
#include "auth/container_credentials.hpp"
#include "integration/auth/local_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace dynamo::test {
namespace auth_container_test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr std::string_view name = "The container's credentials endpoint";

class container_endpoint : public LocalSources {
 protected:
  auth::credential_source::answer ask_at(const std::string& url) {
    variables_->set(full, url);
    return ask(*source_);
  }
  error failure_with(loopback_server::responder responder) {
    const loopback_server server(std::move(responder));
    return failure(ask_at(server.url()));
  }
  std::unique_ptr<auth::credential_source> source_ = auth::container_credentials(context_);
};

TEST_F(container_endpoint, gives_credentials) {
  const loopback_server server(
      [](const received_request&) { return answer(200, key_document(timestamp_in(1h))); });
  auth::temporary_home::write(home_.path() + "/token", "the-token");
  variables_->set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_.path() + "/token");
  const credentials who = found(ask_at(server.url() + "v1/credentials?role=reader"));
  EXPECT_EQ(who.access_key_id, "AKLOCAL");
  EXPECT_EQ(who.secret_access_key, planted_secret);
  EXPECT_TRUE(who.expiration);
  const received_request asked = server.requests().front();
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.target, "/v1/credentials?role=reader");
  EXPECT_EQ(asked.headers.at("authorization"), "the-token");
}

TEST_F(container_endpoint, of_amazon_ecs_is_asked_by_a_path) {
  const loopback_server server(
      [](const received_request&) { return answer(200, key_document(timestamp_in(1h))); });
  variables_->set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/uuid");
  std::string host = server.url();
  host.pop_back();
  EXPECT_EQ(found(ask(*auth::container_credentials(context_, host))).access_key_id, "AKLOCAL");
  EXPECT_EQ(server.requests().front().target, "/v2/credentials/uuid");
}

// The variables of a proxy are this process's own: curl reads them.
TEST_F(container_endpoint, is_asked_past_any_proxy) {
  ASSERT_EQ(::setenv("http_proxy", "http://127.0.0.1:9", 1), 0);
  const loopback_server server(
      [](const received_request&) { return answer(200, key_document(timestamp_in(1h))); });
  (void)found(ask_at(server.url()));
  ::unsetenv("http_proxy");
}

TEST_F(container_endpoint, refuses_connections) {
  const error refused = failure(ask_at("http://127.0.0.1:" + std::to_string(unused_port()) + "/"));
  EXPECT_EQ(refused.kind, errc::credentials);
  EXPECT_THAT(refused.message, AllOf(HasSubstr(name), HasSubstr(full), HasSubstr("was refused")));
}

TEST_F(container_endpoint, is_slow) {
  const error slow = failure_with([](const received_request&) { return script{step::stall{}}; });
  EXPECT_EQ(slow.kind, errc::credentials);
  EXPECT_THAT(slow.message, AllOf(HasSubstr(name), HasSubstr(full), HasSubstr("within 2000 ms")));
}

TEST_F(container_endpoint, is_unwell_for_a_moment) {
  const loopback_server server([](const received_request& request) {
    if (request.number == 0) return script{step::reset{}};
    if (request.number == 1) return answer(503, planted_secret);
    return answer(200, key_document(timestamp_in(1h)));
  });
  (void)found(ask_at(server.url()));
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(container_endpoint, refuses_the_token) {
  variables_->set("AWS_CONTAINER_AUTHORIZATION_TOKEN", std::string(planted_secret));
  const error refused = failure_with([](const received_request& request) {
    return answer(403, "no " + request.headers.at("authorization"));
  });
  EXPECT_EQ(refused.kind, errc::credentials);
  EXPECT_THAT(refused.message, AllOf(HasSubstr(name), HasSubstr("403"),
                                     HasSubstr("AWS_CONTAINER_AUTHORIZATION_TOKEN")));
}

TEST_F(container_endpoint, redirects_elsewhere_and_is_not_followed) {
  const loopback_server elsewhere(
      [](const received_request&) { return answer(200, key_document(timestamp_in(1h))); });
  const error redirected = failure_with(
      [&](const received_request&) { return respond(302, "", {"Location: " + elsewhere.url()}); });
  EXPECT_THAT(redirected.message, HasSubstr("302"));
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST_F(container_endpoint, answers_garbage) {
  for (const std::string& body : {std::string("<html>") + std::string(planted_secret),
                                  key_document("x").substr(1), std::string(2'000'000, '{')}) {
    const error garbage = failure_with([&](const received_request&) { return answer(200, body); });
    EXPECT_EQ(garbage.kind, errc::credentials);
    EXPECT_THAT(garbage.message, AllOf(HasSubstr(name), HasSubstr("check that")));
  }
}

TEST_F(container_endpoint, gives_expired_ones) {
  const error expired = failure_with(
      [](const received_request&) { return answer(200, key_document(timestamp_in(-1min))); });
  EXPECT_EQ(expired.kind, errc::credentials);
  EXPECT_THAT(expired.message, AllOf(HasSubstr(name), HasSubstr("expired at")));
}

TEST_F(container_endpoint, has_another_clock) {
  const auto context = context_at(std::make_shared<shifted_clock>(20min));
  source_ = auth::container_credentials(context);
  const error expired = failure_with(
      [](const received_request&) { return answer(200, key_document(timestamp_in(10min))); });
  EXPECT_EQ(expired.kind, errc::credentials);
  EXPECT_THAT(expired.message, AllOf(HasSubstr(name), HasSubstr("20 minutes ahead of"),
                                     HasSubstr("set this machine's clock")));
  context.close();
}

}  // namespace auth_container_test
}  // namespace dynamo::test
