// The instance metadata service, version 2: each step, and each of its failures.
#include "auth/instance_credentials.hpp"

#include "auth/metadata_settings.hpp"
#include "unit/auth/fake_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace auth_instance_credentials_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::net::transport_errc;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string document = R"({"Code":"Success","LastUpdated":"2026-01-01T12:00:00Z",
  "Type":"AWS-HMAC","AccessKeyId":"AKROLE","SecretAccessKey":"pLaNtEd-SECRET-0123456789",
  "Token":"tok","Expiration":"2026-01-01T18:00:00Z","AccountId":"111111111111"})";
const std::string base = "http://169.254.169.254/latest";
const std::string roles = base + "/meta-data/iam/security-credentials/";

class instance_credentials_test : public SourceTest {
 protected:
  void find() { SourceTest::find(*source_); }
  std::string sent_token() const {
    return network_.header(network_.sent() - 1, "X-aws-ec2-metadata-token");
  }
  /// Nothing was found, and the place says why.
  std::string remark() {
    const auto nothing = only_answer();
    EXPECT_TRUE(nothing) << (nothing ? "" : nothing.error().message);
    EXPECT_FALSE(nothing && nothing->has_value());
    return source_->place();
  }
  void find_all() {
    find();
    answer(200, "TOKEN-1");
    answer(200, "reader");
    answer(200, document);
  }

  std::unique_ptr<credential_source> source_ = instance_credentials(context_, std::nullopt);
};

TEST_F(instance_credentials_test, takes_three_steps) {
  find();
  EXPECT_EQ(sent_url(), base + "/api/token");
  EXPECT_EQ(network_.request(0).method, "PUT");
  EXPECT_EQ(network_.header(0, "X-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_TRUE(network_.request(0).direct);
  EXPECT_EQ(network_.request(0).deadline, time_->now() + 1s);
  answer(200, "TOKEN-1");
  EXPECT_EQ(sent_url(), roles);
  EXPECT_EQ(network_.request(1).method, "GET");
  EXPECT_EQ(sent_token(), "TOKEN-1");
  answer(200, "reader\nother\n");
  EXPECT_EQ(sent_url(), roles + "reader");
  EXPECT_EQ(sent_token(), "TOKEN-1");
  answer(200, document);
  const auto who = found();
  EXPECT_EQ(who.access_key_id, "AKROLE");
  EXPECT_EQ(who.session_token, "tok");
  EXPECT_EQ(who.account_id, "111111111111");
  EXPECT_EQ(who.expiration, time_->wall_time() + 6h);
  EXPECT_EQ(who.provider, "the instance's role 'reader'");
  EXPECT_EQ(network_.sent(), 3U);
}

TEST_F(instance_credentials_test, keep_the_session_token_while_it_lives) {
  find_all();
  (void)found();
  find();
  EXPECT_EQ(sent_url(), roles);
  EXPECT_EQ(sent_token(), "TOKEN-1");
  answer(200, "reader");
  answer(200, document);
  (void)found();
  time_->advance(6h - 1min);
  find();
  EXPECT_EQ(sent_url(), base + "/api/token");
}

TEST_F(instance_credentials_test, a_refused_session_token_is_asked_for_again_once) {
  find_all();
  (void)found();
  find();
  answer(401, "");
  EXPECT_EQ(sent_url(), base + "/api/token");
  answer(200, "TOKEN-2");
  EXPECT_EQ(sent_url(), roles);
  EXPECT_EQ(sent_token(), "TOKEN-2");
  answer(401, std::string(planted_secret));
  const auto refused = failure();
  EXPECT_EQ(refused.kind, errc::credentials);
  EXPECT_THAT(refused.message,
              AllOf(HasSubstr("The instance metadata service at http://169.254.169.254"),
                    HasSubstr("401"), HasSubstr("metadata options")));
}

TEST_F(instance_credentials_test, are_not_there_where_nobody_answers) {
  for (const transport_errc lost :
       {transport_errc::refused, transport_errc::timeout, transport_errc::deadline_exceeded,
        transport_errc::connection_lost}) {
    find();
    network_.answer(network_.sent() - 1, lost);
    EXPECT_THAT(remark(), HasSubstr("the instance metadata service ("));
  }
  EXPECT_EQ(network_.sent(), 4U) << "one attempt each";
}

TEST_F(instance_credentials_test, are_not_there_where_tokens_are_refused) {
  for (const int status : {403, 404, 405}) {
    find();
    answer(status, std::string(planted_secret));
    EXPECT_THAT(remark(), AllOf(HasSubstr(std::to_string(status)),
                                HasSubstr("AWS_EC2_METADATA_V1_DISABLED is false"),
                                Not(HasSubstr(planted_secret))));
  }
  for (const int status : {400, 500, 302}) {
    find();
    answer(status, std::string(planted_secret));
    EXPECT_THAT(remark(), AllOf(HasSubstr(std::to_string(status)), Not(HasSubstr(planted_secret))));
  }
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a\r\nX: y"),
                                 std::string(2000, 'x'), std::string("\xc3\xa9")}) {
    find();
    answer(200, bad);
    EXPECT_THAT(remark(), HasSubstr("session token"));
  }
}

