#include "cli/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::cli {
namespace cli_options_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

invocation parsed(std::vector<std::string> arguments) {
  auto outcome = parse_arguments(std::move(arguments));
  if (auto* end = std::get_if<early_end>(&outcome)) {
    ADD_FAILURE() << end->err << end->out;
    return {};
  }
  return std::get<invocation>(std::move(outcome));
}

template <class Command>
Command command_of(std::vector<std::string> arguments) {
  invocation run = parsed(std::move(arguments));
  if (auto* found = std::get_if<Command>(&run.command)) return std::move(*found);
  ADD_FAILURE() << "another command";
  return {};
}

early_end ended(std::vector<std::string> arguments) {
  auto outcome = parse_arguments(std::move(arguments));
  if (auto* end = std::get_if<early_end>(&outcome)) return std::move(*end);
  ADD_FAILURE() << "was taken for a valid command";
  return {};
}

// The sentence about a mistake, which must be one line.
std::string mistake(std::vector<std::string> arguments) {
  const early_end end = ended(std::move(arguments));
  EXPECT_EQ(end.code, exit_code::usage);
  EXPECT_EQ(end.out, "");
  EXPECT_THAT(end.err, StartsWith("dynamo: "));
  EXPECT_EQ(end.err.find('\n'), end.err.size() - 1);
  return end.err;
}

TEST(options, verbose_is_said_up_to_three_times) {
  EXPECT_EQ(parsed({"tables"}).verbose, 0U);
  EXPECT_EQ(parsed({"tables", "--verbose"}).verbose, 1U);
  EXPECT_EQ(parsed({"--verbose", "tables", "-v"}).verbose, 2U);
  EXPECT_EQ(parsed({"tables", "-vvv"}).verbose, 3U);
  EXPECT_THAT(mistake({"tables", "--verbose", "--quiet"}), HasSubstr("--quiet"));
}

TEST(options, counts_of_all_that_read_a_table) {
  for (const char* const name : {"scan", "count"}) {
    const invocation run =
        parsed({name, "users", "--metrics-file", "a.prom", "--metrics-listen", "127.0.0.1:9100"});
    const auto* const scan = std::get_if<scan_command>(&run.command);
    const scan_arguments& given =
        scan != nullptr ? scan->scan : std::get<count_command>(run.command).scan;
    EXPECT_EQ(given.metrics_file, "a.prom");
    EXPECT_EQ(given.metrics_listen, "127.0.0.1:9100");
    EXPECT_THAT(mistake({name, "users", "--metrics-file", "-"}),
                HasSubstr("a file name is required"));
  }
  EXPECT_EQ(command_of<export_command>({"export", "users", "-o", "a", "--metrics-file", "b"})
                .scan.metrics_file,
            "b");
}

TEST(options, global_ones_stand_before_or_after_the_command) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--endpoint", "http://h:1", "--region", "r", "--profile", "p", "--ca-bundle", "c",
            "--quiet", "tables"},
           {"tables", "--endpoint=http://h:1", "--region=r", "--profile=p", "--ca-bundle=c",
            "--quiet"}}) {
    const invocation run = parsed(arguments);
    EXPECT_EQ(run.endpoint, "http://h:1");
    EXPECT_EQ(run.region, "r");
    EXPECT_EQ(run.profile, "p");
    EXPECT_EQ(run.ca_bundle, "c");
    EXPECT_TRUE(run.quiet);
    EXPECT_TRUE(std::holds_alternative<tables_command>(run.command));
  }
  const invocation bare = parsed({"tables"});
  EXPECT_FALSE(bare.endpoint || bare.region || bare.profile || bare.ca_bundle || bare.quiet);
}

TEST(options, describe) {
  EXPECT_EQ(command_of<describe_command>({"describe", "users"}).table, "users");
  EXPECT_FALSE(command_of<describe_command>({"describe", "users"}).json);
  EXPECT_TRUE(command_of<describe_command>({"describe", "users", "--json"}).json);
}

