// Roles for the token in a file.
#include "auth/web_identity_credentials.hpp"
#include "unit/auth/source_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace auth_web_identity_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::test::http_answer;
using ::testing::AllOf;
using ::testing::HasSubstr;

class web_identity : public source_fixture {
 protected:
  web_identity() {
    temporary_home::write(token_path_, "  pLaNtEd-WEB-TOKEN\n");
    variables_->set("AWS_WEB_IDENTITY_TOKEN_FILE", token_path_);
    variables_->set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/reader");
    variables_->set("AWS_ROLE_SESSION_NAME", "pod-1");
    variables_->set("AWS_REGION", "eu-west-1");
  }
  void begin(std::optional<std::string> profile = std::nullopt) {
    find(web_identity_credentials(context(), std::move(profile)));
  }

  const std::string token_path_ = home_.path() + "/token";
};

TEST_F(web_identity, the_request_carries_the_token_and_no_signature) {
  begin();
  ASSERT_EQ(network_.sent(), 1U);
  EXPECT_EQ(network_.request(0).url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(
      network_.request(0).body,
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A"
      "123456789012%3Arole%2Freader&RoleSessionName=pod-1&WebIdentityToken=pLaNtEd-WEB-TOKEN");
  EXPECT_EQ(network_.header(0, "Authorization"), "");
  network_.answer(0, http_answer(200, role_answer("AssumeRoleWithWebIdentity", "123456789012")));
  EXPECT_EQ(found().access_key_id, "ASIAROLE");
  EXPECT_EQ(found().account_id, "123456789012");
  EXPECT_EQ(found().provider,
            "the role arn:aws:iam::123456789012:role/reader with the token in " + token_path_);
}

TEST_F(web_identity, the_token_is_read_again_for_every_search) {
  begin();
  temporary_home::write(token_path_, "NEXT");
  find_again();
  EXPECT_THAT(network_.request(1).body, HasSubstr("&WebIdentityToken=NEXT"));
}

TEST_F(web_identity, without_a_token_file_there_is_nothing) {
  variables_->unset("AWS_WEB_IDENTITY_TOKEN_FILE");
  begin();
  EXPECT_TRUE(found_nothing());
}

TEST_F(web_identity, a_profile_that_is_given_leaves_the_variables_out) {
  home_.write_config("[profile p]\nregion = x\n[profile w]\nweb_identity_token_file = " +
                     token_path_ + "\nrole_arn = arn:aws:iam::222222222222:role/w\n");
  begin("p");
  EXPECT_TRUE(found_nothing());
  begin("w");
  EXPECT_THAT(network_.request(0).body,
              AllOf(HasSubstr("222222222222"), HasSubstr("RoleSessionName=dynamo-1767268800")));
  // Chosen by AWS_PROFILE, each variable goes before the profile's setting.
  variables_->set("AWS_PROFILE", "w");
  variables_->unset("AWS_ROLE_ARN");
  begin();
  EXPECT_THAT(network_.request(1).body,
              AllOf(HasSubstr("222222222222"), HasSubstr("RoleSessionName=pod-1")));
}

TEST_F(web_identity, settings_that_are_wrong_are_errors) {
  variables_->unset("AWS_ROLE_ARN");
  begin();
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE"), HasSubstr("set AWS_ROLE_ARN")));
  variables_->set("AWS_ROLE_ARN", "reader");
  begin();
  EXPECT_THAT(failure().message, HasSubstr("'reader' in AWS_ROLE_ARN"));
  variables_->set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/reader");
  variables_->set("AWS_ROLE_SESSION_NAME", "no spaces");
  begin();
  EXPECT_THAT(failure().message, HasSubstr("'no spaces' in AWS_ROLE_SESSION_NAME"));
  EXPECT_EQ(network_.sent(), 0U);
}

TEST_F(web_identity, a_token_that_cannot_be_read_names_its_file) {
  temporary_home::write(token_path_, " \n");
  begin();
  EXPECT_THAT(failure().message, AllOf(HasSubstr(token_path_), HasSubstr("is empty")));
  temporary_home::write(token_path_, std::string(20'001, 'x'));
  begin();
  EXPECT_THAT(failure().message, AllOf(HasSubstr(token_path_), HasSubstr("larger than 20000")));
  variables_->set("AWS_WEB_IDENTITY_TOKEN_FILE", token_path_ + ".gone");
  begin();
  EXPECT_THAT(failure().message, HasSubstr("The file " + token_path_ +
                                           ".gone, which "
                                           "AWS_WEB_IDENTITY_TOKEN_FILE names"));
  variables_->set("AWS_WEB_IDENTITY_TOKEN_FILE", home_.path());
  begin();
  EXPECT_THAT(failure().message, AllOf(HasSubstr(home_.path()), HasSubstr("cannot be read")));
  EXPECT_EQ(network_.sent(), 0U);
}

TEST_F(web_identity, refusals_name_the_file_and_the_fix) {
  const std::pair<std::string, std::string> cases[] = {
      {"ExpiredTokenException", "has expired: renew it"},
      {"InvalidIdentityToken", "is not accepted"},
      {"AccessDenied", "must trust the issuer and subject of the token"},
      {"PackedPolicyTooLarge", "check the role"}};
  for (const auto& [code, advice] : cases) {
    begin();
    network_.answer(network_.sent() - 1,
                    http_answer(400, sts_refusal(code, "Token pLaNtEd-WEB-TOKEN is bad")));
    EXPECT_EQ(failure().kind, errc::credentials);
    EXPECT_THAT(failure().message, AllOf(HasSubstr(token_path_), HasSubstr(code), HasSubstr(advice),
                                         HasSubstr("Token *** is bad")));
  }
}

TEST_F(web_identity, an_issuer_that_cannot_be_reached_is_tried_again) {
  begin();
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(network_.sent(), i + 1);
    network_.answer(i, http_answer(400, sts_refusal("IDPCommunicationError", "No.")));
    network_.advance(1s);
  }
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("cannot reach the issuer of the token"), HasSubstr(token_path_)));
}

TEST_F(web_identity, another_account_is_refused) {
  begin();
  network_.answer(0, http_answer(200, role_answer("AssumeRoleWithWebIdentity", "999999999999")));
  EXPECT_THAT(failure().message, AllOf(HasSubstr("999999999999"), HasSubstr(token_path_)));
}

}  // namespace auth_web_identity_test
