// The tool's figures and its log, as Prometheus and people see them.
#include "integration/tool/tool_run.hpp"
#include "support/hostile.hpp"
#include "support/plain_http.hpp"
#include "support/temporary_folder.hpp"
#include "support/upstream.hpp"
#include "support/watchdog.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace dynamo::test {
namespace tool_metrics_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Prometheus' own program for this.
std::string promtool() {
  if (::access(DYNAMO_PROMTOOL, X_OK) == 0) return DYNAMO_PROMTOOL;
  return "promtool";  // of Debian's package, or another one
}

// What promtool has to say; nothing if there is nothing.
std::string complaints_about(const std::string& figures, const temporary_folder& folder) {
  const std::string file = folder / "checked.prom";
  write_file(file, figures);
  const ended_process checked =
      child_process({"/bin/sh", "-c", "exec \"$0\" check metrics <\"$1\"", promtool(), file})
          .wait();
  if (checked.status == 127) {
    throw std::runtime_error("there is no promtool: run scripts/setup test");
  }
  std::string said = checked.out + checked.err;
  if (checked.status != 0) said += "status " + std::to_string(checked.status);
  return said;
}

// The sum over all series of a metric.
double figure(const std::string& text, const std::string& name) {
  double sum = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name + "{") && !line.starts_with(name + " ")) continue;
    sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

// A number of a report: of the whole, which stands first.
double reported(const std::string& report, const std::string& name) {
  const auto at = report.find("\"" + name + "\":");
  if (at == std::string::npos) throw std::runtime_error("no " + name + " in " + report);
  return std::stod(report.substr(at + name.size() + 3));
}

std::string page_text(int number, bool last) {
  const std::string item = R"({"id":{"S":")" + std::to_string(number) + R"("}})";
  return R"({"Count":2,"Items":[)" + item + "," + item + R"(],"ScannedCount":3,)" +
         R"("ConsumedCapacity":{"TableName":"users","CapacityUnits":1.5})" +
         (last ? "" : R"(,"LastEvaluatedKey":)" + item) + "}";
}

class tool_metrics : public ::testing::Test {
 protected:
  const watchdog dog{"the tool with figures"};
  const temporary_folder folder;
  const std::string file = folder / "dynamo.prom";
  const std::string report = folder / "report.json";

  void expect_counts_of_the_report() const {
    const std::string text = contents_of(file);
    const std::string truth = contents_of(report);
    EXPECT_EQ(complaints_about(text, folder), "");
    EXPECT_EQ(figure(text, "dynamo_scan_items_total"), reported(truth, "items"));
    EXPECT_EQ(figure(text, "dynamo_scan_scanned_items_total"), reported(truth, "scanned_items"));
    EXPECT_EQ(figure(text, "dynamo_scan_pages_total"), reported(truth, "pages"));
    EXPECT_EQ(figure(text, "dynamo_scan_bytes_total"), reported(truth, "bytes"));
    EXPECT_EQ(figure(text, "dynamo_scan_read_units_total"), reported(truth, "read_units"));
    EXPECT_EQ(figure(text, "dynamo_request_retries_total"), reported(truth, "retries"));
    EXPECT_EQ(figure(text, "dynamo_scans_total"), 1);
    for (const char* gauge : {"dynamo_scan_queued_bytes", "dynamo_scan_page_permits",
                              "dynamo_scan_page_memory_bytes"}) {
      EXPECT_EQ(figure(text, gauge), 0) << gauge;
    }
  }
};

