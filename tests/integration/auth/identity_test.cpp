// caller_identity and `dynamo whoami` against an STS on this machine.
#include "client/identity.hpp"

#include "integration/auth/identity_services.hpp"
#include "integration/tool/tool_run.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

namespace dynamo::test {
namespace auth_identity_test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string caller(const std::string& account) {
  return "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::" + account +
         ":user/me</Arn><UserId>AIDA</UserId><Account>" + account +
         "</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
}

class identity_test : public IdentityServices {
 protected:
  identity_test() {
    variables_->set("AWS_REGION", "eu-west-1");
    config_.credentials = static_credentials({.access_key_id = "AKIAEXAMPLE0000WXYZ",
                                              .secret_access_key = "pLaNtEd-SECRET-KEY",
                                              .session_token = "pLaNtEd-SESSION-TOKEN",
                                              .account_id = "123456789012",
                                              .provider = "the test"});
  }
  result<identity> ask_at(const std::string& url, const identity_options& options = {}) {
    variables_->set("AWS_ENDPOINT_URL_STS", url);
    return wire::find_identity(config_, options,
                               {.environment = variables_,
                                .time = time_,
                                .random = std::make_shared<no_jitter>(),
                                .make_transport = &net::make_curl_transport});
  }
  identity known(const script& answer) {
    const loopback_server server([&](const received_request&) { return answer; });
    auto who = ask_at(server.url());
    if (!who) ADD_FAILURE() << who.error().to_string();
    if (who && who->unconfirmed) auth::expect_no_secret(*who->unconfirmed);
    return who ? *std::move(who) : identity{};
  }