TEST_F(instance_credentials_test, version1_is_asked_only_where_it_is_allowed) {
  variables_->set("AWS_EC2_METADATA_V1_DISABLED", "false");
  find();
  answer(405, "");
  EXPECT_EQ(sent_url(), roles);
  EXPECT_EQ(sent_token(), "");
  answer(200, "reader");
  EXPECT_EQ(sent_url(), base + "/api/token") << "each time: version 2 may come back";
  answer(404, "");
  EXPECT_EQ(sent_url(), roles + "reader");
  answer(200, document);
  EXPECT_EQ(found().access_key_id, "AKROLE");
  find();
  answer(403, "");
  answer(401, "");
  EXPECT_THAT(failure().message, HasSubstr("401"));
}

TEST_F(instance_credentials_test, an_instance_without_a_role_has_none) {
  find();
  answer(200, "TOKEN-1");
  answer(404, "");
  EXPECT_THAT(remark(), HasSubstr("the instance has no role: attach an instance profile to it"));
}

TEST_F(instance_credentials_test, failures_after_the_first_answer_are_errors) {
  find();
  answer(200, "TOKEN-1");
  network_.answer(1, transport_errc::deadline_exceeded);
  auto why = failure();
  EXPECT_EQ(why.kind, errc::credentials);
  EXPECT_THAT(why.message, AllOf(HasSubstr("did not answer"), HasSubstr("1000 ms"),
                                 HasSubstr("AWS_METADATA_SERVICE_TIMEOUT")));
  find();
  answer(500, std::string(planted_secret));
  EXPECT_THAT(failure().message, AllOf(HasSubstr("500"), HasSubstr("try again")));
  find();
  for (const std::string& bad :
       {std::string("../../x"), std::string(), "<html>" + std::string(100, 'x')}) {
    answer(200, bad);
    EXPECT_THAT(failure().message, HasSubstr("something other than the name of a role"));
    find();
  }
  answer(200, "reader");
  network_.answer(network_.sent() - 1, transport_errc::connection_lost);
  EXPECT_THAT(failure().message, HasSubstr("did not answer"));
  find();
  answer(200, "reader");
  answer(404, std::string(planted_secret));
  EXPECT_THAT(failure().message, HasSubstr("the role 'reader' that it names"));
}

TEST_F(instance_credentials_test, another_code_than_success_is_reported) {
  const auto with_code = [](const std::string& code) {
    return "{\"Code\":\"" + code + "\",\"Message\":\"" + std::string(planted_secret) + "\"}";
  };
  find();
  answer(200, "TOKEN-1");
  answer(200, "reader");
  answer(200, with_code("AssumeRoleUnauthorizedAccess"));
  auto why = failure();
  EXPECT_EQ(why.kind, errc::credentials);
  EXPECT_THAT(why.message, AllOf(HasSubstr("'reader', code AssumeRoleUnauthorizedAccess"),
                                 HasSubstr("ec2.amazonaws.com")));
  find();
  answer(200, "reader");
  answer(200, with_code(std::string(planted_secret)));
  EXPECT_THAT(failure().message, HasSubstr("a code other than Success"));
}

TEST_F(instance_credentials_test, garbage_is_named_but_not_quoted) {
  find();
  answer(200, "TOKEN-1");
  for (
      const auto& [body, problem] : std::vector<std::pair<std::string, std::string>>{
          {"", "not one JSON object"},
          {"<html>" + std::string(planted_secret), "not one JSON object"},
          {R"({"Code":"Success","AccessKeyId":"AK","SecretAccessKey":"pLaNtEd-SECRET-0123456789"})",
           "without Token"},
          {R"({"AccessKeyId":"AK","SecretAccessKey":"s","Token":"t"})", "without Expiration"},
          {R"({"AccessKeyId":1,"SecretAccessKey":"s","Token":"t"})",
           "AccessKeyId is not a string"}}) {
    answer(200, "reader");
    answer(200, body);
    EXPECT_THAT(failure().message,
                AllOf(HasSubstr(problem), HasSubstr("The instance metadata service")));
    find();
  }
}

TEST_F(instance_credentials_test, expired_ones_are_an_error_that_knows_a_wrong_clock) {
  time_->advance(6h + 1s);
  find();
  answer(200, "TOKEN-1");
  answer(200, "reader");
  answer(200, document, "Thu, 01 Jan 2026 18:00:01 GMT");
  EXPECT_THAT(failure().message, AllOf(HasSubstr("expired at 2026-01-01T18:00:00Z"),
                                       HasSubstr("does not renew them"), Not(HasSubstr("clock"))));
  find();
  answer(200, "reader");
  answer(200, document, "Thu, 01 Jan 2026 17:40:01 GMT");
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("20 minutes ahead of"), HasSubstr("The instance metadata service")));
}

