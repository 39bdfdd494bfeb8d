// The dynamo tool, run as a user runs it.
#pragma once

#include "support/child_process.hpp"
#include "support/planted.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

/// The command line of the tool that was built.
inline std::vector<std::string> tool_command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), DYNAMO_TOOL);
  return arguments;
}

/// What keeps this machine's own configuration out of a test.
inline environment_changes without_configuration() {
  environment_changes changes = {{"AWS_CONFIG_FILE", "/dev/null"},
                                 {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
                                 {"AWS_EC2_METADATA_DISABLED", "true"}};
  for (const char* name :
       {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI"}) {
    changes[name] = std::nullopt;
  }
  return changes;
}

/// With an endpoint of the test's own, region and made-up credentials.
inline environment_changes at_endpoint(const std::string& url) {
  environment_changes changes = without_configuration();
  changes["AWS_ENDPOINT_URL_DYNAMODB"] = url;
  changes["AWS_REGION"] = "us-east-1";
  changes["AWS_ACCESS_KEY_ID"] = "test";
  changes["AWS_SECRET_ACCESS_KEY"] = planted_secret_key;
  changes["AWS_SESSION_TOKEN"] = planted_session_token;
  return changes;
}

/// With DynamoDB Local.
inline environment_changes at_dynamodb_local() {
  const char* const url = std::getenv("DYNAMO_TEST_ENDPOINT");
  if (url == nullptr) {
    throw std::runtime_error(
        "DYNAMO_TEST_ENDPOINT is not set: run the tests by scripts/test, or by "
        "scripts/dynamodb-local run -- ctest --preset dev");
  }
  return at_endpoint(url);
}

/// Runs the tool to its end.
inline ended_process run_tool(std::vector<std::string> arguments,
                              const environment_changes& environment) {
  return child_process(tool_command(std::move(arguments)), environment).wait();
}

/// A table name that no other test has, also not one in another process.
inline std::string unique_table() {
  static std::atomic<int> number = 0;
  return "tool-test-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
}

}  // namespace dynamo::test
