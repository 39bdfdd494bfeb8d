// A backend over a network that does as the test says.
#pragma once

#include "client/wire_backend.hpp"
#include "support/fake_transport.hpp"
#include "support/planted.hpp"
#include "unit/auth/fake_dependencies.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::test {

inline constexpr std::string_view secret = planted_secret_key;
inline constexpr std::string_view token = planted_session_token;

// Credentials that come when the test says so, or at once.
class manual_credentials final : public credential_provider {
 public:
  void resolve(handler done) override {
    ++resolved;
    if (at_once) return done(answer);
    waiting.push_back(std::move(done));
  }
  void invalidate() override {
    ++invalidated;
    if (answer) answer->session_token = "FRESH-" + std::to_string(invalidated);
  }
  void give(result<credentials> who) {
    const handler done = std::move(waiting.back());
    waiting.pop_back();
    done(std::move(who));
  }

  result<credentials> answer = credentials{.access_key_id = "AKID",
                                           .secret_access_key = std::string(secret),
                                           .session_token = std::string(token)};
  bool at_once = true;
  std::atomic<int> resolved = 0;
  int invalidated = 0;
  std::vector<handler> waiting;
};

inline std::string error_body(std::string_view code) {
  return R"({"__type":"com.amazon.coral.service#)" + std::string(code) + R"(","message":"No."})";
}

class wire_backend : public testing::Test {
 protected:
  wire_backend() {
    config.region = "eu-central-1";
    config.credentials = who;
    open();
  }

  // A backend with the configuration as it is now.
  void open() {
    tested =
        wire::make_wire_backend(config, {.environment = variables,
                                         .time = time,
                                         .random = random,
                                         .make_transport = [this](net::transport_options options) {
                                           return network.make(std::move(options));
                                         }});
  }

  void submit() {
    tested->submit(request, [this](result<backend_response> outcome) {
      outcomes.push_back(std::move(outcome));
    });
  }

  // The one outcome there is.
  error failure() {
    EXPECT_EQ(outcomes.size(), 1U);
    if (outcomes.size() != 1 || outcomes.front()) return {};
    const error& reason = outcomes.front().error();
    EXPECT_EQ(reason.to_string().find(secret), std::string::npos);
    EXPECT_EQ(reason.to_string().find(token), std::string::npos);
    return reason;
  }
  void expect_success(unsigned attempts) {
    ASSERT_EQ(outcomes.size(), 1U);
    ASSERT_TRUE(outcomes.front().has_value()) << outcomes.front().error().message;
    EXPECT_EQ(outcomes.front()->attempts, attempts);
  }

  std::shared_ptr<auth::fake_environment> variables = std::make_shared<auth::fake_environment>();
  std::shared_ptr<manual_clock> time = std::make_shared<manual_clock>();
  std::shared_ptr<fixed_random> random = std::make_shared<fixed_random>(0.5);
  std::shared_ptr<manual_credentials> who = std::make_shared<manual_credentials>();
  fake_network network{time};
  client_config config;
  backend_request request{.op = operation::get_item,
                          .body = R"({"TableName":"users"})",
                          .table = "users",
                          .segment = 3};
  std::vector<result<backend_response>> outcomes;
  std::shared_ptr<backend> tested;
};

}  // namespace dynamo::test
