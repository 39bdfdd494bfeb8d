// Roles over STS, answer by answer.
#include "auth/role_credentials.hpp"

#include "unit/auth/source_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace auth_role_credentials_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::test::http_answer;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class role_credentials_test : public source_fixture {
 protected:
  role_credentials_test() {
    home_.write_config(
        "[profile p]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/reader\n"
        "source_profile = base\nrole_session_name = s1\nexternal_id = x 1\n"
        "duration_seconds = 1800\n[profile base]\nregion = us-east-2\n");
    home_.write_credentials(
        "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = pLaNtEd-SECRET-KEY\n"
        "aws_session_token = pLaNtEd-SESSION-TOKEN\n");
  }
  void begin(profile_places places = {}) {
    find(role_credentials(context(), "p", std::move(places)));
  }
  void refuse(const std::string& code, const std::string& message, int status = 403) {
    network_.answer(0, http_answer(status, sts_refusal(code, message)));
  }
};

TEST_F(role_credentials_test, the_request_is_signed_and_says_which_role) {
  begin();
  ASSERT_EQ(network_.sent(), 1U);
  const auto request = network_.request(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_FALSE(request.direct);
  EXPECT_EQ(request.body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole"
            "%2Freader&RoleSessionName=s1&ExternalId=x%201&DurationSeconds=1800");
  EXPECT_EQ(network_.header(0, "Host"), "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(network_.header(0, "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(network_.header(0, "X-Amz-Date"), "20260101T120000Z");
  EXPECT_EQ(network_.header(0, "X-Amz-Security-Token"), "pLaNtEd-SESSION-TOKEN");
  EXPECT_THAT(network_.header(0, "Authorization"),
              AllOf(HasSubstr("Credential=AKBASE/20260101/eu-west-1/sts/aws4_request"),
                    HasSubstr("SignedHeaders=content-type;host;x-amz-date")));
}

TEST_F(role_credentials_test, the_answers_keys_are_the_roles) {
  begin();
  network_.answer(0, http_answer(200, role_answer("AssumeRole", "123456789012")));
  EXPECT_EQ(found().access_key_id, "ASIAROLE");
  EXPECT_EQ(found().secret_access_key, "pLaNtEd-ROLE-SECRET");
  EXPECT_EQ(found().session_token, "pLaNtEd-ROLE-TOKEN");
  EXPECT_EQ(found().account_id, "123456789012");
  EXPECT_EQ(found().expiration, time_->wall_time() + 1h);
  EXPECT_EQ(found().provider, "the role arn:aws:iam::123456789012:role/reader of profile 'p'");
}

TEST_F(role_credentials_test, a_profile_without_role_has_nothing_and_asks_nobody) {
  find(role_credentials(context(), "base", {}));
  EXPECT_TRUE(found_nothing());
  EXPECT_EQ(network_.transports_made(), 0U);
}

TEST_F(role_credentials_test, chained_roles_are_assumed_one_after_the_other) {
  home_.write_config(
      "[profile p]\nrole_arn = arn:aws:iam::222222222222:role/outer\nsource_profile = q\n"
      "[profile q]\nrole_arn = arn:aws:iam::111111111111:role/inner\nsource_profile = base\n"
      "[profile base]\n");
  begin();
  EXPECT_EQ(network_.request(0).url, "https://sts.amazonaws.com/");  // no region is set
  EXPECT_THAT(network_.request(0).body, HasSubstr("111111111111"));
  network_.answer(0, http_answer(200, role_answer("AssumeRole", "111111111111", "ASIAINNER")));
  ASSERT_EQ(network_.sent(), 2U);
  EXPECT_THAT(network_.request(1).body, HasSubstr("222222222222"));
  EXPECT_THAT(network_.header(1, "Authorization"), HasSubstr("Credential=ASIAINNER/"));
  EXPECT_EQ(network_.header(1, "X-Amz-Security-Token"), "pLaNtEd-ROLE-TOKEN");
  network_.answer(1, http_answer(403, sts_refusal("AccessDenied", "pLaNtEd-ROLE-SECRET is it")));
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("role/outer of profile 'p'"),
                    HasSubstr("with the role arn:aws:iam::111111111111:role/inner")));
}