  client_config config_;
};

TEST_F(identity_test, is_confirmed_by_sts) {
  const loopback_server server(
      [](const received_request&) { return respond(200, caller("123456789012")); });
  const auto who = ask_at(server.url());
  ASSERT_TRUE(who) << who.error().to_string();
  EXPECT_EQ(who->provider, "the test");
  EXPECT_EQ(who->access_key_end, "WXYZ");
  EXPECT_EQ(who->account, "123456789012");
  EXPECT_EQ(who->arn, "arn:aws:iam::123456789012:user/me");
  EXPECT_EQ(who->user_id, "AIDA");
  EXPECT_EQ(who->region, "eu-west-1");
  EXPECT_EQ(who->endpoint, "https://123456789012.ddb.eu-west-1.amazonaws.com/");
  EXPECT_FALSE(who->expiration);
  EXPECT_FALSE(who->unconfirmed);
  EXPECT_EQ(server.requests().at(0).body, "Action=GetCallerIdentity&Version=2011-06-15");
}

TEST_F(identity_test, is_shown_without_sts) {
  const auto nobody = ask_at(fmt::format("http://127.0.0.1:{}/", unused_port()));
  ASSERT_TRUE(nobody) << nobody.error().to_string();
  EXPECT_EQ(nobody->account, "123456789012");
  EXPECT_EQ(nobody->arn, "");
  ASSERT_TRUE(nobody->unconfirmed);
  EXPECT_EQ(nobody->unconfirmed->kind, errc::unavailable);
  EXPECT_THAT(nobody->unconfirmed->message, HasSubstr("refused"));
  const auto offline =
      ask_at(fmt::format("http://127.0.0.1:{}/", unused_port()), {.offline = true});
  ASSERT_TRUE(offline);
  EXPECT_FALSE(offline->unconfirmed);
  EXPECT_EQ(offline->endpoint, nobody->endpoint);
}

TEST_F(identity_test, reports_why_sts_does_not_agree) {
  identity who = known(
      respond(403, auth::sts_refusal("InvalidClientTokenId", "pLaNtEd-SECRET-KEY is invalid")));
  ASSERT_TRUE(who.unconfirmed);
  EXPECT_EQ(who.unconfirmed->kind, errc::credentials);
  EXPECT_THAT(who.unconfirmed->message,
              AllOf(HasSubstr("STS refused the credentials"), HasSubstr("of the test")));
  who = known(respond(200, "garbage"));
  ASSERT_TRUE(who.unconfirmed);
  EXPECT_EQ(who.unconfirmed->kind, errc::invalid_response);
  who = known({step::stall{}});
  ASSERT_TRUE(who.unconfirmed);
  EXPECT_EQ(who.unconfirmed->kind, errc::unavailable);
  who = known(respond(200, caller("999999999999")));
  ASSERT_TRUE(who.unconfirmed);
  EXPECT_EQ(who.account, "999999999999");
  EXPECT_EQ(who.unconfirmed->kind, errc::configuration);
  EXPECT_THAT(who.unconfirmed->message,
              AllOf(HasSubstr("999999999999"), HasSubstr("AWS_ACCOUNT_ID")));
}

TEST_F(identity_test, without_a_region_there_is_no_endpoint) {
  variables_->unset("AWS_REGION");
  const auto who = ask_at("http://127.0.0.1:1/", {.offline = true});
  ASSERT_TRUE(who) << who.error().to_string();
  EXPECT_EQ(who->region, "");
  EXPECT_EQ(who->endpoint, "");
  variables_->set("AWS_USE_FIPS_ENDPOINT", "perhaps");
  EXPECT_THAT(ask_at("http://127.0.0.1:1/").error().message, HasSubstr("AWS_USE_FIPS_ENDPOINT"));
}

TEST_F(identity_test, ends_early) {
  const loopback_server server([](const received_request&) { return script{step::stall{}}; });
  std::stop_source stop;
  std::jthread stopper([&] {
    server.wait_for_requests(1);
    stop.request_stop();
  });
  const auto stopped = ask_at(server.url(), {.stop = stop.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, errc::cancelled);
  const auto late = ask_at(server.url(), {.deadline = std::chrono::steady_clock::now() + 10ms});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, errc::deadline_exceeded);
}

TEST(whoami_tool, shows_no_secret_and_needs_no_dynamo_db) {
  const loopback_server server(
      [](const received_request&) { return respond(200, caller("123456789012")); });
  environment_changes environment = at_endpoint("http://127.0.0.1:1/");
  environment["AWS_ENDPOINT_URL_STS"] = server.url();
  environment["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE0000WXYZ";
  environment["AWS_SECRET_ACCESS_KEY"] = "pLaNtEd-SECRET-KEY";
  const ended_process shown = run_tool({"whoami"}, environment);
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("Key       ****WXYZ\n"),
                               HasSubstr("ARN       arn:aws:iam::123456789012:user/me\n"),
                               HasSubstr("Endpoint  http://127.0.0.1:1/\n"),
                               Not(HasSubstr("pLaNtEd")), Not(HasSubstr("AKIAEXAMPLE"))));
  const ended_process json = run_tool({"whoami", "--json"}, environment);
  EXPECT_THAT(json.out, HasSubstr(R"("confirmed":true})"));
}

TEST(whoami_tool, reports_by_its_status_what_is_not_confirmed) {
  environment_changes environment = at_endpoint("http://127.0.0.1:1/");
  environment["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1/";
  environment["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE0000WXYZ";
  const ended_process away = run_tool({"whoami"}, environment);
  EXPECT_EQ(away.status, 1);
  EXPECT_THAT(away.out, HasSubstr("Key       ****WXYZ\n"));
  EXPECT_THAT(away.err, HasSubstr("dynamo: STS could not be asked"));
  EXPECT_EQ(run_tool({"whoami", "--offline"}, environment).status, 0);
  const loopback_server refusing([](const received_request&) {
    return respond(403, auth::sts_refusal("ExpiredToken", "The security token is expired"));
  });
  environment["AWS_ENDPOINT_URL_STS"] = refusing.url();
  const ended_process refused = run_tool({"whoami"}, environment);
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("renew the credentials"));
}

}  // namespace auth_identity_test
}  // namespace dynamo::test
