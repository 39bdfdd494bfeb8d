// Clients of servers that misbehave.
#pragma once

#include "support/loopback_server.hpp"
#include "support/planted.hpp"

#include <dynamo/client/client.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

inline constexpr std::string_view secret_key = planted_secret_key;
inline constexpr std::string_view session_token = planted_session_token;

/// Hands out a new access key whenever it was told that the last one is of no use.
class rotating_credentials final : public credential_provider {
 public:
  void resolve(handler done) override {
    done(credentials{.access_key_id = "KEY" + std::to_string(generation.load()),
                     .secret_access_key = std::string(secret_key),
                     .session_token = std::string(session_token)});
  }
  void invalidate() override { ++generation; }

  std::atomic<int> generation = 1;
};

/// Always the shortest delay.
class no_jitter final : public random_source {
 public:
  double uniform() override { return 0; }
};

/// A configuration for `endpoint` that retries without pause for `budget`.
[[nodiscard]] inline client_config impatient_config(
    const std::string& endpoint,
    std::chrono::milliseconds budget = std::chrono::milliseconds(10'000)) {
  client_config config;
  config.endpoint = endpoint;
  config.region = "us-east-1";
  config.credentials = std::make_shared<rotating_credentials>();
  config.retry_budget = budget;
  config.scan_retry_budget = budget;
  config.random = std::make_shared<no_jitter>();
  return config;
}

/// Answers the first requests with these, and every further one with the last.
[[nodiscard]] inline loopback_server::responder in_turn(std::vector<script> answers) {
  return [answers = std::move(answers)](const received_request& request) {
    return answers[std::min(request.number, answers.size() - 1)];
  };
}

/// An error as DynamoDB sends it.
[[nodiscard]] inline script service_error(int status, std::string_view type,
                                          std::string_view message = "as the test wants it") {
  return respond(
      status,
      R"({"__type":")" + std::string(type) + R"(","message":")" + std::string(message) + R"("})",
      {"x-amzn-RequestId: REQUEST-OF-THE-TEST"});
}

}  // namespace dynamo::test