TEST(options, sample) {
  const auto plain = command_of<sample_command>({"sample", "users", "--items", "20000"});
  EXPECT_EQ(plain.table, "users");
  EXPECT_EQ(plain.items, 20000U);
  EXPECT_EQ(plain.seed, 1U);
  EXPECT_FALSE(plain.force);
  const auto full = command_of<sample_command>(
      {"sample", "users", "--items", "1", "--seed", "18446744073709551615", "--force"});
  EXPECT_EQ(full.seed, 18446744073709551615U);
  EXPECT_TRUE(full.force);
}

TEST(options, everything_about_reading) {
  const auto given = command_of<scan_command>({"scan",
                                               "users",
                                               "--filter",
                                               "a = :b",
                                               "--projection",
                                               "id",
                                               "--names",
                                               "{}",
                                               "--values",
                                               "{}",
                                               "--index",
                                               "by_age",
                                               "--consistent",
                                               "--limit",
                                               "5",
                                               "--segments",
                                               "4",
                                               "--page-size",
                                               "100",
                                               "--max-concurrency",
                                               "2",
                                               "--max-buffer-mb",
                                               "16",
                                               "--timeout",
                                               "2.5",
                                               "--max-rcu",
                                               "0.5",
                                               "--max-bytes",
                                               "9000000000",
                                               "--report",
                                               "r.json",
                                               "--estimate",
                                               "--price-per-million",
                                               "0.125",
                                               "--format",
                                               "dynamodb-json"});
  EXPECT_EQ(given.format, item_format::dynamodb_json);
  const scan_arguments& scan = given.scan;
  EXPECT_EQ(scan.table, "users");
  EXPECT_EQ(scan.filter, "a = :b");
  EXPECT_EQ(scan.projection, "id");
  EXPECT_EQ(scan.names, "{}");
  EXPECT_EQ(scan.values, "{}");
  EXPECT_EQ(scan.index, "by_age");
  EXPECT_TRUE(scan.consistent);
  EXPECT_EQ(scan.limit, 5U);
  EXPECT_EQ(scan.segments, 4U);
  EXPECT_EQ(scan.page_size, 100U);
  EXPECT_EQ(scan.max_concurrency, 2U);
  EXPECT_EQ(scan.max_buffer_mb, 16U);
  EXPECT_EQ(scan.timeout_seconds, 2.5);
  EXPECT_EQ(scan.max_rcu, 0.5);
  EXPECT_EQ(scan.max_bytes, 9'000'000'000U);
  EXPECT_EQ(scan.report, "r.json");
  EXPECT_TRUE(scan.estimate);
  EXPECT_EQ(scan.price_per_million, 0.125);
}

TEST(options, reading_has_defaults) {
  const auto scan = command_of<scan_command>({"scan", "users"});
  EXPECT_EQ(scan.format, item_format::json);
  EXPECT_FALSE(scan.scan.segments || scan.scan.limit || scan.scan.timeout_seconds);
  EXPECT_FALSE(scan.scan.max_rcu || scan.scan.max_bytes || scan.scan.estimate);
  EXPECT_EQ(command_of<count_command>({"count", "users"}).scan.max_buffer_mb, 8U);
}

TEST(options, the_file_names_the_format) {
  const auto format = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"export", "users", "-o"});
    return command_of<export_command>(std::move(more)).format;
  };
  EXPECT_EQ(format({"a.jsonl"}), item_format::dynamodb_json);
  EXPECT_EQ(format({"a.csv"}), item_format::csv);
  EXPECT_EQ(format({"-"}), item_format::dynamodb_json);
  EXPECT_EQ(format({"a.csv", "--format", "json"}), item_format::json);
  EXPECT_EQ(format({"a.txt", "--format", "csv"}), item_format::csv);
  EXPECT_EQ(format({"/dev/null"}), item_format::dynamodb_json);
}

TEST(options, standard_output_by_its_path_is_standard_output) {
  EXPECT_EQ(command_of<export_command>({"export", "users", "-o", "/dev/stdout"}).file, "-");
  EXPECT_THAT(mistake({"export", "users", "-o", "/dev/stdout", "--resume"}),
              HasSubstr("truncated"));
}

