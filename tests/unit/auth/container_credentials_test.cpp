// The container's endpoint: who may be asked, with which token, and what its answers mean.
#include "auth/container_credentials.hpp"

#include "unit/auth/fake_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace auth_container_credentials_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::errc;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* token = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr const char* token_file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

class container_credentials_test : public SourceTest {
 protected:
  void find() { SourceTest::find(*source_); }

  std::unique_ptr<credential_source> source_ = container_credentials(context_);
};

const std::string document = R"({"RoleArn":"arn:aws:iam::111111111111:role/task",
  "AccessKeyId":"AKTASK","SecretAccessKey":"pLaNtEd-SECRET-0123456789","Token":"tok",
  "Expiration":"2026-01-01T18:00:00Z","AccountId":"111111111111"})";

TEST_F(container_credentials_test, nothing_is_asked_without_a_variable) {
  find();
  const auto nothing = only_answer();
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->has_value());
  EXPECT_EQ(network_.transports_made(), 0U);
}

TEST_F(container_credentials_test, of_amazon_ecs) {
  variables_->set(relative, "/v2/credentials/uuid?id=1");
  find();
  EXPECT_EQ(sent_url(), "http://169.254.170.2/v2/credentials/uuid?id=1");
  EXPECT_EQ(network_.request(0).method, "GET");
  EXPECT_TRUE(network_.request(0).direct);
  EXPECT_EQ(network_.header(0, "Authorization"), "");
  answer(200, document);
  const auto who = found();
  EXPECT_EQ(who.access_key_id, "AKTASK");
  EXPECT_EQ(who.secret_access_key, planted_secret);
  EXPECT_EQ(who.session_token, "tok");
  EXPECT_EQ(who.account_id, "111111111111");
  EXPECT_EQ(who.expiration, time_->wall_time() + 6h);
  EXPECT_THAT(who.provider, HasSubstr("the container"));
}

TEST_F(container_credentials_test, the_relative_uri_goes_before_the_full_one) {
  variables_->set(relative, "/a");
  variables_->set(full, "http://localhost/b");
  find();
  EXPECT_EQ(sent_url(), "http://169.254.170.2/a");
}

TEST_F(container_credentials_test, of_eks_pod_identity_with_a_token_that_is_read_each_time) {
  variables_->set(full, "http://169.254.170.23/v1/credentials");
  variables_->set(token_file, home_.path() + "/token");
  variables_->set(token, "of-the-variable");
  temporary_home::write(home_.path() + "/token", "first");
  find();
  EXPECT_EQ(sent_url(), "http://169.254.170.23/v1/credentials");
  EXPECT_EQ(network_.header(0, "Authorization"), "first");
  answer(200, document);
  (void)found();
  temporary_home::write(home_.path() + "/token", "second");
  find();
  EXPECT_EQ(network_.header(1, "Authorization"), "second");
  variables_->unset(token_file);
  find();
  EXPECT_EQ(network_.header(2, "Authorization"), "of-the-variable");
}

TEST_F(container_credentials_test, asks_only_who_may_be_asked) {
  for (const std::string url :
       {"http://169.254.170.2/", "http://169.254.170.23/", "http://[fd00:ec2::23]/",
        "http://[fd00:0ec2:0::0023]/x", "http://localhost:1338/latest/", "http://127.0.0.1/",
        "http://127.9.9.9:80/a?b=c", "http://[::1]:99/", "https://credentials.example.com/a",
        "https://10.0.0.1/"}) {
    const auto before = network_.sent();
    variables_->set(full, url);
    find();
    EXPECT_EQ(network_.sent(), before + 1) << url;
    EXPECT_EQ(network_.request(before).direct, !url.starts_with("https")) << url;
    answers_.clear();
  }
  const auto before = network_.sent();
  for (const std::string url :
       {"http://169.254.170.3/", "http://169.254.169.254/", "http://10.0.0.1/",
        "http://credentials.example.com/", "http://localhost.example.com/", "http://x.localhost/",
        "http://127.0.0.1.example.com/", "http://127.0.0.1.2/", "http://127.1/",
        "http://2130706433/", "http://[fd00:ec2::24]/", "http://[::ffff:10.0.0.1]/", "http://[::]/",
        "http://0.0.0.0/"}) {
    variables_->set(full, url);
    find();
    const auto refused = failure();
    EXPECT_EQ(refused.kind, errc::configuration) << url;
    EXPECT_THAT(refused.message, AllOf(HasSubstr(full), HasSubstr("use https"))) << url;
  }
  for (const std::string url :
       {"169.254.170.2/", "ftp://169.254.170.2/", "http://localhost/#a",
        "http://user:pw@localhost/", "http://localhost/a b", "http://localhost/?a\r\nX: y"}) {
    variables_->set(full, url);
    find();
    const auto refused = failure();
    EXPECT_EQ(refused.kind, errc::configuration) << url;
    EXPECT_THAT(refused.message, HasSubstr(full));
  }
  variables_->unset(full);
  for (const std::string path : {".example.com/", "@example.com/", ":80/", "a", "/a b", "/a#b"}) {
    variables_->set(relative, path);
    find();
    EXPECT_THAT(failure().message, HasSubstr(relative)) << path;
  }
  EXPECT_EQ(network_.sent(), before);
}

