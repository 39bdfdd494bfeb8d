#include "auth/credential_chain.hpp"
#include "auth/default_credentials.hpp"
#include "unit/auth/fake_dependencies.hpp"

#include <dynamo/auth/credentials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace auth_credentials_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::credential_provider;
using dynamo::credentials;
using dynamo::errc;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

dynamo::result<credentials> ask(credential_provider& provider) {
  std::optional<dynamo::result<credentials>> answer;
  provider.resolve([&](dynamo::result<credentials> found) {
    EXPECT_FALSE(answer.has_value()) << "answered twice";
    answer = std::move(found);
  });
  if (!answer) {
    ADD_FAILURE() << "not answered at once";
    return dynamo::error();
  }
  return *std::move(answer);
}

class default_chain : public testing::Test {
 protected:
  default_chain() {
    variables_->set("HOME", home_.path());
    variables_->set("AWS_EC2_METADATA_DISABLED", "true");
  }

  std::shared_ptr<credential_provider> chain(std::optional<std::string> profile = std::nullopt) {
    return default_credential_chain(
        profile,
        make_source_context(
            variables_, clock_,
            [](const dynamo::net::transport_options&) -> std::unique_ptr<dynamo::net::transport> {
              throw std::logic_error("this needs a network");
            },
            profile));
  }
  dynamo::error failure(std::optional<std::string> profile = std::nullopt) {
    const auto found = ask(*chain(std::move(profile)));
    if (found) ADD_FAILURE() << "found " << found->access_key_id;
    return found ? dynamo::error() : found.error();
  }
  std::string key_id(std::optional<std::string> profile = std::nullopt) {
    const auto found = ask(*chain(std::move(profile)));
    return found ? found->access_key_id : "error: " + found.error().message;
  }
  void set_environment_keys() {
    variables_->set("AWS_ACCESS_KEY_ID", "AKENV");
    variables_->set("AWS_SECRET_ACCESS_KEY", "env-secret");
  }

  temporary_home home_;
  std::shared_ptr<fake_environment> variables_ = std::make_shared<fake_environment>();
  std::shared_ptr<fake_clock> clock_ = std::make_shared<fake_clock>();
};

TEST_F(default_chain, reads_every_variable) {
  set_environment_keys();
  variables_->set("AWS_SESSION_TOKEN", "token");
  variables_->set("AWS_SECURITY_TOKEN", "older");
  variables_->set("AWS_ACCOUNT_ID", "111111111111");
  variables_->set("AWS_CREDENTIAL_EXPIRATION", "2030-01-31T12:00:00Z");
  const auto found = ask(*chain());
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(found->access_key_id, "AKENV");
  EXPECT_EQ(found->secret_access_key, "env-secret");
  EXPECT_EQ(found->session_token, "token");
  EXPECT_EQ(found->account_id, "111111111111");
  EXPECT_EQ(found->expiration, std::chrono::sys_days(std::chrono::January / 31 / 2030) + 12h);
  variables_->unset("AWS_SESSION_TOKEN");
  EXPECT_EQ(ask(*chain())->session_token, "older");
}

TEST_F(default_chain, a_lone_key_names_the_missing_variable) {
  variables_->set("AWS_ACCESS_KEY_ID", "AKENV");
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message, HasSubstr("AWS_SECRET_ACCESS_KEY is not"));
  variables_->unset("AWS_ACCESS_KEY_ID");
  variables_->set("AWS_SECRET_ACCESS_KEY", "env-secret");
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("AWS_ACCESS_KEY_ID is not"), Not(HasSubstr("env-secret"))));
}

TEST_F(default_chain, a_malformed_expiration_names_its_variable) {
  set_environment_keys();
  variables_->set("AWS_CREDENTIAL_EXPIRATION", "tomorrow");
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("AWS_CREDENTIAL_EXPIRATION"), HasSubstr("'tomorrow'")));
}

TEST_F(default_chain, expired_credentials_are_an_error) {
  set_environment_keys();
  variables_->set("AWS_CREDENTIAL_EXPIRATION", "2025-12-31T23:59:59Z");
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("the environment variables"), HasSubstr("2025-12-31T23:59:59Z")));
}

TEST_F(default_chain, the_environment_goes_before_the_files) {
  home_.write_credentials("[default]\naws_access_key_id=AKFILE\naws_secret_access_key=s\n");
  set_environment_keys();
  EXPECT_EQ(key_id(), "AKENV");
  variables_->set("AWS_PROFILE", "default");
  EXPECT_EQ(key_id(), "AKENV");
}

TEST_F(default_chain, an_explicit_profile_leaves_the_environment_out) {
  home_.write_credentials("[team]\naws_access_key_id=AKTEAM\naws_secret_access_key=s\n");
  set_environment_keys();
  EXPECT_EQ(key_id("team"), "AKTEAM");
  variables_->unset("AWS_SECRET_ACCESS_KEY");
  EXPECT_EQ(key_id("team"), "AKTEAM");
}

TEST_F(default_chain, the_credentials_file_goes_before_the_config_file) {
  home_.write_config(
      "[default]\naws_access_key_id=AKCONFIG\naws_secret_access_key=s\n"
      "aws_account_id = 222222222222\n"
      "[profile team]\naws_access_key_id=AKTEAM\naws_secret_access_key=s\n");
  EXPECT_EQ(key_id(), "AKCONFIG");
  home_.write_credentials(
      "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=file-secret\n"
      "aws_session_token=tok\n");
  const auto found = ask(*chain());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key_id, "AKFILE");
  EXPECT_EQ(found->secret_access_key, "file-secret");
  EXPECT_EQ(found->session_token, "tok");
  EXPECT_EQ(found->account_id, "222222222222");
  variables_->set("AWS_PROFILE", "team");
  EXPECT_EQ(key_id(), "AKTEAM");
}

