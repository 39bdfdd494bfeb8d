#include "integration/tool/tool_run.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/temporary_folder.hpp"

#include <dynamo/value/item_parser.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace dynamo::test {
namespace tool_round_trip_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Records of CSV: a line feed inside quotes does not end one.
std::size_t csv_records(const std::string& text) {
  bool quoted = false;
  std::size_t records = 0;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) ++records;
  }
  return records;
}

// The values of the attribute `id` in lines of DynamoDB JSON.
std::set<std::string> ids_of(const std::vector<std::string>& lines) {
  std::set<std::string> ids;
  for (const std::string& line : lines) ids.insert(parse_json(line).at("id").as_string());
  return ids;
}

class tool_on_dynamodb_local : public ::testing::Test {
 protected:
  ended_process tool(std::vector<std::string> arguments) {
    return run_tool(std::move(arguments), at_dynamodb_local());
  }
  // Runs it and expects success without a word on standard error.
  std::string ok(std::vector<std::string> arguments) {
    ended_process ended = tool(std::move(arguments));
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return ended.out;
  }
  // Runs it and expects one line on standard error.
  void fails(int status, const std::string& sentence, std::vector<std::string> arguments) {
    const ended_process ended = tool(std::move(arguments));
    EXPECT_EQ(ended.status, status) << ended.err;
    EXPECT_THAT(ended.err, StartsWith("dynamo: "));
    EXPECT_THAT(ended.err, HasSubstr(sentence));
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  }
  const std::string table = unique_table();
  const temporary_folder folder;
};