TEST(options, a_report_is_not_called_compressed) {
  for (const char* const option : {"--report", "--metrics-file"}) {
    EXPECT_THAT(mistake({"count", "a", option, "x.json.gz"}), HasSubstr("not supported"));
  }
}

TEST(options, export) {
  const auto given = command_of<export_command>(
      {"export", "users", "--output", "a.csv", "--columns", "id,a.b", "--force"});
  EXPECT_EQ(given.scan.table, "users");
  EXPECT_EQ(given.file, "a.csv");
  EXPECT_THAT(given.columns, ElementsAre("id", "a.b"));
  EXPECT_TRUE(given.force);
}

TEST(options, export_that_continues) {
  EXPECT_FALSE(command_of<export_command>({"export", "users", "-o", "a"}).resume);
  const auto resumed = command_of<export_command>({"export", "users", "-o", "a", "--resume"});
  EXPECT_TRUE(resumed.resume);
  EXPECT_EQ(resumed.checkpoint_interval, std::chrono::seconds(1));
  EXPECT_EQ(command_of<export_command>(
                {"export", "users", "-o", "a", "--resume", "--checkpoint-interval", "0.25"})
                .checkpoint_interval,
            std::chrono::milliseconds(250));
  EXPECT_EQ(command_of<export_command>(
                {"export", "users", "-o", "a", "--resume", "--checkpoint-interval", "0"})
                .checkpoint_interval,
            std::chrono::milliseconds(0));
  EXPECT_THAT(mistake({"export", "users", "-o", "-", "--resume"}), HasSubstr("truncated"));
  EXPECT_THAT(mistake({"export", "users", "-o", "a.csv", "--resume"}), HasSubstr("--columns"));
  EXPECT_THAT(mistake({"export", "users", "-o", "a", "--checkpoint-interval", "1"}),
              HasSubstr("--resume"));
  EXPECT_THAT(mistake({"export", "users", "-o", "a", "--resume", "--checkpoint-interval", "-1"}),
              HasSubstr("0 or more"));
}

TEST(options, an_estimate_needs_no_file) {
  EXPECT_EQ(command_of<export_command>({"export", "users", "--estimate"}).file, "");
  EXPECT_TRUE(command_of<export_command>({"export", "users", "--estimate"}).scan.estimate);
}

TEST(options, mistakes_name_the_argument) {
  EXPECT_THAT(mistake({}), HasSubstr("a command is required"));
  EXPECT_THAT(mistake({"frob"}), HasSubstr("unknown command 'frob'"));
  EXPECT_THAT(mistake({"--frob", "tables"}), HasSubstr("--frob"));
  EXPECT_THAT(mistake({"scan"}), HasSubstr("TABLE is required; see dynamo scan --help"));
  EXPECT_THAT(mistake({"scan", ""}), HasSubstr("the name is empty"));
  EXPECT_THAT(mistake({"scan", "a", "b"}), HasSubstr("b"));
  EXPECT_THAT(mistake({"scan", "a", "--nope"}), HasSubstr("--nope"));
  EXPECT_THAT(mistake({"scan", "a", "--format", "csv"}), HasSubstr("'csv' is not one of json"));
  EXPECT_THAT(mistake({"count", "a", "--projection", "id"}), HasSubstr("--projection"));
  EXPECT_THAT(mistake({"sample", "a"}), HasSubstr("--items is required"));
  EXPECT_THAT(mistake({"export", "a"}), HasSubstr("--output is required"));
  EXPECT_THAT(mistake({"export", "a", "-o", "x", "--columns", "id"}), HasSubstr("--format csv"));
  EXPECT_THAT(mistake({"export", "a", "-o", "x.csv", "--columns", "a,,b"}),
              HasSubstr("empty name"));
  EXPECT_THAT(mistake({"export", "a", "-o", "x.csv", "--columns", "a,b,a"}),
              HasSubstr("'a' twice"));
  EXPECT_THAT(mistake({"export", "a", "-o", ""}), HasSubstr("--output: the name is empty"));
  EXPECT_THAT(mistake({"export", "a", "-o", "x.jsonl.gz"}), HasSubstr("not supported"));
  EXPECT_THAT(mistake({"export", "a", "-o", "x.parquet"}), HasSubstr("--format"));
  EXPECT_THAT(mistake({"export", "a", "-o", "x", "--report", "-"}), HasSubstr("--report"));
  EXPECT_THAT(mistake({"count", "a", "--price-per-million", "1"}), HasSubstr("--estimate"));
}

