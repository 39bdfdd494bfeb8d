// Single sign-on: settings, the CLI's cache, and what the services answer.
#include "auth/sso_plan.hpp"
#include "auth/sso_response.hpp"
#include "auth/sso_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace auth_sso_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

const std::chrono::sys_days new_year = std::chrono::January / 1 / 2026;

dynamo::result<std::optional<sso_login>> plan_of(const std::string& config,
                                                 const std::string& profile = "p") {
  shared_files files;
  files.config_path = "/c";
  files.config = parse_config_file(config, config_syntax::config, "/c").value();
  return plan_sso(files, profile);
}

std::string problem_of(const std::string& config) {
  const auto plan = plan_of(config);
  if (plan) ADD_FAILURE() << "there is a plan";
  if (plan) return {};
  EXPECT_EQ(plan.error().kind, dynamo::errc::configuration);
  return plan.error().message;
}

const std::string role = "sso_account_id = 123456789012\nsso_role_name = Reader\n";
const std::string session =
    "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://my.start/url\n"
    "sso_registration_scopes = sso:account:access\n";

TEST(sso_plan, a_session_says_where_to_sign_in) {
  const auto plan = plan_of("[profile p]\nsso_session = work\n" + role + session).value();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->profile, "p");
  EXPECT_EQ(plan->region, "eu-west-1");
  EXPECT_EQ(plan->start_url, "https://my.start/url");
  EXPECT_EQ(plan->account_id, "123456789012");
  EXPECT_EQ(plan->role_name, "Reader");
  EXPECT_EQ(plan->cache_name, "work");
}

TEST(sso_plan, the_older_form_has_it_all_in_the_profile) {
  const auto plan =
      plan_of("[profile p]\nsso_region = eu-west-1\nsso_start_url = https://my.start/url\n" + role)
          .value();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->cache_name, "https://my.start/url");
}

TEST(sso_plan, without_account_and_role_there_is_none) {
  EXPECT_FALSE(plan_of("[profile p]\nsso_session = work\n" + session).value());
  EXPECT_FALSE(plan_of("[profile q]\n" + role).value());
}

TEST(sso_plan, what_is_missing_is_named) {
  EXPECT_THAT(problem_of("[profile p]\nsso_session = gone\n" + role + session),
              AllOf(HasSubstr("[sso-session gone]"), HasSubstr("sso_session of profile 'p'"),
                    HasSubstr("aws configure sso")));
  EXPECT_THAT(problem_of("[profile p]\nsso_session = work\nsso_role_name = R\n" + session),
              AllOf(HasSubstr("no sso_account_id"), HasSubstr("aws configure sso --profile p")));
  EXPECT_THAT(problem_of("[profile p]\nsso_region = eu-west-1\n" + role),
              HasSubstr("no sso_start_url"));
  EXPECT_THAT(problem_of("[profile p]\nsso_session = w\n" + role +
                         "[sso-session w]\nsso_start_url = https://x\n"),
              HasSubstr("no sso_region"));
}

TEST(sso_plan, contradictions_and_malformed_values_are_named) {
  EXPECT_THAT(
      problem_of("[profile p]\nsso_session = work\nsso_region = us-east-1\n" + role + session),
      AllOf(HasSubstr("sso_region of profile 'p'"), HasSubstr("[sso-session work]")));
  EXPECT_THAT(problem_of("[profile p]\nsso_region = evil.example/\nsso_start_url = x\n" + role),
              AllOf(HasSubstr("'evil.example/'"), HasSubstr("sso_region of profile 'p'")));
  EXPECT_THAT(problem_of("[profile p]\nsso_region = eu-west-1\nsso_start_url = x\n"
                         "sso_account_id = 12\nsso_role_name = R\n"),
              AllOf(HasSubstr("'12'"), HasSubstr("twelve digits")));
}

TEST(sso_token, the_caches_files_are_named_as_the_cli_names_them) {
  // botocore: hashlib.sha1(name.encode("utf-8")).hexdigest()
  EXPECT_EQ(sso_cache_file("work").value(),
            "/.aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json");
}

const std::string cached =
    R"({"startUrl":"https://my.start/url","region":"eu-west-1","accessToken":"AT",)"
    R"("expiresAt":"2026-01-01T12:00:00Z","clientId":"ID","clientSecret":"SECRET",)"
    R"("registrationExpiresAt":"2026-03-01T00:00:00Z","refreshToken":"RT","scopes":["a"]})";

TEST(sso_token, is_read_with_what_refreshes_it) {
  const auto token = read_sso_token(cached);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->access_token, "AT");
  EXPECT_EQ(token->expires_at, new_year + 12h);
  EXPECT_TRUE(token->can_be_refreshed(new_year));
  EXPECT_FALSE(token->can_be_refreshed(std::chrono::sys_days(std::chrono::March / 1 / 2026)));
  EXPECT_EQ(refresh_request(*token),
            R"({"clientId":"ID","clientSecret":"SECRET","grantType":"refresh_token",)"
            R"("refreshToken":"RT"})");
}