TEST_F(default_chain, the_files_can_be_elsewhere) {
  temporary_home::write(home_.path() + "/c1",
                        "[x]\naws_access_key_id=AK1\naws_secret_access_key=s");
  temporary_home::write(home_.path() + "/c2",
                        "[profile y]\naws_access_key_id=AK2\naws_secret_access_key=s");
  variables_->set("AWS_SHARED_CREDENTIALS_FILE", "~/c1");
  variables_->set("AWS_CONFIG_FILE", home_.path() + "/c2");
  EXPECT_EQ(key_id("x"), "AK1");
  EXPECT_EQ(key_id("y"), "AK2");
}

TEST_F(default_chain, a_profile_that_is_nowhere_names_itself_and_the_files) {
  home_.write_config("[default]\nregion=us-east-1\n[bare]\nregion=us-east-1\n");
  EXPECT_EQ(failure("team").kind, errc::configuration);
  EXPECT_THAT(failure("team").message,
              AllOf(HasSubstr("'team'"), HasSubstr(home_.credentials_path()),
                    HasSubstr(home_.config_path())));
  EXPECT_THAT(failure("bare").message, HasSubstr("[profile bare]"));
  variables_->set("AWS_PROFILE", "other");
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message, AllOf(HasSubstr("'other'"), HasSubstr("AWS_PROFILE")));
}

TEST_F(default_chain, nothing_anywhere_says_what_to_set) {
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("the environment variables"), HasSubstr("'default'"),
                    HasSubstr(home_.credentials_path()), HasSubstr("set AWS_ACCESS_KEY_ID")));
  variables_->unset("HOME");
  EXPECT_THAT(failure().message, HasSubstr("HOME is not set"));
}

TEST_F(default_chain, an_explicit_profile_without_keys_continues_to_what_the_machine_has) {
  home_.write_config("[profile team]\nregion=us-east-1\n");
  set_environment_keys();
  EXPECT_EQ(failure("team").kind, errc::credentials);
  EXPECT_THAT(failure("team").message,
              AllOf(HasSubstr("'team'"), HasSubstr(home_.config_path()),
                    HasSubstr("the variables that containers set"),
                    HasSubstr("the instance metadata service (AWS_EC2_METADATA_DISABLED is true)"),
                    Not(HasSubstr("the environment variables"))));
}

TEST_F(default_chain, a_lone_key_in_a_profile_names_the_missing_setting) {
  home_.write_credentials("[default]\naws_secret_access_key=file-secret\n");
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("no aws_access_key_id"), HasSubstr("'default'"),
                    HasSubstr(home_.credentials_path()), Not(HasSubstr("file-secret"))));
}

TEST_F(default_chain, a_malformed_file_is_an_error_unless_it_is_not_needed) {
  home_.write_credentials("[default\n");
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message, HasSubstr(home_.credentials_path() + " is malformed at line 1"));
  set_environment_keys();
  EXPECT_EQ(key_id(), "AKENV");
}

TEST_F(default_chain, a_setting_that_is_not_supported_is_named) {
  home_.write_config(
      "[profile p]\nlogin_session = x\naws_access_key_id=AK\naws_secret_access_key=s\n");
  EXPECT_EQ(failure("p").kind, errc::credentials);
  EXPECT_THAT(failure("p").message,
              AllOf(HasSubstr("login_session of profile 'p' in " + home_.config_path()),
                    HasSubstr("not supported")));
}

TEST_F(default_chain, keys_in_the_credentials_file_go_before_a_program) {
  home_.write_config("[profile p]\ncredential_process = x\n");
  home_.write_credentials("[p]\naws_access_key_id=AKFILE\naws_secret_access_key=s\n");
  EXPECT_EQ(key_id("p"), "AKFILE");
}

TEST_F(default_chain, reads_nothing_before_the_first_question_and_then_remembers) {
  const auto provider = chain();
  home_.write_credentials("[default]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
  EXPECT_EQ(ask(*provider)->access_key_id, "AK1");
  home_.write_credentials("[default]\naws_access_key_id=AK2\naws_secret_access_key=s\n");
  EXPECT_EQ(ask(*provider)->access_key_id, "AK1");
  provider->invalidate();
  EXPECT_EQ(ask(*provider)->access_key_id, "AK2");
}

TEST_F(default_chain, errors_are_not_remembered) {
  const auto provider = chain();
  EXPECT_FALSE(ask(*provider));
  set_environment_keys();
  EXPECT_TRUE(ask(*provider));
}

TEST(static_credentials, give_what_they_were_given) {
  credentials fixed;
  fixed.access_key_id = "AK";
  fixed.secret_access_key = "s";
  const auto provider = dynamo::static_credentials(fixed);
  EXPECT_EQ(ask(*provider)->access_key_id, "AK");
  provider->invalidate();
  EXPECT_EQ(ask(*provider)->secret_access_key, "s");
  const auto none = ask(*dynamo::static_credentials({}));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, errc::credentials);
}

TEST_F(default_chain, many_threads_may_ask_and_invalidate) {
  set_environment_keys();
  const auto provider = chain();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        provider->resolve([](const dynamo::result<credentials>& found) {
          EXPECT_EQ(found ? found->access_key_id : found.error().message, "AKENV");
        });
        if (round % 10 == 0) provider->invalidate();
      }
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace auth_credentials_test