TEST_F(container_credentials_test, a_token_is_one_line_and_never_shown) {
  variables_->set(full, "http://localhost/");
  const std::string secret(planted_secret);
  for (const std::string& bad : {secret + "\n", secret + "\r\nX: y", "\n" + secret}) {
    variables_->set(token, bad);
    find();
    EXPECT_THAT(failure().message, AllOf(HasSubstr(token), HasSubstr("line break")));
  }
  variables_->set(token_file, home_.path() + "/token");
  for (const std::string& bad : {secret + "\n", std::string(), secret + std::string(1, '\0')}) {
    temporary_home::write(home_.path() + "/token", bad);
    find();
    EXPECT_THAT(failure().message, AllOf(HasSubstr(token_file), HasSubstr("/token'")));
  }
  temporary_home::write(home_.path() + "/token", std::string(70'000, 'x'));
  find();
  EXPECT_THAT(failure().message, HasSubstr("/token"));
  variables_->set(token_file, home_.path() + "/nowhere");
  find();
  EXPECT_THAT(failure().message, AllOf(HasSubstr("/nowhere"), HasSubstr(token_file)));
  EXPECT_EQ(network_.sent(), 0U);
}

TEST_F(container_credentials_test, are_asked_for_three_times) {
  variables_->set(relative, "/a");
  find();
  EXPECT_EQ(network_.request(0).deadline, time_->now() + 2s);
  network_.answer(0, dynamo::net::transport_errc::refused);
  EXPECT_EQ(network_.next_task(), 1s);
  network_.advance(1s);
  answer(500, planted_secret);
  network_.advance(1s);
  network_.answer(2, dynamo::net::transport_errc::deadline_exceeded);
  const auto gone = failure();
  EXPECT_EQ(gone.kind, errc::credentials);
  EXPECT_THAT(gone.message,
              AllOf(HasSubstr("The container's credentials endpoint"), HasSubstr(relative),
                    HasSubstr("2000 ms"), HasSubstr("check that the variable")));
  EXPECT_EQ(network_.sent(), 3U);
}

TEST_F(container_credentials_test, a_status_says_what_to_check) {
  variables_->set(relative, "/a");
  const std::string body =
      R"({"code":"pLaNtEd-SECRET-0123456789","message":")" + std::string(planted_secret) + "\"}";
  for (const auto& [status, advice] :
       std::vector<std::pair<int, std::string>>{{400, "check the variable"},
                                                {401, "check the token"},
                                                {403, "check the token"},
                                                {404, "has a role"},
                                                {302, "log of the container's agent"}}) {
    find();
    answer(status, body);
    EXPECT_THAT(failure().message,
                AllOf(HasSubstr(std::to_string(status)), HasSubstr(advice), HasSubstr(relative)));
  }
}

TEST_F(container_credentials_test, garbage_is_named_but_not_quoted) {
  variables_->set(relative, "/a");
  const std::string secret(planted_secret);
  for (
      const auto& [body, problem] : std::vector<std::pair<std::string, std::string>>{
          {"", "not one JSON object"},
          {"<html>" + secret, "not one JSON object"},
          {"[\"" + secret + "\"]", "not one JSON object"},
          {document.substr(0, document.size() - 1), "not one JSON object"},
          {document + document, "not one JSON object"},
          {R"({"AccessKeyId":"AK"})", "without SecretAccessKey"},
          {R"({"SecretAccessKey":")" + secret + "\"}", "without AccessKeyId"},
          {R"({"AccessKeyId":"AK","SecretAccessKey":["pLaNtEd-SECRET-0123456789"]})",
           "SecretAccessKey is not a string"},
          {R"({"AccessKeyId":"AK","SecretAccessKey":"s","Expiration":"pLaNtEd-SECRET-0123456789"})",
           "Expiration is not a time"},
          {R"({"AccessKeyId":"AK","SecretAccessKey":"s","AccountId":"pLaNtEd-SECRET-0123456789"})",
           "AccountId is not twelve digits"}}) {
    find();
    answer(200, body);
    const auto garbage = failure();
    EXPECT_EQ(garbage.kind, errc::credentials);
    EXPECT_THAT(garbage.message, AllOf(HasSubstr(problem), HasSubstr(relative))) << body;
  }
}

TEST_F(container_credentials_test, expired_ones_are_an_error_that_knows_a_wrong_clock) {
  variables_->set(relative, "/a");
  time_->advance(6h + 5min);
  find();
  answer(200, document, "Thu, 01 Jan 2026 18:05:00 GMT");
  EXPECT_THAT(failure().message, AllOf(HasSubstr("2026-01-01T18:00:00Z"),
                                       HasSubstr("does not renew them"), Not(HasSubstr("clock"))));
  find();
  answer(200, document, "Thu, 01 Jan 2026 17:45:00 GMT");
  const auto wrong = failure();
  EXPECT_EQ(wrong.kind, errc::credentials);
  EXPECT_THAT(wrong.message,
              AllOf(HasSubstr("20 minutes ahead of the service's"),
                    HasSubstr("set this machine's clock"), HasSubstr("The container's")));
}

TEST_F(container_credentials_test, the_end_of_the_context_ends_a_question) {
  variables_->set(relative, "/a");
  find();
  context_.close();
  EXPECT_EQ(failure().kind, errc::cancelled);
}

}  // namespace auth_container_credentials_test
