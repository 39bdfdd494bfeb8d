// What a command would cost, and what it did.
#include "cli/scan_report.hpp"
#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dynamo::cli {
namespace cli_estimate_test {

using test::contents_of;
using test::temporary_folder;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view provisioned =
    R"(,"ProvisionedThroughput":{"ReadCapacityUnits":10,"WriteCapacityUnits":1})";

class estimate_command : public ::testing::Test {
 protected:
  // The description says 1,500 bytes.
  estimate_command() {
    what.scan.table = "users";
    what.scan.estimate = true;
    run.server->answer(operation::describe_table, users_description(20'000));
  }
  std::string estimated() {
    EXPECT_EQ(run(what), 0) << run.err;
    EXPECT_EQ(run.server->requests().size(), 1U) << "the description and nothing else";
    return run.out();
  }

  command_run run;
  export_command what;
};

TEST_F(estimate_command, reads_nothing) {
  EXPECT_EQ(estimated(),
            "Table      users\n"
            "Items      20,000 (approximate: refreshed about every six hours)\n"
            "Size       1.5 kB\n"
            "Read units 1 (eventually consistent reads; a filter does not lower them)\n"
            "Time       unknown without --max-rcu\n"
            "Segments   8\n");
}

TEST_F(estimate_command, reports_cost_and_time_where_it_can) {
  what.scan.consistent = true;
  what.scan.max_rcu = 0.01;
  what.scan.price_per_million = 250'000;
  const std::string text = estimated();
  EXPECT_THAT(text, HasSubstr("Read units 1 (consistent reads"));
  EXPECT_THAT(text, HasSubstr("Cost       0.25, at 250000 per million\n"));
  EXPECT_THAT(text,
              HasSubstr("Time       1:40 or more, at 0.01 read units a second (--max-rcu)\n"));
}

TEST_F(estimate_command, provisioned_capacity_is_the_bound_and_costs_nothing_of_its_own) {
  run.server->answer(operation::describe_table,
                     users_description(20'000, std::string(provisioned)));
  what.scan.max_rcu = 500;
  what.scan.price_per_million = 1;
  const std::string text = estimated();
  EXPECT_THAT(text, HasSubstr("provisioned\n"));
  EXPECT_THAT(text, HasSubstr("at 10 read units a second (provisioned)"));
}

TEST_F(estimate_command, a_small_cost_is_not_none) {
  what.scan.price_per_million = 0.25;
  EXPECT_THAT(estimated(), HasSubstr("Cost       less than 0.01, at 0.25 per million\n"));
}

TEST_F(estimate_command, a_table_that_is_not_there_is_not_found) {
  run.server->answer(operation::describe_table, failure_of(errc::not_found, "no such table"));
  EXPECT_EQ(run(what), 4);
}

TEST_F(estimate_command, an_index_that_is_not_there_is_not_found) {
  what.scan.index = "by_age";
  EXPECT_EQ(run(what), 4);
  EXPECT_EQ(run.err,
            "dynamo: table 'users': the index 'by_age' does not exist; `dynamo describe` lists the "
            "indexes\n");
}

TEST_F(estimate_command, is_of_each_command_that_reads) {
  EXPECT_EQ(run(scan_command{.scan = what.scan}), 0);
  EXPECT_THAT(run.out(), HasSubstr("Segments   1\n"));
  EXPECT_EQ(run(count_command{.scan = what.scan}), 0);
  EXPECT_EQ(run.server->count(operation::scan), 0U);
}

// Reports

TEST(scan_report, reports_each_segment) {
  const temporary_folder folder;
  write_file(folder / "report.json", "of another time");
  command_run run;
  run.server->add_page(0, {simple_item("a", 1)});
  run.server->add_page(0, {simple_item("b", 2), simple_item("c", 3)});
  export_command what;
  what.scan.table = "users";
  what.scan.segments = 2;
  what.scan.report = folder / "report.json";
  what.file = folder / "a.jsonl";
  EXPECT_EQ(run(what), 0) << run.err;
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl", "report.json"));
  const std::string report = contents_of(folder / "report.json");
  EXPECT_THAT(report, HasSubstr(R"({"table":"users","end":"complete","items":3,)"
                                R"("scanned_items":3,"pages":3,)"));
  EXPECT_THAT(report, HasSubstr(R"("read_units":1.500,"retries":0,)"));
  EXPECT_THAT(report, HasSubstr(R"("skew":{"items":2.000,"seconds":)"));
  EXPECT_THAT(report, HasSubstr("\n{\"segment\":0,\"end\":\"complete\",\"items\":3,"));
  EXPECT_THAT(report, HasSubstr("\n{\"segment\":1,\"end\":\"complete\",\"items\":0,"));
  EXPECT_THAT(report, Not(HasSubstr("error")));
}

TEST(scan_report, is_written_of_a_failure_too) {
  const temporary_folder folder;
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  run.server->add_page({simple_item("b", 2)});
  run.server->fail_at(1, failure_of(errc::throttled, "too much"));
  export_command what;
  what.scan.table = "users";
  what.scan.segments = 1;
  what.scan.report = folder / "report.json";
  what.file = folder / "a.jsonl";
  EXPECT_EQ(run(what), 1);
  EXPECT_THAT(folder.names(), ElementsAre("report.json"));
  const std::string report = contents_of(folder / "report.json");
  EXPECT_THAT(report, HasSubstr(R"("end":"failed","items":1,)"));
  EXPECT_THAT(report, HasSubstr(R"("error":"table 'users': too much")"));
}

TEST(scan_report, reports_a_bound_from_a_whole_table) {
  const temporary_folder folder;
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  run.server->add_page({simple_item("b", 2)});
  scan_command what;
  what.scan.table = "users";
  what.scan.max_bytes = 1;
  what.scan.report = folder / "report.json";
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(run.out(), "{\"id\":\"a\",\"n\":1}\n");
  EXPECT_THAT(contents_of(folder / "report.json"), HasSubstr(R"("end":"limited")"));
}

TEST(scan_report, that_cannot_be_written_costs_nothing) {
  const temporary_folder folder;
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  count_command what;
  what.scan.table = "users";
  what.scan.report = folder / "missing/report.json";
  EXPECT_EQ(run(what), 7);
  EXPECT_TRUE(run.server->requests().empty());
}

TEST(export_segments, follow_the_tables_size) {
  const temporary_folder folder;
  command_run run;
  run.server->answer(operation::describe_table,
                     R"({"Table":{"TableName":"users","TableStatus":"ACTIVE","KeySchema":)"
                     R"([{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":)"
                     R"([{"AttributeName":"id","AttributeType":"S"}],"ItemCount":1,)"
                     R"("TableSizeBytes":10737418240}})");
  run.server->add_page({simple_item("a", 1)});
  export_command what;
  what.scan.table = "users";
  what.file = folder / "a.jsonl";
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(run.server->requests().back().total_segments, 41U);
  EXPECT_EQ(run.server->count(operation::scan), 41U);
}

}  // namespace cli_estimate_test
}  // namespace dynamo::cli