TEST(sso_token, an_older_one_cannot_be_refreshed) {
  const auto token = read_sso_token(R"({"accessToken":"AT","expiresAt":"2026-01-01T12:00:00UTC"})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->expires_at, new_year + 12h);
  EXPECT_FALSE(token->can_be_refreshed(new_year));
}

TEST(sso_token, what_is_none_is_not_read) {
  for (const char* text :
       {"", "[]", "{}", R"({"accessToken":"AT"})", R"({"expiresAt":"2026-01-01T12:00:00Z"})",
        R"({"accessToken":"","expiresAt":"2026-01-01T12:00:00Z"})",
        R"({"accessToken":1,"expiresAt":"2026-01-01T12:00:00Z"})",
        R"({"accessToken":"AT","expiresAt":"soon"})",
        R"({"accessToken":"AT\r\nX: y","expiresAt":"2026-01-01T12:00:00Z"})",
        R"({"accessToken":"AT","expiresAt":"2026-01-01T12:00:00Z")"})
    EXPECT_FALSE(read_sso_token(text)) << text;
}

TEST(sso_token, a_refreshed_one_keeps_what_others_wrote) {
  const auto old = read_sso_token(cached);
  const auto fresh = refreshed_sso_token(
      *old, R"({"accessToken":"AT2","expiresIn":28800,"refreshToken":"RT2"})", new_year);
  ASSERT_TRUE(fresh);
  EXPECT_EQ(write_sso_token(*fresh),
            R"({"accessToken":"AT2","clientId":"ID","clientSecret":"SECRET",)"
            R"("expiresAt":"2026-01-01T08:00:00Z","refreshToken":"RT2","region":"eu-west-1",)"
            R"("registrationExpiresAt":"2026-03-01T00:00:00Z","scopes":["a"],)"
            R"("startUrl":"https://my.start/url"})"
            "\n");
  const auto read = read_sso_token(write_sso_token(*fresh));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->expires_at, new_year + 8h);
  const auto without = refreshed_sso_token(*old, R"({"accessToken":"A","expiresIn":1})", new_year);
  ASSERT_TRUE(without);
  EXPECT_EQ(without->refresh_token, "RT");
}

TEST(sso_token, an_answer_that_is_none_is_not_taken) {
  const auto old = read_sso_token(cached);
  for (const char* text :
       {"", "{}", R"({"accessToken":"A"})", R"({"expiresIn":1})",
        R"({"accessToken":"A","expiresIn":"1"})", R"({"accessToken":"A","expiresIn":-1})",
        R"({"accessToken":"A","expiresIn":99999999999})", R"({"accessToken":"A b","expiresIn":1})"})
    EXPECT_FALSE(refreshed_sso_token(*old, text, new_year)) << text;
}

TEST(sso_response, the_expiration_counts_milliseconds) {
  const auto keys = read_role_credentials(
      R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S","sessionToken":"T",)"
      R"("expiration":1767272400000}})");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->access_key_id, "A");
  EXPECT_EQ(keys->secret_access_key, "S");
  EXPECT_EQ(keys->session_token, "T");
  EXPECT_EQ(keys->expiration, new_year + 13h);
}

TEST(sso_response, every_member_is_needed) {
  for (const char* text :
       {"", "{}", R"({"roleCredentials":"x"})", R"({"roleCredentials":{}})",
        R"({"roleCredentials":{"secretAccessKey":"S","sessionToken":"T","expiration":1}})",
        R"({"roleCredentials":{"accessKeyId":"A","sessionToken":"T","expiration":1}})",
        R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S","expiration":1}})",
        R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S","sessionToken":"T"}})",
        R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S","sessionToken":"T",
            "expiration":"1"}})",
        R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"S","sessionToken":"T",
            "expiration":99999999999999}})"})
    EXPECT_FALSE(read_role_credentials(text)) << text;
}

TEST(sso_response, refusals_of_both_services) {
  const auto portal = read_sso_fault(
      R"({"message":"No access","__type":"com.amazonaws.switchboard.portal#ForbiddenException"})");
  ASSERT_TRUE(portal);
  EXPECT_EQ(portal->code, "ForbiddenException");
  EXPECT_EQ(portal->message, "No access");
  const auto tokens =
      read_sso_fault(R"({"error":"invalid_grant","error_description":"Invalid refresh token"})");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->code, "invalid_grant");
  EXPECT_EQ(tokens->message, "Invalid refresh token");
  EXPECT_FALSE(read_sso_fault("<html>"));
}

}  // namespace auth_sso_test
