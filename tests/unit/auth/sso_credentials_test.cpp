// Single sign-on, answer by answer.
#include "auth/sso_credentials.hpp"

#include "auth/sso_token.hpp"
#include "unit/auth/source_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace auth_sso_credentials_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using dynamo::errc;
using dynamo::test::http_answer;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view role_keys =
    R"({"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"pLaNtEd-ROLE-SECRET",)"
    R"("sessionToken":"pLaNtEd-ROLE-TOKEN","expiration":1767272400000}})";  // 13:00

class sso_credentials_test : public source_fixture {
 protected:
  sso_credentials_test() {
    home_.write_config(
        "[profile p]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Read Er\n"
        "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://my.start/url\n");
    std::filesystem::create_directories(home_.path() + "/.aws/sso/cache");
    cache("2026-01-01T20:00:00Z");
  }
  void cache(const std::string& expires_at) {
    temporary_home::write(cache_path_,
                          R"({"accessToken":"pLaNtEd-ACCESS-TOKEN","expiresAt":")" + expires_at +
                              R"(","clientId":"ID","clientSecret":"pLaNtEd-CLIENT-SECRET",)"
                              R"("refreshToken":"pLaNtEd-REFRESH-TOKEN",)"
                              R"("registrationExpiresAt":"2026-03-01T00:00:00Z","other":[1]})");
  }
  void cache_without_refresh(const std::string& expires_at) {
    temporary_home::write(
        cache_path_, R"({"accessToken":"pLaNtEd-ACCESS-TOKEN","expiresAt":")" + expires_at + "\"}");
  }
  void begin() { find(sso_credentials(context(), "p")); }
  [[nodiscard]] std::string cached() const {
    std::ifstream file(cache_path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string cache_path_ = home_.path() + sso_cache_file("work").value();
};

TEST_F(sso_credentials_test, the_portal_is_asked_with_the_token) {
  begin();
  ASSERT_EQ(network_.sent(), 1U);
  EXPECT_EQ(network_.request(0).method, "GET");
  EXPECT_EQ(network_.request(0).url,
            "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials"
            "?role_name=Read%20Er&account_id=123456789012");
  EXPECT_EQ(network_.header(0, "x-amz-sso_bearer_token"), "pLaNtEd-ACCESS-TOKEN");
  network_.answer(0, http_answer(200, role_keys));
  EXPECT_EQ(found().access_key_id, "ASIASSO");
  EXPECT_EQ(found().secret_access_key, "pLaNtEd-ROLE-SECRET");
  EXPECT_EQ(found().account_id, "123456789012");
  EXPECT_EQ(found().expiration, time_->wall_time() + 1h);
  EXPECT_THAT(found().provider, AllOf(HasSubstr("Read Er"), HasSubstr("profile 'p'")));
}

TEST_F(sso_credentials_test, endpoints_of_ones_own) {
  variables_->set("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1");
  variables_->set("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:2/below");
  cache("2026-01-01T12:10:00Z");
  begin();
  EXPECT_EQ(network_.request(0).url, "http://127.0.0.1:2/below/token");
  network_.answer(0, http_answer(200, R"({"accessToken":"NEW","expiresIn":28800})"));
  EXPECT_THAT(network_.request(1).url, HasSubstr("http://127.0.0.1:1/federation/credentials?"));
}

TEST_F(sso_credentials_test, without_a_sign_in_the_person_is_reported) {
  std::filesystem::remove(cache_path_);
  begin();
  EXPECT_EQ(failure().kind, errc::credentials);
  EXPECT_THAT(failure().message, AllOf(HasSubstr("profile 'p'"), HasSubstr("https://my.start/url"),
                                       HasSubstr("run 'aws sso login --profile p'")));
  temporary_home::write(cache_path_, "pLaNtEd-ACCESS-TOKEN");
  begin();
  EXPECT_THAT(failure().message, AllOf(HasSubstr(cache_path_), HasSubstr("aws sso login")));
  variables_->unset("HOME");
  variables_->set("AWS_CONFIG_FILE", home_.config_path());
  begin();
  EXPECT_THAT(failure().message, HasSubstr("HOME is not set"));
}

TEST_F(sso_credentials_test, an_expired_token_that_cannot_be_refreshed_needs_a_sign_in) {
  cache_without_refresh("2026-01-01T11:59:59Z");
  begin();
  EXPECT_EQ(network_.sent(), 0U);
  EXPECT_THAT(failure().message, AllOf(HasSubstr("expired at 2026-01-01T11:59:59Z"),
                                       HasSubstr("run 'aws sso login --profile p'")));
  cache_without_refresh("2026-01-01T12:00:01Z");
  begin();
  EXPECT_EQ(network_.header(0, "x-amz-sso_bearer_token"), "pLaNtEd-ACCESS-TOKEN");
}

TEST_F(sso_credentials_test, a_token_that_is_about_to_expire_is_refreshed_and_put_back) {
  ::chmod(cache_path_.c_str(), 0644);
  cache("2026-01-01T12:14:59Z");
  begin();
  ASSERT_EQ(network_.sent(), 1U);
  EXPECT_EQ(network_.request(0).method, "POST");
  EXPECT_EQ(network_.request(0).url, "https://oidc.eu-west-1.amazonaws.com/token");
  EXPECT_EQ(network_.header(0, "Content-Type"), "application/json");
  EXPECT_THAT(network_.request(0).body, HasSubstr("pLaNtEd-REFRESH-TOKEN"));
  network_.answer(0, http_answer(200, R"({"accessToken":"NEW","expiresIn":28800})"));
  ASSERT_EQ(network_.sent(), 2U);
  EXPECT_EQ(network_.header(1, "x-amz-sso_bearer_token"), "NEW");
  EXPECT_THAT(cached(), AllOf(HasSubstr(R"("accessToken":"NEW")"), HasSubstr(R"("other":[1])"),
                              HasSubstr("2026-01-01T20:00:00Z")));
  struct stat about{};
  ASSERT_EQ(::stat(cache_path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  network_.answer(1, http_answer(200, role_keys));
  EXPECT_EQ(found().access_key_id, "ASIASSO");
}

TEST_F(sso_credentials_test, a_link_in_the_cache_is_replaced_not_followed) {
  const std::string elsewhere = home_.path() + "/elsewhere";
  cache("2026-01-01T12:10:00Z");
  std::filesystem::rename(cache_path_, elsewhere);
  std::filesystem::create_symlink(elsewhere, cache_path_);
  begin();
  network_.answer(0, http_answer(200, R"({"accessToken":"NEW","expiresIn":28800})"));
  EXPECT_FALSE(std::filesystem::is_symlink(cache_path_));
  std::ifstream file(elsewhere);
  const std::string untouched{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(untouched, HasSubstr("pLaNtEd-ACCESS-TOKEN"));
}

TEST_F(sso_credentials_test, who_signs_in_or_out_meanwhile_has_the_last_word) {
  cache("2026-01-01T12:10:00Z");
  begin();
  const std::string other =
      R"({"accessToken":"OTHER","expiresAt":"2026-01-01T20:00:00Z","refreshToken":"OTHERS"})";
  temporary_home::write(cache_path_, other);
  network_.answer(0, http_answer(200, R"({"accessToken":"NEW","expiresIn":28800})"));
  EXPECT_EQ(network_.header(1, "x-amz-sso_bearer_token"), "NEW") << "for this once";
  EXPECT_EQ(cached(), other);
  find_again();
  EXPECT_EQ(network_.header(2, "x-amz-sso_bearer_token"), "OTHER");
  std::filesystem::remove(cache_path_);
  find_again();
  EXPECT_THAT(failure().message, HasSubstr("aws sso login"));
}

TEST_F(sso_credentials_test, a_token_that_cannot_be_put_back_is_kept) {
  cache("2026-01-01T12:10:00Z");
  begin();
  const std::string folder = home_.path() + "/.aws/sso/cache";
  std::filesystem::rename(folder, folder + ".away");
  network_.answer(0, http_answer(200, R"({"accessToken":"NEW","expiresIn":28800})"));
  std::filesystem::rename(folder + ".away", folder);
  EXPECT_EQ(network_.header(1, "x-amz-sso_bearer_token"), "NEW");
  EXPECT_THAT(cached(), HasSubstr("pLaNtEd-ACCESS-TOKEN"));
  find_again();
  EXPECT_EQ(network_.header(2, "x-amz-sso_bearer_token"), "NEW") << "it was refreshed before";
  network_.answer(2, http_answer(401, R"({"message":"Session token not found or invalid"})"));
  EXPECT_THAT(failure().message, AllOf(HasSubstr("aws sso login"), HasSubstr("was not saved"),
                                       HasSubstr(cache_path_)));
}

TEST_F(sso_credentials_test, a_refresh_that_fails_leaves_a_token_that_is_good) {
  cache("2026-01-01T12:10:00Z");
  begin();
  network_.answer(0, http_answer(400, R"({"error":"invalid_grant"})"));
  ASSERT_EQ(network_.sent(), 2U);
  EXPECT_EQ(network_.header(1, "x-amz-sso_bearer_token"), "pLaNtEd-ACCESS-TOKEN");
}

TEST_F(sso_credentials_test, a_refresh_that_fails_ends_a_token_that_has_expired) {
  const auto refused = [&](dynamo::net::http_response response) {
    cache("2026-01-01T11:00:00Z");
    begin();
    network_.answer(network_.sent() - 1, std::move(response));
    EXPECT_EQ(failure().kind, errc::credentials);
    EXPECT_THAT(failure().message, AllOf(HasSubstr("profile 'p'"),
                                         HasSubstr("could not be "
                                                   "refreshed"),
                                         HasSubstr("run 'aws sso login --profile p'")));
    return failure().message;
  };
  EXPECT_THAT(refused(http_answer(400, R"({"error":"invalid_grant","error_description":)"
                                       R"("no pLaNtEd-REFRESH-TOKEN or pLaNtEd-CLIENT-SECRET"})")),
              HasSubstr("oidc.eu-west-1.amazonaws.com answered with status 400, invalid_grant: "
                        "no *** or ***"));
  EXPECT_THAT(refused(http_answer(200, "garbage")), HasSubstr("check the endpoint"));
  EXPECT_THAT(refused(http_answer(403, "<html>")), HasSubstr("check the endpoint"));
}

TEST_F(sso_credentials_test, refusals_of_the_portal_say_what_to_do) {
  struct refusal_case {
    int status;
    std::string advice;
  };
  for (const auto& [status, advice] :
       {refusal_case{401, "run 'aws sso login --profile p'"},
        refusal_case{403, "must be assigned this role in this account"},
        refusal_case{404, "must be assigned this role in this account"},
        refusal_case{400, "check sso_account_id"}}) {
    begin();
    network_.answer(network_.sent() - 1,
                    http_answer(status, R"({"message":"No: pLaNtEd-ACCESS-TOKEN"})"));
    EXPECT_EQ(failure().kind, errc::credentials);
    EXPECT_EQ(failure().http_status, status);
    EXPECT_THAT(failure().message,
                AllOf(HasSubstr("role Read Er in account 123456789012 for profile 'p'"),
                      HasSubstr("portal.sso.eu-west-1.amazonaws.com answered with status " +
                                std::to_string(status) + ": No: ***"),
                      HasSubstr(advice)));
  }
}

TEST_F(sso_credentials_test, throttling_is_tried_again) {
  begin();
  network_.answer(0, http_answer(429, R"({"message":"Slow down"})"));
  network_.advance(1s);
  ASSERT_EQ(network_.sent(), 2U);
  network_.answer(1, http_answer(200, role_keys));
  EXPECT_EQ(found().access_key_id, "ASIASSO");
}

TEST_F(sso_credentials_test, expired_credentials_and_garbage_are_refused) {
  begin();
  time_->advance(1h);
  network_.answer(0, http_answer(200, role_keys));
  EXPECT_THAT(failure().message, AllOf(HasSubstr("expired at 2026-01-01T13:00:00Z"),
                                       HasSubstr("this machine's clock")));
  begin();
  network_.answer(1, http_answer(200, R"({"roleCredentials":{"x":"pLaNtEd-ROLE-SECRET"}})"));
  EXPECT_THAT(failure().message, HasSubstr("check the endpoint"));
}

TEST_F(sso_credentials_test, a_profile_without_it_has_nothing) {
  home_.write_config("[profile p]\nregion = x\n");
  begin();
  EXPECT_TRUE(found_nothing());
  EXPECT_EQ(network_.transports_made(), 0U);
}

}  // namespace auth_sso_credentials_test