// The third page comes when the figures were looked at.
TEST_F(tool_metrics, pass_promtool_while_a_scan_runs) {
  const auto looked = std::make_shared<latch>();
  const loopback_server server([&](const received_request& request) -> script {
    switch (request.number) {
      case 1:
        return service_error(400, "com.amazonaws.dynamodb.v20120810#ThrottlingException");
      case 3:
        return {step::wait{looked},
                step::send{text_of(dynamodb_response(200, page_text(3, true)))}};
      default:
        return respond(200, page_text(static_cast<int>(request.number), false));
    }
  });
  std::array<int, 2> err{};
  ASSERT_EQ(::pipe2(err.data(), O_CLOEXEC), 0);
  child_process tool(
      tool_command({"export", "users", "-o", folder / "users.jsonl", "--segments", "1",
                    "--metrics-listen", "127.0.0.1:0", "--metrics-file", file, "--report", report}),
      at_endpoint(server.url()), {.err = err[1]});
  ::close(err[1]);
  const std::unique_ptr<FILE, int (*)(FILE*)> told(::fdopen(err[0], "r"), &std::fclose);
  int port = 0;
  ASSERT_EQ(std::fscanf(told.get(), "dynamo: metrics at http://127.0.0.1:%d/metrics", &port), 1);
  server.wait_for_requests(4);
  const std::string answer = ask(static_cast<std::uint16_t>(port), "GET /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  const std::string live = body_of(answer);
  EXPECT_EQ(complaints_about(live, folder), "");
  EXPECT_EQ(figure(live, "dynamo_scan_items_total"), 4);
  EXPECT_EQ(figure(live, "dynamo_scan_pages_total"), 2);
  EXPECT_EQ(figure(live, "dynamo_scan_read_units_total"), 3);
  EXPECT_EQ(figure(live, "dynamo_request_throttles_total"), 1);
  EXPECT_EQ(figure(live, "dynamo_request_attempt_seconds_count"), 3);
  EXPECT_EQ(figure(live, "dynamo_credentials_refreshes_total"), 1);
  EXPECT_THAT(live, HasSubstr("dynamo_request_retries_total{table=\"users\",operation=\"Scan\","
                              "cause=\"throttled\"} 1\n"));
  EXPECT_EQ(figure(live, "dynamo_scans_total"), 0);
  looked->open();
  EXPECT_EQ(tool.wait().status, 0);
  expect_counts_of_the_report();
}

// Labels that look like lines, and a parser that is not ours.
TEST_F(tool_metrics, pass_promtool_with_names_that_need_escapes) {
  const loopback_server server(in_turn({respond(200, page_text(0, true))}));
  const ended_process ended =
      run_tool({"count", "a\"b\\c\nd", "--segments", "1", "--metrics-file", file},
               at_endpoint(server.url()));
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(complaints_about(contents_of(file), folder), "");
  EXPECT_EQ(figure(contents_of(file), "dynamo_scan_items_total"), 2);
}

TEST_F(tool_metrics, are_in_the_file_also_when_the_scan_fails) {
  const loopback_server server(
      in_turn({respond(200, page_text(0, false)),
               service_error(400, "com.amazon.coral.service#AccessDeniedException")}));
  const ended_process ended = run_tool(
      {"count", "users", "--segments", "1", "--metrics-file", file}, at_endpoint(server.url()));
  EXPECT_EQ(ended.status, 5) << ended.err;
  const std::string text = contents_of(file);
  EXPECT_EQ(complaints_about(text, folder), "");
  EXPECT_THAT(text, HasSubstr("outcome=\"access_denied\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dynamo_scans_total{table=\"users\",outcome=\"failed\"} 1\n"));
}

TEST_F(tool_metrics, need_a_port_that_is_free) {
  const loopback_server taken(in_turn({respond(200, "{}")}));
  const ended_process ended =
      run_tool({"count", "users", "--metrics-listen", std::to_string(taken.port())},
               at_endpoint(taken.url()));
  EXPECT_EQ(ended.status, 3);
  EXPECT_EQ(ended.err,
            "dynamo: --metrics-listen: cannot listen on 127.0.0.1:" + std::to_string(taken.port()) +
                ": the port is in use; choose another one, or 0 for any free port\n");
  EXPECT_THAT(taken.requests(), ::testing::IsEmpty());
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class tool_log : public ::testing::Test {
 protected:
  ended_process count(std::vector<std::string> more, environment_changes environment = {}) {
    const loopback_server server(
        in_turn({service_error(400, "com.amazonaws.dynamodb.v20120810#ThrottlingException"),
                 respond(200, page_text(0, true), {"x-amzn-RequestId: THE-REQUEST"})}));
    std::vector<std::string> arguments = {"count", "users", "--segments", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    environment_changes all = at_endpoint(server.url());
    all["AWS_ACCESS_KEY_ID"] = "pLaNtEd-ACCESS-KEY";
    all["AWS_SECRET_ACCESS_KEY"] = "pLaNtEd-SECRET";
    all["AWS_SESSION_TOKEN"] = "pLaNtEd-TOKEN";
    all["DYNAMO_LOG"] = std::nullopt;
    for (auto& [name, value] : environment) all[name] = value;
    const ended_process ended = run_tool(arguments, all);
    EXPECT_THAT(ended.err, Not(HasSubstr("pLaNtEd")));
    return ended;
  }
  const watchdog dog{"the tool with a log"};
};

TEST_F(tool_log, is_silent_unless_it_is_wanted) {
  const ended_process ended = count({});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
}

TEST_F(tool_log, reports_more_the_oftener_it_is_asked) {
  const auto once = lines_of(count({"--verbose"}).err);
  EXPECT_THAT(once, Contains(AllOf(HasSubstr(" warn  request_retried table=users segment=- "
                                             "attempt=1 request_id=REQUEST-OF-THE-TEST "
                                             "cause=throttled"))));
  EXPECT_THAT(once, Contains(HasSubstr(" info  scan_ended table=users")));
  EXPECT_THAT(once, Not(Contains(HasSubstr(" debug "))));
  const auto twice = lines_of(count({"-vv"}).err);
  EXPECT_THAT(twice, Contains(HasSubstr(" debug segment_complete table=users")));
  EXPECT_THAT(twice, Not(Contains(HasSubstr(" trace "))));
  const auto all = lines_of(count({"-vvv"}).err);
  EXPECT_THAT(all, Contains(HasSubstr(" trace request_answered table=users segment=- attempt=2 "
                                      "request_id=THE-REQUEST seconds=")));
  for (const std::string& line : all) {
    EXPECT_THAT(line, AllOf(StartsWith("20"), HasSubstr(" table="), HasSubstr(" segment="),
                            HasSubstr(" attempt="), HasSubstr(" request_id=")));
  }
}

TEST_F(tool_log, is_wanted_by_the_environment) {
  const auto lines = lines_of(count({}, {{"DYNAMO_LOG", "warn"}}).err);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr("request_retried"));
  const ended_process bad = count({}, {{"DYNAMO_LOG", "loud"}});
  EXPECT_EQ(bad.status, 3);
  EXPECT_EQ(bad.err, "dynamo: invalid DYNAMO_LOG 'loud': use error, warn, info, debug or trace\n");
}

}  // namespace tool_metrics_test
}  // namespace dynamo::test
