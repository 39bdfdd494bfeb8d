#include "integration/tool/tool_run.hpp"
#include "support/loopback_server.hpp"
#include "support/scripted_backend.hpp"
#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

namespace dynamo::test {
namespace tool_failure_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

void expect_failure(const ended_process& ended, int status, const std::string& sentence) {
  EXPECT_EQ(ended.status, status) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, StartsWith("dynamo: "));
  EXPECT_THAT(ended.err, HasSubstr(sentence));
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
}

// A page that is never the last.
script endless_page(const received_request& request) {
  const std::vector<std::string> items(100, R"({"id":{"S":"one of many"},"n":{"N":"1"}})");
  return respond(
      200, page_body(items, R"({"id":{"S":"page )" + std::to_string(request.number) + R"("}})"));
}

class stopwatch {
 public:
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 begin_);
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

TEST(tool_failure, an_unknown_option_is_a_usage_error) {
  expect_failure(run_tool({"scan", "users", "--frobnicate"}, without_configuration()), 2,
                 "--frobnicate");
  expect_failure(run_tool({}, without_configuration()), 2, "a command is required");
}

TEST(tool_failure, help_and_version_go_to_standard_output) {
  const ended_process help = run_tool({"--help"}, without_configuration());
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(help.err, "");
  EXPECT_THAT(help.out, HasSubstr("Exit status:"));
  EXPECT_THAT(run_tool({"--version"}, without_configuration()).out, StartsWith("dynamo "));
}

TEST(tool_failure, without_a_region_it_says_so) {
  environment_changes environment = without_configuration();
  environment["AWS_ACCESS_KEY_ID"] = "test";
  environment["AWS_SECRET_ACCESS_KEY"] = "test";
  expect_failure(run_tool({"tables"}, environment), 3, "region");
}

TEST(tool_failure, without_credentials_it_says_so) {
  environment_changes environment = without_configuration();
  environment["AWS_REGION"] = "us-east-1";
  expect_failure(run_tool({"tables", "--endpoint", "http://127.0.0.1:1"}, environment), 3,
                 "redentials");
}

TEST(tool_failure, an_unknown_profile_and_a_missing_bundle_are_configuration) {
  const environment_changes environment = at_endpoint("http://127.0.0.1:1");
  expect_failure(run_tool({"tables", "--profile", "nobody"}, environment), 3, "nobody");
  expect_failure(run_tool({"tables", "--ca-bundle", "/missing.pem"}, environment), 3,
                 "'/missing.pem' of --ca-bundle");
}

TEST(tool_failure, an_endpoint_that_refuses_ends_soon) {
  const std::string url = "http://127.0.0.1:" + std::to_string(unused_port());
  const stopwatch watch;
  expect_failure(run_tool({"count", "users"}, at_endpoint(url)), 1, "--endpoint");
  EXPECT_LT(watch.elapsed(), std::chrono::seconds(10));
}

TEST(tool_failure, denied_access_has_its_status) {
  loopback_server server([](const received_request&) {
    return respond(400, R"({"__type":"com.amazon.coral.service#AccessDeniedException",)"
                        R"("Message":"User: x is not authorized to perform: dynamodb:Scan"})");
  });
  expect_failure(run_tool({"scan", "users"}, at_endpoint(server.url())), 5, "not authorized");
}

TEST(tool_failure, a_timeout_has_its_status) {
  loopback_server server([](const received_request&) { return script{step::stall{}}; });
  const stopwatch watch;
  expect_failure(run_tool({"count", "users", "--timeout", "0.3"}, at_endpoint(server.url())), 124,
                 "--timeout");
  EXPECT_LT(watch.elapsed(), std::chrono::seconds(10));
}

class tool_signal : public ::testing::TestWithParam<std::pair<int, int>> {};

TEST_P(tool_signal, ends_an_export_and_leaves_no_file) {
  const auto [signal, status] = GetParam();
  loopback_server server([](const received_request& request) {
    return request.number == 0 ? endless_page(request) : script{step::stall{}};
  });
  const temporary_folder folder;
  child_process run(tool_command({"export", "users", "-o", folder / "a.jsonl", "--segments", "1"}),
                    at_endpoint(server.url()));
  server.wait_for_requests(2);
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl.partial"));
  const stopwatch watch;
  run.send(signal);
  const ended_process ended = run.wait();
  EXPECT_LT(watch.elapsed(), std::chrono::seconds(3));
  expect_failure(ended, status, "cancelled");
  EXPECT_THAT(folder.names(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(all, tool_signal,
                         ::testing::Values(std::pair(SIGINT, 130), std::pair(SIGTERM, 143),
                                           std::pair(SIGHUP, 129)));

TEST(tool_pipe, a_signal_ends_a_scan_that_is_not_read) {
  loopback_server server(endless_page);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  child_process run(tool_command({"scan", "users"}), at_endpoint(server.url()), {.out = ends[1]});
  server.wait_for_requests(10);
  const stopwatch watch;
  run.send(SIGINT);
  EXPECT_EQ(run.wait().status, 130);
  EXPECT_LT(watch.elapsed(), std::chrono::seconds(3));
  ::close(ends[0]);
  ::close(ends[1]);
}

// The table has no end: a scan that went on would never come back.
TEST(tool_pipe, a_scan_stops_when_its_reader_has_enough) {
  loopback_server server(endless_page);
  child_process shell(
      {"bash", "-c", R"("$0" scan users | head -n 3; echo "${PIPESTATUS[0]}")", DYNAMO_TOOL},
      at_endpoint(server.url()));
  const ended_process ended = shell.wait();
  const std::string line = "{\"id\":\"one of many\",\"n\":1}\n";
  EXPECT_EQ(ended.out, line + line + line + "0\n");
  EXPECT_EQ(ended.err, "");
  EXPECT_LT(server.requests().size(), 200U);
}

}  // namespace tool_failure_test
}  // namespace dynamo::test