TEST_F(role_credentials_test, the_environment_may_be_the_source) {
  home_.write_config(
      "[profile p]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
      "credential_source = Environment\n");
  begin();
  EXPECT_THAT(failure().message, HasSubstr("no credentials to assume"));
  EXPECT_THAT(failure().message, HasSubstr("the environment variables"));
  variables_->set("AWS_ACCESS_KEY_ID", "AKENV");
  variables_->set("AWS_SECRET_ACCESS_KEY", "pLaNtEd-SECRET-KEY");
  begin();
  EXPECT_THAT(network_.header(0, "Authorization"), HasSubstr("Credential=AKENV/"));
}

TEST_F(role_credentials_test, a_place_that_is_not_there_is_an_error) {
  for (const std::string place : {"EcsContainer", "Ec2InstanceMetadata"}) {
    home_.write_config(
        "[profile p]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
        "credential_source = " +
        place + "\n");
    begin();
    EXPECT_EQ(failure().kind, errc::configuration);
    EXPECT_THAT(failure().message, HasSubstr("credential_source of profile 'p'"));
    bool made = false;
    const auto make = [&] {
      made = true;
      variables_->set("AWS_ACCESS_KEY_ID", "AKPLACE");
      variables_->set("AWS_SECRET_ACCESS_KEY", "pLaNtEd-SECRET-KEY");
      return dynamo::auth::role_credentials(context(), "base", {});  // has nothing
    };
    begin({.container = make, .instance = make});
    EXPECT_TRUE(made);
    EXPECT_THAT(failure().message, HasSubstr("no credentials to assume"));
  }
}

TEST_F(role_credentials_test, a_source_profile_without_credentials_is_named) {
  home_.write_credentials("");
  begin();
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("No credentials to assume the role"), HasSubstr("'base'")));
}

TEST_F(role_credentials_test, refusals_say_what_to_do) {
  struct refusal_case {
    std::string code;
    std::string advice;
  };
  const refusal_case cases[] = {
      {"AccessDenied", "must be trusted by the role"},
      {"ExpiredToken", "renew the credentials of the keys of profile 'base'"},
      {"InvalidClientTokenId", "check the access key of the keys of profile 'base'"},
      {"SignatureDoesNotMatch", "check the secret access key of the keys of profile 'base'"},
      {"RegionDisabledException", "activate STS for this region"},
      {"ValidationError", "correct the role's settings"},
      {"SomethingNew", "check the role"},
  };
  std::size_t number = 0;
  for (const refusal_case& row : cases) {
    begin();
    network_.answer(number++, http_answer(403, sts_refusal(row.code,
                                                           "No: pLaNtEd-SECRET-KEY.\n"
                                                           "pLaNtEd-SESSION-TOKEN")));
    EXPECT_EQ(failure().kind, errc::credentials) << row.code;
    EXPECT_EQ(failure().code, row.code);
    EXPECT_THAT(failure().message,
                AllOf(HasSubstr("Could not assume the role arn:aws:iam::123456789012:role/reader "
                                "of profile 'p' with the keys of profile 'base' in"),
                      HasSubstr("sts.eu-west-1.amazonaws.com answered " + row.code + ": No: ***"),
                      HasSubstr(row.advice)));
  }
}

TEST_F(role_credentials_test, throttling_is_tried_again) {
  begin();
  refuse("Throttling", "Rate exceeded", 400);
  EXPECT_FALSE(outcome_.has_value());
  network_.advance(1s);
  ASSERT_EQ(network_.sent(), 2U);
  network_.answer(1, http_answer(200, role_answer("AssumeRole", "123456789012")));
  EXPECT_EQ(found().access_key_id, "ASIAROLE");
}

