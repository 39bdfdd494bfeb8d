// The tool with everything on that writes, in front of a service that repeats what it was sent: the
// planted secrets are in nothing that it wrote.
#include "integration/tool/tool_run.hpp"
#include "support/loopback_server.hpp"
#include "support/memory_store.hpp"
#include "support/scripted_backend.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo::test {
namespace tool_planted_test {

using ::testing::HasSubstr;

// An error of which every text is the session token.
script repeated(const received_request& request, const std::string& code) {
  const std::string& token = request.headers.at("x-amz-security-token");
  return respond(400,
                 R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + code + R"(","message":")" +
                     token + " is not welcome\"}",
                 {"x-amzn-requestid: " + token});
}

TEST(planted_secrets, are_sent_and_written_nowhere) {
  const watchdog dog("the tool with everything on");
  // Searched at its end, as the output of the tool is.
  const temporary_folder folder;
  loopback_server server([](const received_request& request) -> script {
    EXPECT_EQ(request.headers.at("x-amz-security-token"), planted_session_token);
    EXPECT_EQ(request.headers.at("authorization").find(planted_mark), std::string::npos);
    switch (request.number) {
      case 0:
        return respond(200, described_table("users"));
      case 1:
        return repeated(request, "ThrottlingException");
      case 2:
        return respond(200, page_body({R"({"id":{"S":"a"}})"}, R"({"id":{"S":"a"}})"));
      default:
        return repeated(request, "UnrecognizedClientException");
    }
  });
  const ended_process ended = run_tool(
      {"export", "users", "-o", folder / "users.jsonl", "--resume", "--checkpoint-interval", "0",
       "--segments", "1", "--report", folder / "report.json", "--metrics-listen", "127.0.0.1:0",
       "--metrics-file", folder / "figures.prom", "-vvv"},
      at_endpoint(server.url()));
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("*** is not welcome"));
  EXPECT_THAT(folder.names(),
              ::testing::ElementsAre("figures.prom", "report.json", "users.jsonl.checkpoint",
                                     "users.jsonl.partial"));
}

// The search itself.
TEST(planted_secrets, are_found) {
  EXPECT_NONFATAL_FAILURE(
      {
        const temporary_folder folder;
        write_file(folder / "a", "x" + std::string(planted_secret_key));
      },
      "a secret is in ");
  EXPECT_NONFATAL_FAILURE(child_process({"/bin/echo", std::string(planted_session_token)}).wait(),
                          "a secret is in a program's standard output");
}

}  // namespace tool_planted_test
}  // namespace dynamo::test