TEST_F(tool_on_dynamodb_local, sample_count_scan_and_export_agree) {
  ok({"sample", table, "--items", "3000"});
  EXPECT_THAT(lines_of(ok({"tables"})), ::testing::Contains(table));
  EXPECT_THAT(ok({"describe", table}), HasSubstr("partition key id (S), sort key email (S)"));
  EXPECT_THAT(ok({"describe", table, "--json"}), HasSubstr("\"item_count\":3000,"));
  EXPECT_EQ(ok({"count", table}), "3000\n");
  EXPECT_EQ(ok({"count", table, "--segments", "1", "--page-size", "700"}), "3000\n");

  ok({"export", table, "-o", folder / "a.jsonl"});
  const auto typed = lines_of(contents_of(folder / "a.jsonl"));
  EXPECT_EQ(typed.size(), 3000U);
  EXPECT_EQ(ids_of(typed).size(), 3000U);

  const auto scanned = lines_of(ok({"scan", table, "--format", "dynamodb-json"}));
  EXPECT_EQ(scanned.size(), 3000U);
  EXPECT_EQ(ids_of(scanned), ids_of(typed));

  ok({"export", table, "-o", folder / "a.json", "--format", "json"});
  EXPECT_EQ(lines_of(contents_of(folder / "a.json")).size(), 3000U);

  ok({"export", table, "-o", folder / "a.csv"});
  const std::string csv = contents_of(folder / "a.csv");
  EXPECT_THAT(csv, StartsWith("id,email,"));
  EXPECT_EQ(csv_records(csv), 3001U);
  const std::string header = csv.substr(0, csv.find('\n'));
  EXPECT_EQ(std::ranges::count(header, ','), 10);

  ok({"export", table, "-o", folder / "b.csv", "--columns", "email,age"});
  EXPECT_THAT(contents_of(folder / "b.csv"), StartsWith("email,age\n"));
  EXPECT_EQ(csv_records(contents_of(folder / "b.csv")), 3001U);
  EXPECT_THAT(folder.names(), ElementsAre("a.csv", "a.json", "a.jsonl", "b.csv"));

  const std::string active = ok({"count", table, "--filter", "#s = :s", "--names",
                                 R"({"#s":"status"})", "--values", R"({":s":{"S":"active"}})"});
  EXPECT_EQ(std::stoul(active), std::ranges::count_if(typed, [](const std::string& line) {
              return line.find(R"("status":{"S":"active"})") != std::string::npos;
            }));

  fails(6, "--force", {"sample", table, "--items", "1"});
}

// Interrupted by its own --timeout, over and over, it comes to its end with every item once.
TEST_F(tool_on_dynamodb_local, an_export_continues_until_it_is_done) {
  ok({"sample", table, "--items", "3000"});
  const std::vector<std::string> command = {
      "export", table,        "-o", folder / "a.jsonl", "--resume", "--checkpoint-interval",
      "0",      "--segments", "3",  "--page-size",      "20",       "--timeout",
      "0.15"};
  int interrupted = 0;
  for (;;) {
    const ended_process ended = tool(command);
    if (ended.status == 0) break;
    ASSERT_EQ(ended.status, 124) << ended.err;
    ASSERT_LT(++interrupted, 1000);
  }
  const auto lines = lines_of(contents_of(folder / "a.jsonl"));
  EXPECT_EQ(lines.size(), 3000U);
  EXPECT_EQ(ids_of(lines).size(), 3000U);
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl", "a.jsonl.checkpoint"));
  const ended_process again = tool(command);
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.err, HasSubstr("is already complete"));
}

TEST_F(tool_on_dynamodb_local, files) {
  ok({"sample", table, "--items", "50"});
  ok({"sample", table, "--items", "60", "--force"});
  EXPECT_EQ(ok({"count", table}), "60\n");

  write_file(folder / "a.jsonl", "precious");
  fails(7, "exists already", {"export", table, "-o", folder / "a.jsonl"});
  EXPECT_EQ(contents_of(folder / "a.jsonl"), "precious");
  ok({"export", table, "-o", folder / "a.jsonl", "--force"});
  EXPECT_EQ(lines_of(contents_of(folder / "a.jsonl")).size(), 60U);
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl"));

  fails(7, "'/dev/full': No space left on device", {"export", table, "-o", "/dev/full"});
  fails(7, "does not exist", {"export", table, "-o", folder / "missing/a.jsonl"});

  EXPECT_EQ(lines_of(ok({"export", table, "-o", "-"})).size(), 60U);
  EXPECT_EQ(lines_of(ok({"scan", table, "--limit", "7"})).size(), 7U);
}

TEST_F(tool_on_dynamodb_local, estimate_report_and_budget_agree) {
  ok({"sample", table, "--items", "2000"});
  const std::string estimate = ok({"export", table, "--estimate", "--max-rcu", "100"});
  EXPECT_THAT(estimate, HasSubstr("Items      2,000 "));
  EXPECT_THAT(estimate, HasSubstr("at 100 read units a second (--max-rcu)"));
  EXPECT_THAT(folder.names(), ElementsAre());

  ok({"export", table, "-o", folder / "a.jsonl", "--max-rcu", "2000", "--page-size", "250",
      "--report", folder / "report.json"});
  EXPECT_EQ(lines_of(contents_of(folder / "a.jsonl")).size(), 2000U);
  const std::string report = contents_of(folder / "report.json");
  EXPECT_THAT(report, HasSubstr(R"("end":"complete","items":2000,"scanned_items":2000,)"));
  EXPECT_EQ(lines_of(report).size(), 9U) << "a line for each segment, behind the whole";
  const auto units_at = [&](const std::string& text, const std::string& lead, std::size_t from) {
    return std::stod(text.substr(text.find(lead, from) + lead.size()));
  };
  double sum = 0;
  const std::string lead = R"("read_units":)";
  const auto segments = report.find(R"("segments":[)");
  for (auto at = report.find(lead, segments); at != std::string::npos;
       at = report.find(lead, at + 1)) {
    sum += units_at(report, lead, at);
  }
  EXPECT_NEAR(sum, units_at(report, lead, 0), 0.01);

  // The bytes are reached: what was written is whole lines, and success.
  ok({"export", table, "-o", folder / "b.jsonl", "--segments", "1", "--page-size", "100",
      "--max-bytes", "1000", "--report", folder / "b.json"});
  EXPECT_EQ(lines_of(contents_of(folder / "b.jsonl")).size(), 100U);
  EXPECT_THAT(contents_of(folder / "b.json"), HasSubstr(R"("end":"limited","items":100,)"));

  fails(4, "`dynamo tables`", {"count", table + "-not", "--estimate"});
  fails(4, "the index 'nope' does not exist", {"count", table, "--estimate", "--index", "nope"});
}

TEST_F(tool_on_dynamodb_local, refusals) {
  ok({"sample", table, "--items", "5"});
  fails(6, "the service says: Invalid FilterExpression", {"scan", table, "--filter", "a b c"});
  fails(4, "does not have the specified index", {"count", table, "--index", "nope"});
  fails(4, "`dynamo tables`", {"scan", table + "-not"});
  fails(4, "`dynamo tables`", {"describe", table + "-not"});
  fails(4, "`dynamo tables`", {"export", table + "-not", "-o", folder / "a.csv"});
  EXPECT_THAT(folder.names(), ElementsAre());
}

TEST_F(tool_on_dynamodb_local, a_terminal_sees_a_summary) {
  ok({"sample", table, "--items", "100"});
  const pseudo_terminal terminal;
  const auto on_terminal = [&](std::vector<std::string> arguments) {
    child_process run(tool_command(std::move(arguments)), at_dynamodb_local(),
                      {.err = terminal.descriptor()});
    EXPECT_EQ(run.wait().status, 0);
    return terminal.seen();
  };
  EXPECT_THAT(on_terminal({"export", table, "-o", folder / "a.jsonl"}),
              ::testing::ContainsRegex("100 items, [0-9.]+ kB in .* read units"));
  EXPECT_EQ(on_terminal({"export", table, "-o", folder / "b.jsonl", "--quiet"}), "");
}

}  // namespace tool_round_trip_test
}  // namespace dynamo::test