TEST_F(role_credentials_test, a_wrong_clock_is_corrected_once) {
  begin();
  const std::string off = "Signature expired: 20260101T120000Z is now earlier than";
  const auto late = [&] {
    return dated(http_answer(403, sts_refusal("SignatureDoesNotMatch", off)),
                 "Thu, 01 Jan 2026 12:20:00 GMT");
  };
  network_.answer(0, late());
  ASSERT_EQ(network_.sent(), 2U);
  EXPECT_EQ(network_.header(1, "X-Amz-Date"), "20260101T122000Z");
  network_.answer(1, http_answer(200, role_answer("AssumeRole", "123456789012", "ASIAROLE",
                                                  "2026-01-01T13:20:00Z")));
  EXPECT_EQ(found().expiration, time_->wall_time() + 1h) << "in the time of this machine";

  begin();  // a source of its own, which does not know yet
  network_.answer(2, late());
  network_.answer(3, late());
  EXPECT_EQ(network_.sent(), 4U);
  EXPECT_THAT(failure().message, HasSubstr("and this machine's clock"));
}

TEST_F(role_credentials_test, a_refusal_in_time_is_no_matter_of_the_clock) {
  begin();
  network_.answer(0, dated(http_answer(403, sts_refusal("SignatureDoesNotMatch", "No.")),
                           "Thu, 01 Jan 2026 12:00:10 GMT"));
  EXPECT_EQ(network_.sent(), 1U);
  EXPECT_EQ(failure().code, "SignatureDoesNotMatch");
}

TEST_F(role_credentials_test, another_accounts_credentials_are_refused) {
  begin();
  network_.answer(0, http_answer(200, role_answer("AssumeRole", "999999999999")));
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_THAT(failure().message, AllOf(HasSubstr("999999999999"), HasSubstr("123456789012")));
}

TEST_F(role_credentials_test, expired_credentials_are_refused) {
  begin();
  network_.answer(0, http_answer(200, role_answer("AssumeRole", "123456789012", "ASIAROLE",
                                                  "2026-01-01T12:00:00Z")));
  EXPECT_THAT(failure().message, AllOf(HasSubstr("expired at 2026-01-01T12:00:00Z"),
                                       HasSubstr("this machine's clock")));
}

TEST_F(role_credentials_test, what_is_no_answer_is_told_as_such) {
  for (const int status : {200, 403}) {
    begin();
    network_.answer(network_.sent() - 1, http_answer(status, "<html>pLaNtEd-SECRET-KEY</html>"));
    EXPECT_EQ(failure().kind, errc::credentials);
    EXPECT_THAT(failure().message,
                AllOf(HasSubstr("sts.eu-west-1.amazonaws.com answered with status " +
                                std::to_string(status)),
                      HasSubstr("check the endpoint")));
  }
}

TEST_F(role_credentials_test, nobody_there_is_an_error) {
  begin();
  for (std::size_t i = 0; i < 3; ++i) {
    network_.answer(i, dynamo::net::transport_errc::refused);
    network_.advance(1s);
  }
  EXPECT_EQ(network_.sent(), 3U);
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_THAT(failure().message, HasSubstr("Could not assume the role"));
}

TEST_F(role_credentials_test, endpoints_of_ones_own_and_of_the_region) {
  variables_->set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9/sts/");
  begin();
  EXPECT_EQ(network_.request(0).url, "http://127.0.0.1:9/sts/");
  variables_->unset("AWS_ENDPOINT_URL_STS");
  variables_->set("AWS_STS_REGIONAL_ENDPOINTS", "legacy");
  begin();
  EXPECT_EQ(network_.request(1).url, "https://sts.amazonaws.com/");
  EXPECT_THAT(network_.header(1, "Authorization"), HasSubstr("/us-east-1/sts/"));
  variables_->set("AWS_STS_REGIONAL_ENDPOINTS", "global");
  begin();
  EXPECT_THAT(failure().message, HasSubstr("AWS_STS_REGIONAL_ENDPOINTS must be regional"));
}

}  // namespace auth_role_credentials_test