TEST(options, numbers_are_whole_and_within_their_range) {
  for (const std::string option : {"--limit", "--segments", "--max-concurrency", "--page-size",
                                   "--max-buffer-mb", "--max-bytes"}) {
    for (const std::string value : {"0", "-1", "1.5", "x", "1e3", "99999999999999999999999"}) {
      EXPECT_THAT(mistake({"scan", "a", option, value}), HasSubstr("'" + value + "'"))
          << option << ' ' << value;
    }
  }
  EXPECT_THAT(mistake({"scan", "a", "--segments", "1000001"}), HasSubstr("1 to 1000000"));
  for (const std::string value : {"0", "-1", "x", "inf", "nan", "1s", "1e99"}) {
    EXPECT_THAT(mistake({"scan", "a", "--timeout", value}), HasSubstr("'" + value + "'"));
    EXPECT_THAT(mistake({"scan", "a", "--max-rcu", value}), HasSubstr("'" + value + "'"));
  }
}

TEST(options, serve_is_of_this_machine_alone_by_default) {
  const auto plain = command_of<serve_command>({"serve"});
  EXPECT_EQ(plain.listen, std::nullopt);
  EXPECT_THAT(plain.program, IsEmpty());
  EXPECT_EQ(plain.local, "");
  EXPECT_EQ(plain.credentials, "");
  EXPECT_THAT(plain.allow_hosts, IsEmpty());
  EXPECT_EQ(plain.connections, 10'000U);
  EXPECT_FALSE(plain.throttle);
  EXPECT_EQ(plain.unprocessed, 0);
  EXPECT_TRUE(plain.until_on_disk);
  EXPECT_EQ(command_of<serve_command>({"serve", "--port", "0"}).listen, "127.0.0.1:0");
  const auto told = command_of<serve_command>({"serve", "--listen", "[::]:80", "--local", "a.db",
                                               "--credentials", "b", "--throttle", "--unprocessed",
                                               "0.25", "--durability", "process"});
  const auto named = command_of<serve_command>(
      {"serve", "--allow-host", "a", "--connections", "5", "--allow-host", "b.example"});
  EXPECT_THAT(named.allow_hosts, ElementsAre("a", "b.example"));
  EXPECT_EQ(named.connections, 5U);
  EXPECT_EQ(told.listen, "[::]:80");
  EXPECT_EQ(told.local, "a.db");
  EXPECT_EQ(told.credentials, "b");
  EXPECT_TRUE(told.throttle);
  EXPECT_EQ(told.unprocessed, 0.25);
  EXPECT_FALSE(told.until_on_disk);
}

TEST(options, serve_takes_nothing_that_makes_no_sense) {
  EXPECT_THAT(mistake({"serve", "--port", "65536"}), HasSubstr("from 0 to 65535"));
  EXPECT_THAT(mistake({"serve", "--port", "1", "--listen", "[::1]:1"}), HasSubstr("--port"));
  EXPECT_THAT(mistake({"serve", "--unprocessed", "1.5"}), HasSubstr("is not a number from 0 to 1"));
  EXPECT_THAT(mistake({"serve", "--unprocessed", "-0.5"}),
              HasSubstr("is not a number from 0 to 1"));
  EXPECT_THAT(mistake({"serve", "--local", "a", "--durability", "none"}),
              HasSubstr("is not one of machine, process"));
  EXPECT_THAT(mistake({"serve", "--durability", "process"}), HasSubstr("--local"));
  EXPECT_THAT(mistake({"serve", "--local", ""}), HasSubstr("the name is empty"));
  EXPECT_THAT(mistake({"serve", "--credentials", ""}), HasSubstr("the name is empty"));
  EXPECT_THAT(mistake({"serve", "--connections", "0"}), HasSubstr("from 1 to 1000000"));
  EXPECT_THAT(mistake({"serve", "--allow-host", ""}), HasSubstr("the name is empty"));
  EXPECT_THAT(mistake({"serve", "--allow-host", "a", "--credentials", "b"}),
              HasSubstr("--allow-host cannot be used with --credentials"));
  EXPECT_THAT(mistake({"serve", "users"}), HasSubstr("users"));
  EXPECT_THAT(mistake({"serve", "users", "--", "a"}), HasSubstr("users"));
}

TEST(options, serve_takes_a_program_behind_two_hyphens) {
  const auto served = command_of<serve_command>(
      {"serve", "--local", "a.db", "--", "scan", "--local", "b.db", "-o", "--", "[1,2]", "[]"});
  EXPECT_EQ(served.local, "a.db");
  EXPECT_THAT(served.program, ElementsAre("scan", "--local", "b.db", "-o", "--", "[1,2]", "[]"));
  EXPECT_EQ(command_of<count_command>({"count", "--", "-odd"}).scan.table, "-odd");
}

TEST(options, local_stands_for_a_service) {
  EXPECT_EQ(parsed({"--local", "a.db", "tables"}).local, "a.db");
  EXPECT_EQ(parsed({"scan", "users", "--local", "a.db"}).local, "a.db");
  EXPECT_EQ(parsed({"tables"}).local, std::nullopt);
  EXPECT_EQ(command_of<serve_command>({"--local", "a.db", "serve"}).local, "a.db");
  for (const char* const other : {"--endpoint", "--region", "--profile", "--ca-bundle"}) {
    EXPECT_THAT(mistake({"tables", "--local", "a.db", other, "x"}), HasSubstr(other));
  }
  EXPECT_THAT(mistake({"whoami", "--local", "a.db"}),
              HasSubstr("whoami cannot be used with --local"));
  EXPECT_THAT(mistake({"tables", "--local", ""}), HasSubstr("the name is empty"));
}

TEST(options, compact_takes_a_file_and_nothing_of_a_table) {
  EXPECT_EQ(command_of<compact_command>({"compact", "a.db"}).file, "a.db");
  EXPECT_TRUE(parsed({"compact", "a.db", "--quiet"}).quiet);
  EXPECT_THAT(mistake({"compact"}), HasSubstr("FILE is required; see dynamo compact --help"));
  EXPECT_THAT(mistake({"compact", ""}), HasSubstr("the name is empty"));
  EXPECT_THAT(mistake({"compact", "a.db", "b.db"}), HasSubstr("b.db"));
  for (const char* const other :
       {"--local", "--endpoint", "--region", "--profile", "--ca-bundle"}) {
    EXPECT_THAT(mistake({"compact", "a.db", other, "x"}),
                HasSubstr(std::string(other) + " cannot be used with compact"));
  }
}

TEST(options, help_is_for_standard_output) {
  const early_end whole = ended({"--help"});
  EXPECT_EQ(whole.code, exit_code::success);
  EXPECT_EQ(whole.err, "");
  for (const char* part :
       {"tables", "describe", "sample", "scan", "count", "export", "whoami", "serve", "compact",
        "--endpoint", "Exit status:", "  124  ", "Examples:"}) {
    EXPECT_THAT(whole.out, HasSubstr(part));
  }
  for (const std::string name :
       {"tables", "describe", "sample", "scan", "count", "export", "whoami", "serve", "compact"}) {
    const early_end help = ended({name, "--help"});
    EXPECT_EQ(help.code, exit_code::success);
    EXPECT_THAT(help.out, HasSubstr("Usage: dynamo " + name));
    EXPECT_THAT(help.out, HasSubstr("\n  dynamo " + name));
    EXPECT_THAT(help.out, HasSubstr("Exit status:"));
  }
}

TEST(options, version) {
  const early_end version = ended({"--version"});
  EXPECT_EQ(version.code, exit_code::success);
  EXPECT_THAT(version.out, ::testing::MatchesRegex("dynamo [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

}  // namespace cli_options_test
}  // namespace dynamo::cli
