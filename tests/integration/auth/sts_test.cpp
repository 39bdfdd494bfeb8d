// Roles and web identity over sockets: they pass, and fail in every step.
#include "auth/role_credentials.hpp"
#include "auth/web_identity_credentials.hpp"
#include "integration/auth/identity_services.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace dynamo::test {
namespace auth_sts_test {

using namespace std::chrono_literals;
using auth::role_answer;
using auth::sts_refusal;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* account = "123456789012";

// STS as far as time goes: a signature five minutes off is refused.
script keeps_time(const received_request& request, const script& otherwise) {
  const std::string& date = request.headers.at("x-amz-date");  // 20260101T120000Z
  const auto signed_for = auth::parse_timestamp(
      fmt::format("{}-{}-{}T{}:{}:{}Z", date.substr(0, 4), date.substr(4, 2), date.substr(6, 2),
                  date.substr(9, 2), date.substr(11, 2), date.substr(13, 2)));
  if (signed_for && std::chrono::abs(*signed_for - std::chrono::system_clock::now()) < 5min)
    return otherwise;
  return respond(403, sts_refusal("SignatureDoesNotMatch", "Signature expired: it is now later"),
                 {date_header()});
}

class sts_service : public IdentityServices {
 protected:
  sts_service() {
    home_.write_config(
        "[profile p]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/reader\n"
        "source_profile = base\n[profile base]\n");
    home_.write_credentials(
        "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = pLaNtEd-SECRET-KEY\n"
        "aws_session_token = pLaNtEd-SESSION-TOKEN\n");
    auth::temporary_home::write(token_path_, "pLaNtEd-WEB-TOKEN");
    variables_->set("AWS_WEB_IDENTITY_TOKEN_FILE", token_path_);
    variables_->set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/reader");
    variables_->set("AWS_REGION", "eu-west-1");
  }

  auth::credential_source::answer ask_role(const std::string& url) {
    variables_->set("AWS_ENDPOINT_URL_STS", url);
    return ask(*auth::role_credentials(context(), "p", {}));
  }
  auth::credential_source::answer ask_web(const std::string& url) {
    variables_->set("AWS_ENDPOINT_URL_STS", url);
    return ask(*auth::web_identity_credentials(context(), std::nullopt));
  }
  // Both ways must fail so, and name themselves.
  void expect_failure(const std::string& url, const std::string& part) {
    EXPECT_THAT(failure(ask_role(url)).message,
                AllOf(HasSubstr("Could not assume the role arn:aws:iam::123456789012:role/reader "
                                "of profile 'p' with the keys of profile 'base'"),
                      HasSubstr(part)));
    EXPECT_THAT(failure(ask_web(url)).message,
                AllOf(HasSubstr("with the token in " + token_path_), HasSubstr(part)));
  }
  void expect_failure(const script& answer, const std::string& part) {
    const loopback_server server([&](const received_request&) { return answer; });
    expect_failure(server.url(), part);
  }
  static std::string action_of(const received_request& request) {
    return request.body.find("WebIdentity&") == std::string::npos ? "AssumeRole"
                                                                  : "AssumeRoleWithWebIdentity";
  }