TEST_F(instance_credentials_test, what_had_credentials_and_is_gone_is_an_error) {
  find_all();
  (void)found();
  time_->advance(7h);
  find();
  network_.answer(network_.sent() - 1, transport_errc::refused);
  EXPECT_THAT(failure().message, HasSubstr("has no credentials any more: "));
  find();
  answer(200, "TOKEN-2");
  answer(404, "");
  EXPECT_THAT(failure().message, HasSubstr("any more: the instance has no role"));
}

TEST_F(instance_credentials_test, are_never_asked_for_where_they_are_disabled) {
  variables_->set("AWS_EC2_METADATA_DISABLED", "True");
  find();
  EXPECT_THAT(remark(), HasSubstr("AWS_EC2_METADATA_DISABLED is true"));
  std::optional<std::string> region = "asked";
  find_instance_region(context_, std::nullopt, [&](auto got) { region = got; });
  EXPECT_EQ(region, std::nullopt);
  EXPECT_EQ(network_.transports_made(), 0U);
}

TEST_F(instance_credentials_test, the_end_of_the_context_ends_a_question) {
  find();
  context_.close();
  EXPECT_EQ(failure().kind, errc::cancelled);
}

TEST_F(instance_credentials_test, know_the_region) {
  std::vector<std::optional<std::string>> regions;
  const auto ask = [&] {
    find_instance_region(context_, std::nullopt, [&](auto got) { regions.push_back(got); });
  };
  ask();
  answer(200, "TOKEN-1");
  EXPECT_EQ(sent_url(), base + "/meta-data/placement/region");
  EXPECT_EQ(sent_token(), "TOKEN-1");
  answer(200, "eu-north-1\n");
  ask();
  answer(200, "TOKEN-1");
  answer(200, "evil.example.com/");
  ask();
  answer(200, "TOKEN-1");
  answer(404, "us-east-1");
  ask();
  network_.answer(network_.sent() - 1, transport_errc::refused);
  EXPECT_THAT(regions,
              testing::ElementsAre("eu-north-1", std::nullopt, std::nullopt, std::nullopt));
}

class metadata_settings_test : public SourceTest {
 protected:
  dynamo::result<metadata_settings> read() {
    const auto files = load_shared_files(*variables_);
    return read_metadata_settings(setting_reader(*variables_, *files, "default"));
  }
};

TEST_F(metadata_settings_test, have_defaults) {
  const auto settings = read();
  ASSERT_TRUE(settings);
  EXPECT_FALSE(settings->disabled);
  EXPECT_EQ(settings->url, "http://169.254.169.254");
  EXPECT_FALSE(settings->version_1);
  EXPECT_EQ(settings->timeout, 1s);
  EXPECT_EQ(settings->attempts, 1U);
}

TEST_F(metadata_settings_test, come_from_variables_and_else_from_the_profile) {
  home_.write_config(
      "[default]\nec2_metadata_service_endpoint_mode = IPv6\nec2_metadata_v1_disabled = false\n"
      "metadata_service_timeout = 5\nmetadata_service_num_attempts = 4\n");
  auto settings = read();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->url, "http://[fd00:ec2::254]");
  EXPECT_TRUE(settings->version_1);
  EXPECT_EQ(settings->timeout, 5s);
  EXPECT_EQ(settings->attempts, 4U);
  home_.write_config("[default]\nec2_metadata_service_endpoint = http://127.0.0.1:99/\n");
  EXPECT_EQ(read()->url, "http://127.0.0.1:99");
  variables_->set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://[::1]:99/x//");
  variables_->set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
  variables_->set("AWS_METADATA_SERVICE_TIMEOUT", "2");
  variables_->set("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3");
  settings = read();
  EXPECT_EQ(settings->url, "http://[::1]:99/x");
  EXPECT_EQ(settings->timeout, 2s);
  EXPECT_EQ(settings->attempts, 3U);
}

TEST_F(metadata_settings_test, that_are_malformed_are_named) {
  for (const std::string name :
       {"AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "AWS_EC2_METADATA_V1_DISABLED",
        "AWS_METADATA_SERVICE_TIMEOUT", "AWS_METADATA_SERVICE_NUM_ATTEMPTS"}) {
    for (const std::string bad : {"1x", "-1", "0", "yes"}) {
      variables_->set(name, bad);
      const auto settings = read();
      ASSERT_FALSE(settings) << name << "=" << bad;
      EXPECT_EQ(settings.error().kind, errc::configuration);
      EXPECT_THAT(settings.error().message, AllOf(HasSubstr(name), HasSubstr("'" + bad + "'")));
    }
    variables_->unset(name);
  }
}

}  // namespace auth_instance_credentials_test
