// Single sign-on over sockets: the portal and the token service pass, and fail in every step.
#include "auth/sso_credentials.hpp"
#include "auth/sso_token.hpp"
#include "integration/auth/identity_services.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace dynamo::test {
namespace auth_sso_test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string role_keys(std::chrono::seconds from_now) {
  const auto expiration = std::chrono::duration_cast<std::chrono::milliseconds>(
      (std::chrono::system_clock::now() + from_now).time_since_epoch());
  return R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"pLaNtEd-ROLE-SECRET",)"
         R"("sessionToken":"pLaNtEd-ROLE-TOKEN","expiration":)" +
         std::to_string(expiration.count()) + "}}";
}

const std::string new_token = R"({"accessToken":"NEW-TOKEN","expiresIn":28800})";

class sso_service : public IdentityServices {
 protected:
  sso_service() {
    home_.write_config(
        "[profile p]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Reader\n"
        "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://my.start/url\n");
    std::filesystem::create_directories(home_.path() + "/.aws/sso/cache");
    cache(8h);
  }
  void cache(std::chrono::seconds left) {
    auth::temporary_home::write(
        cache_path_, R"({"accessToken":"pLaNtEd-ACCESS-TOKEN","expiresAt":")" + timestamp_in(left) +
                         R"(","clientId":"ID","clientSecret":"pLaNtEd-CLIENT-SECRET",)"
                         R"("refreshToken":"pLaNtEd-REFRESH-TOKEN","registrationExpiresAt":")" +
                         timestamp_in(24h) + "\"}");
  }
  auth::credential_source::answer ask_at(const std::string& portal, const std::string& tokens) {
    variables_->set("AWS_ENDPOINT_URL_SSO", portal);
    variables_->set("AWS_ENDPOINT_URL_SSO_OIDC", tokens);
    return ask(*auth::sso_credentials(context(), "p"));
  }
  // One server for both: requests for tokens are POST /token.
  auth::credential_source::answer ask_with(const script& portal, const script& tokens) {
    const loopback_server server([&](const received_request& request) {
      return request.method == "POST" ? tokens : portal;
    });
    return ask_at(server.url(), server.url());
  }
  void expect_portal_failure(const script& portal, const std::string& part) {
    EXPECT_THAT(failure(ask_with(portal, respond(500, ""))).message,
                AllOf(HasSubstr("Could not get credentials of role Reader in account 123456789012 "
                                "for profile 'p'"),
                      HasSubstr(part)));
  }
  // With a token that has expired, a refresh that fails is the end.
  void expect_refresh_failure(const script& tokens, const std::string& part) {
    cache(-1s);
    EXPECT_THAT(failure(ask_with(respond(200, role_keys(1h)), tokens)).message,
                AllOf(HasSubstr("profile 'p'"), HasSubstr(part),
                      HasSubstr("run 'aws sso login --profile p'")));
  }
  [[nodiscard]] std::string cached() const {
    std::ifstream file(cache_path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string cache_path_ = home_.path() + auth::sso_cache_file("work").value();
};

TEST_F(sso_service, gives_credentials) {
  const loopback_server server([](const received_request&) { return respond(200, role_keys(1h)); });
  EXPECT_EQ(found(ask_at(server.url(), server.url())).access_key_id, "ASIASSO");
  ASSERT_EQ(server.requests().size(), 1U);
  const received_request asked = server.requests().front();
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.target, "/federation/credentials?role_name=Reader&account_id=123456789012");
  EXPECT_EQ(asked.headers.at("x-amz-sso_bearer_token"), "pLaNtEd-ACCESS-TOKEN");
}

TEST_F(sso_service, refreshes_the_token_and_puts_it_back) {
  cache(5min);
  const loopback_server server([](const received_request& request) {
    return respond(200, request.method == "POST" ? new_token : role_keys(1h));
  });
  EXPECT_EQ(found(ask_at(server.url(), server.url())).access_key_id, "ASIASSO");
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[0].target, "/token");
  EXPECT_EQ(server.requests()[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(server.requests()[1].headers.at("x-amz-sso_bearer_token"), "NEW-TOKEN");
  EXPECT_THAT(cached(), HasSubstr("NEW-TOKEN"));
}

TEST_F(sso_service, the_portal_is_not_there) {
  const std::string nowhere = fmt::format("http://127.0.0.1:{}/", unused_port());
  EXPECT_THAT(failure(ask_at(nowhere, nowhere)).message,
              AllOf(HasSubstr("for profile 'p'"), HasSubstr("refused")));
  cache(-1s);
  EXPECT_THAT(
      failure(ask_at(nowhere, nowhere)).message,
      AllOf(HasSubstr("could not be refreshed"), HasSubstr("refused"), HasSubstr("aws sso login")));
}

TEST_F(sso_service, the_portal_fails) {
  expect_portal_failure({step::stall{}}, "no answer within 5000 ms");
  expect_portal_failure({step::reset{}}, "127.0.0.1");
  expect_portal_failure(respond(200, "pLaNtEd-ROLE-SECRET"), "check the endpoint and any proxy");
  expect_portal_failure(respond(200, role_keys(-1s)), "this machine's clock");
  expect_portal_failure(respond(401, R"({"message":"Session token pLaNtEd-ACCESS-TOKEN"})"),
                        "run 'aws sso login --profile p'");
  expect_portal_failure(respond(403, R"({"message":"No access"})"),
                        "must be assigned this role in this account");
  expect_portal_failure(respond(429, R"({"message":"Slow down"})"), "Slow down");
  expect_portal_failure(respond(500, "<html>"), "status 500");
}

TEST_F(sso_service, the_token_service_fails) {
  expect_refresh_failure({step::stall{}}, "no answer within 5000 ms");
  expect_refresh_failure({step::reset{}}, "127.0.0.1");
  expect_refresh_failure(respond(200, "garbage"), "check the endpoint and any proxy");
  expect_refresh_failure(respond(400, R"({"error":"invalid_grant","error_description":)"
                                      R"("pLaNtEd-REFRESH-TOKEN pLaNtEd-CLIENT-SECRET"})"),
                         "invalid_grant: *** ***");
  expect_refresh_failure(respond(500, "<html>"), "status 500");
}

TEST_F(sso_service, a_clock_that_is_twenty_minutes_ahead_asks_for_a_fresh_token_only) {
  set_clock(20min);
  cache(10min);  // to this machine it has expired
  EXPECT_EQ(found(ask_with(respond(200, role_keys(1h)), respond(200, new_token))).access_key_id,
            "ASIASSO");
  cache(8h);
  expect_portal_failure(respond(200, role_keys(15min)), "this machine's clock");
}

TEST_F(sso_service, a_clock_that_is_twenty_minutes_behind_is_reported_by_the_portal) {
  set_clock(-20min);
  cache(-1s);  // to this machine it is good, if it is not refreshed
  const auto got = ask_with(respond(401, R"({"message":"expired"})"), respond(400, "{}"));
  EXPECT_THAT(failure(got).message, HasSubstr("run 'aws sso login --profile p'"));
}

}  // namespace auth_sso_test
}  // namespace dynamo::test