  const std::string token_path_ = home_.path() + "/token";
};

TEST_F(sts_service, gives_credentials) {
  const loopback_server server([&](const received_request& request) {
    return respond(200, role_answer(action_of(request), account, "ASIAROLE", timestamp_in(1h)));
  });
  EXPECT_EQ(found(ask_role(server.url())).access_key_id, "ASIAROLE");
  EXPECT_EQ(found(ask_web(server.url())).access_key_id, "ASIAROLE");
  const std::vector<received_request> requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  const received_request& role = requests[0];
  EXPECT_EQ(role.method, "POST");
  EXPECT_EQ(role.target, "/");
  EXPECT_THAT(role.headers.at("authorization"), HasSubstr("/eu-west-1/sts/aws4_request"));
  EXPECT_EQ(requests[1].headers.count("authorization"), 0U);
}

TEST_F(sts_service, is_not_there) {
  expect_failure(fmt::format("http://127.0.0.1:{}/", unused_port()), "refused");
}

TEST_F(sts_service, is_slow) {
  expect_failure({step::stall{}}, "no answer within 5000 ms");
}

TEST_F(sts_service, hangs_up) {
  expect_failure({step::reset{}}, "127.0.0.1");
  expect_failure(
      {step::send{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<Assume"}, step::close{}},
      "127.0.0.1");
}

TEST_F(sts_service, answers_garbage) {
  expect_failure(respond(200, "pLaNtEd-SECRET-KEY"), "check the endpoint and any proxy");
  expect_failure(respond(403, "<html>Forbidden</html>"), "status 403");
  expect_failure(respond(503, "<html>busy</html>"), "status 503");
}

TEST_F(sts_service, answers_of_the_wrong_account) {
  const loopback_server server([&](const received_request& request) {
    return respond(200,
                   role_answer(action_of(request), "999999999999", "ASIAROLE", timestamp_in(1h)));
  });
  expect_failure(server.url(), "credentials of account 999999999999, not of 123456789012");
}

TEST_F(sts_service, answers_with_what_has_expired) {
  const loopback_server server([&](const received_request& request) {
    return respond(200, role_answer(action_of(request), account, "ASIAROLE", timestamp_in(-1s)));
  });
  expect_failure(server.url(), "check this machine's clock");
}

TEST_F(sts_service, refuses_and_may_repeat_what_it_was_sent) {
  const loopback_server server([&](const received_request& request) {
    return respond(403, sts_refusal("AccessDenied", action_of(request) == "AssumeRole"
                                                        ? "pLaNtEd-SECRET-KEY pLaNtEd-SESSION-TOKEN"
                                                        : "pLaNtEd-WEB-TOKEN pLaNtEd-WEB-TOKEN"));
  });
  expect_failure(server.url(), "answered AccessDenied: *** ***");
  expect_failure(respond(400, sts_refusal("Throttling", "Rate exceeded")), "Rate exceeded");
}

TEST_F(sts_service, is_asked_again_when_throttled) {
  const loopback_server server([&](const received_request& request) {
    if (request.number == 0) return respond(400, sts_refusal("Throttling", "Rate exceeded"));
    return respond(200, role_answer("AssumeRole", account, "ASIAROLE", timestamp_in(1h)));
  });
  EXPECT_EQ(found(ask_role(server.url())).access_key_id, "ASIAROLE");
}

TEST_F(sts_service, is_followed_where_the_clock_is_twenty_minutes_off) {
  for (const auto off : {20min, -20min}) {
    set_clock(off);
    const loopback_server server([&](const received_request& request) {
      return keeps_time(request, respond(200, role_answer("AssumeRole", account, "ASIAROLE",
                                                          timestamp_in(15min))));
    });
    const credentials keys = found(ask_role(server.url()));
    EXPECT_EQ(keys.access_key_id, "ASIAROLE");
    EXPECT_EQ(server.requests().size(), 2U);
    // As this machine's clock will show it.
    ASSERT_TRUE(keys.expiration);
    EXPECT_LT(std::chrono::abs(*keys.expiration - (time_->wall_time() + 15min)), 1min);
  }
}

TEST_F(sts_service, without_a_date_a_wrong_clock_is_named) {
  set_clock(20min);
  const loopback_server server([&](const received_request&) {
    return respond(403, sts_refusal("SignatureDoesNotMatch", "Signature not yet current"));
  });
  EXPECT_THAT(failure(ask_role(server.url())).message, HasSubstr("this machine's clock"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(sts_service, cancels_what_is_under_way) {
  const loopback_server server([](const received_request&) { return script{step::stall{}}; });
  variables_->set("AWS_ENDPOINT_URL_STS", server.url());
  const auto source = auth::role_credentials(context(), "p", {});
  std::promise<auth::credential_source::answer> answered;
  source->find([&](auth::credential_source::answer got) { answered.set_value(std::move(got)); });
  server.wait_for_requests(1);
  context_.close();
  const auto got = answered.get_future().get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, errc::cancelled);
}

}  // namespace auth_sts_test
}  // namespace dynamo::test
