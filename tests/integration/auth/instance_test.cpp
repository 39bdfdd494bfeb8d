// The instance metadata service on a real socket: it passes, and fails in every step.
#include "auth/instance_credentials.hpp"
#include "integration/auth/local_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::test {
namespace auth_instance_test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view name = "The instance metadata service at http://127.0.0.1:";
const std::string roles = "/latest/meta-data/iam/security-credentials/";

// What the service answers, as long as a test does not replace a step.
script metadata(const received_request& request) {
  if (request.method == "PUT" && request.target == "/latest/api/token") return answer(200, "TOKEN");
  const auto token = request.headers.find("x-aws-ec2-metadata-token");
  if (token == request.headers.end() || token->second != "TOKEN") return answer(401, "");
  if (request.target == roles) return answer(200, "reader");
  if (request.target == roles + "reader") return answer(200, key_document(timestamp_in(6h)));
  if (request.target == "/latest/meta-data/placement/region") return answer(200, "eu-north-1");
  return answer(404, "");
}

class instance_service : public LocalSources {
 protected:
  /// From a service that goes as it should up to its `number`th step. A request over a connection
  /// that was used before is sent again by curl when that is cut, so one step alone would not do.
  auth::credential_source::answer ask_with(std::size_t number, script step) {
    const loopback_server server([&](const received_request& request) {
      return request.number >= number ? step : metadata(request);
    });
    return ask_at(server);
  }
  auth::credential_source::answer ask_at(const loopback_server& server) {
    variables_->set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url());
    return ask(*source_);
  }
  /// Nothing was found; what the place says about it.
  std::string remark(const auth::credential_source::answer& got) {
    EXPECT_TRUE(got) << (got ? "" : got.error().to_string());
    EXPECT_FALSE(got && *got);
    EXPECT_EQ(source_->place().find(planted_secret), std::string::npos);
    return source_->place();
  }

  std::unique_ptr<auth::credential_source> source_ =
      auth::instance_credentials(context_, std::nullopt);
};

TEST_F(instance_service, gives_the_credentials_of_its_role) {
  const loopback_server server(metadata);
  const credentials who = found(ask_at(server));
  EXPECT_EQ(who.access_key_id, "AKLOCAL");
  EXPECT_THAT(who.provider, HasSubstr("'reader'"));
  EXPECT_EQ(server.requests().at(0).headers.at("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(server.requests().at(0).headers.at("content-length"), "0");
  (void)found(ask_at(server));
  EXPECT_EQ(server.requests().size(), 5U) << "the session token is kept";
}

TEST_F(instance_service, knows_the_region) {
  const loopback_server server(metadata);
  variables_->set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url());
  std::promise<std::optional<std::string>> region;
  auth::find_instance_region(context_, std::nullopt,
                             [&](std::optional<std::string> got) { region.set_value(got); });
  EXPECT_EQ(region.get_future().get(), "eu-north-1");
}

TEST_F(instance_service, is_not_there) {
  variables_->set("AWS_EC2_METADATA_SERVICE_ENDPOINT",
                  "http://127.0.0.1:" + std::to_string(unused_port()));
  EXPECT_THAT(remark(ask(*source_)), HasSubstr("was refused"));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(remark(ask_with(0, {step::stall{}})), HasSubstr("within 1000 ms"));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 1s);
  for (const int status : {400, 403, 404, 405, 503})
    EXPECT_THAT(remark(ask_with(0, answer(status, planted_secret))),
                HasSubstr(std::to_string(status)));
  EXPECT_THAT(remark(ask_with(0, answer(200, "<html>\n"))), HasSubstr("session token"));
  EXPECT_THAT(remark(ask_with(1, answer(404, ""))), HasSubstr("has no role"));
}

TEST_F(instance_service, is_slow_after_its_first_answer) {
  for (const std::size_t step : {1U, 2U}) {
    const error slow = failure(ask_with(step, {step::stall{}}));
    EXPECT_EQ(slow.kind, errc::credentials);
    EXPECT_THAT(slow.message, AllOf(HasSubstr(name), HasSubstr("within 1000 ms"),
                                    HasSubstr("AWS_METADATA_SERVICE_TIMEOUT")));
    source_ = auth::instance_credentials(context_, std::nullopt);
  }
}

TEST_F(instance_service, breaks_off_or_refuses_after_its_first_answer) {
  for (const std::size_t step : {1U, 2U}) {
    for (const script& how : {script{step::reset{}}, script{step::close{}}, answer(401, "no"),
                              answer(403, planted_secret), answer(500, planted_secret)}) {
      const error failed = failure(ask_with(step, how));
      EXPECT_EQ(failed.kind, errc::credentials);
      EXPECT_THAT(failed.message, HasSubstr(name));
      source_ = auth::instance_credentials(context_, std::nullopt);
    }
  }
}

TEST_F(instance_service, answers_garbage) {
  for (const std::size_t step : {1U, 2U}) {
    for (const std::string& body : {"<html>" + std::string(planted_secret) + "</html>",
                                    std::string(), std::string(2'000'000, '{')}) {
      const error garbage = failure(ask_with(step, answer(200, body)));
      EXPECT_EQ(garbage.kind, errc::credentials);
      EXPECT_THAT(garbage.message, HasSubstr(name));
      source_ = auth::instance_credentials(context_, std::nullopt);
    }
  }
}

TEST_F(instance_service, may_not_assume_the_role) {
  const error refused =
      failure(ask_with(2, answer(200, R"({"Code":"AssumeRoleUnauthorizedAccess","Message":")" +
                                          std::string(planted_secret) + "\"}")));
  EXPECT_EQ(refused.kind, errc::credentials);
  EXPECT_THAT(refused.message, AllOf(HasSubstr(name), HasSubstr("AssumeRoleUnauthorizedAccess")));
}

TEST_F(instance_service, gives_expired_ones) {
  const error expired = failure(ask_with(2, answer(200, key_document(timestamp_in(-1min)))));
  EXPECT_EQ(expired.kind, errc::credentials);
  EXPECT_THAT(expired.message,
              AllOf(HasSubstr(name), HasSubstr("expired at"), HasSubstr("does not renew them")));
}

TEST_F(instance_service, has_another_clock) {
  const auto context = context_at(std::make_shared<shifted_clock>(20min));
  source_ = auth::instance_credentials(context, std::nullopt);
  const error expired = failure(ask_with(2, answer(200, key_document(timestamp_in(10min)))));
  EXPECT_THAT(expired.message, AllOf(HasSubstr(name), HasSubstr("20 minutes ahead of")));
  context.close();
}

TEST_F(instance_service, of_version1_is_asked_where_that_is_allowed) {
  variables_->set("AWS_EC2_METADATA_V1_DISABLED", "false");
  const loopback_server server([](const received_request& request) {
    if (request.method == "PUT") return answer(404, "");
    if (request.target == roles) return answer(200, "reader");
    return answer(200, key_document(timestamp_in(6h)));
  });
  EXPECT_EQ(found(ask_at(server)).access_key_id, "AKLOCAL");
}

}  // namespace auth_instance_test
}  // namespace dynamo::test
