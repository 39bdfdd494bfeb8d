// Which way of one profile goes before which, as the AWS CLI has it.
#include "auth/profile_chain.hpp"

#include "auth/first_of.hpp"
#include "unit/auth/source_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace auth_profile_chain_test {

using namespace dynamo::auth;
using dynamo::errc;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Stands for credential_process.
class fixed_source final : public credential_source {
 public:
  explicit fixed_source(std::string key_id) : key_id_(std::move(key_id)) {}
  void find(handler done) override {
    dynamo::credentials keys;
    keys.access_key_id = key_id_;
    done(keys);
  }
  std::string place() const override { return key_id_; }

 private:
  const std::string key_id_;
};

class profile_chain : public source_fixture {
 protected:
  // All ways at once; a test takes away the first one after the other.
  void write(const std::vector<std::string>& ways) {
    std::string config = "[profile p]\n";
    for (const std::string& way : ways) config += way + "\n";
    home_.write_config(config + "[profile base]\n");
    home_.write_credentials(
        "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = pLaNtEd-SECRET-KEY\n");
  }
  void begin(std::optional<std::string> profile, const profile_places& places = {}) {
    find(first_of(profile_sources(context(), profile, places), "the profile"));
  }

  const std::string role_ = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base";
  const std::string web_ = "web_identity_token_file = /nowhere/token";
  const std::string sso_ =
      "sso_account_id = 123456789012\nsso_role_name = R\nsso_region = eu-west-1\n"
      "sso_start_url = https://start";
  const std::string process_ = "credential_process = /bin/false";
  const std::string keys_ = "aws_access_key_id = AKCONFIG\naws_secret_access_key = s";
};

TEST_F(profile_chain, a_role_goes_before_all_others) {
  write({role_, sso_, process_, keys_});
  begin("p");
  EXPECT_THAT(network_.request(0).body, HasSubstr("Action=AssumeRole&"));
  EXPECT_THAT(network_.header(0, "Authorization"), HasSubstr("Credential=AKBASE/"));
}

TEST_F(profile_chain, then_web_identity_then_single_sign_on) {
  write({role_, web_, sso_, process_, keys_});
  begin("p");
  EXPECT_THAT(failure().message, HasSubstr("/nowhere/token"));
  write({sso_, process_, keys_});
  begin("p");
  EXPECT_THAT(failure().message, HasSubstr("aws sso login --profile p"));
  EXPECT_EQ(network_.sent(), 0U);
}

TEST_F(profile_chain, then_the_credentials_file_a_process_and_the_config_file) {
  std::optional<std::string> asked;
  profile_places places;
  places.process = [&](const std::optional<std::string>& of) {
    asked = of;
    return std::make_unique<fixed_source>("AKPROCESS");
  };
  write({process_, keys_});
  home_.write_credentials(
      "[p]\naws_access_key_id = AKFILE\naws_secret_access_key = pLaNtEd-SECRET-KEY\n");
  begin("p", places);
  EXPECT_EQ(found().access_key_id, "AKFILE");
  EXPECT_EQ(found().provider, "the keys of profile 'p' in " + home_.credentials_path());
  EXPECT_EQ(asked, "p");
  home_.write_credentials("");
  begin("p", places);
  EXPECT_EQ(found().access_key_id, "AKPROCESS");
  begin("p");
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("credential_process of profile 'p'"), HasSubstr("not supported")));
  write({keys_});
  begin("p");
  EXPECT_EQ(found().access_key_id, "AKCONFIG");
  EXPECT_EQ(found().provider, "the keys of profile 'p' in " + home_.config_path());
}

// Container and instance are looked at then. What a role is assumed with must be there.
TEST_F(profile_chain, only_the_profile_of_a_role_must_have_credentials) {
  write({"region = eu-west-1"});
  begin("p");
  EXPECT_TRUE(found_nothing());
  variables_->set("AWS_PROFILE", "p");
  begin(std::nullopt);
  EXPECT_TRUE(found_nothing());
  find(first_of(profile_sources_without_role(context(), "p", {}), "the sources of p"));
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_THAT(failure().message, HasSubstr("The profile 'p' of"));
}

TEST_F(profile_chain, all_its_sources_have_one_place) {
  write({});
  for (const auto& source : profile_sources(context(), "p", {}))
    EXPECT_EQ(source->place(),
              "the profile 'p' of " + home_.credentials_path() + " and " + home_.config_path());
}

TEST_F(profile_chain, a_malformed_profile_is_an_error_of_the_first_source) {
  home_.write_config("[profile p]\nrole_arn = x\n" + keys_ + "\n");
  begin("p");
  EXPECT_EQ(failure().kind, errc::configuration);
}

}  // namespace auth_profile_chain_test
