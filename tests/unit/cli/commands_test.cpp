#include "cli/sample_users.hpp"
#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

namespace dynamo::cli {
namespace cli_commands_test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(tables_command, lists_one_a_line) {
  command_run run;
  run.server->answer(operation::list_tables, R"({"TableNames":["a","b.c"]})");
  EXPECT_EQ(run(tables_command{}), 0);
  EXPECT_EQ(run.out(), "a\nb.c\n");
}

TEST(tables_command, no_tables_no_lines) {
  command_run run;
  run.server->answer(operation::list_tables, R"({"TableNames":[]})");
  EXPECT_EQ(run(tables_command{}), 0);
  EXPECT_EQ(run.out(), "");
}

TEST(tables_command, reports_what_is_missing) {
  command_run run;
  run.server->answer(operation::list_tables, failure_of(errc::credentials, "there are none"));
  EXPECT_EQ(run(tables_command{}), 3);
  EXPECT_EQ(run.err, "dynamo: there are none\n");
}

constexpr const char* details =
    R"(,"CreationDateTime":1700000000.5,"ProvisionedThroughput":{"ReadCapacityUnits":5,)"
    R"("WriteCapacityUnits":1000},"StreamSpecification":{"StreamEnabled":true,)"
    R"("StreamViewType":"NEW_IMAGE"},"LatestStreamArn":"arn:s","GlobalSecondaryIndexes":[{)"
    R"("IndexName":"by_email","IndexStatus":"ACTIVE","KeySchema":[{"AttributeName":"email",)"
    R"("KeyType":"HASH"}],"ItemCount":7,"IndexSizeBytes":70}])";

TEST(describe_command, is_readable) {
  command_run run;
  run.server->answer(operation::describe_table, users_description(12'345, details));
  EXPECT_EQ(run(describe_command{.table = "users"}), 0);
  const std::string expected = R"(Table     users
ARN       arn:users
Status    ACTIVE
Key       partition key id (S), sort key email (S)
Index     by_email (global, ACTIVE): partition key email (S); 7 items, 70 B
Items     12,345 (refreshed by the service about every six hours)
Size      1.5 kB (refreshed by the service about every six hours)
Billing   provisioned: 5 read units, 1,000 write units a second
Stream    NEW_IMAGE, arn:s
Created   2023-11-14T22:13:20Z
)";
  EXPECT_EQ(run.out(), expected);
}

TEST(describe_command, is_json_for_programs) {
  command_run run;
  run.server->answer(operation::describe_table, users_description(12'345, details));
  EXPECT_EQ(run(describe_command{.table = "users", .json = true}), 0);
  EXPECT_EQ(run.out(),
            R"({"name":"users","arn":"arn:users","status":"ACTIVE",)"
            R"("partition_key":{"name":"id","type":"S"},"sort_key":{"name":"email","type":"S"},)"
            R"("indexes":[{"name":"by_email","kind":"global","status":"ACTIVE",)"
            R"("partition_key":{"name":"email","type":"S"},"item_count":7,"size_bytes":70}],)"
            R"("item_count":12345,"size_bytes":1500,"billing":"provisioned","read_units":5,)"
            R"("write_units":1000,"stream":"NEW_IMAGE","stream_arn":"arn:s",)"
            R"("created":"2023-11-14T22:13:20Z"})"
            "\n");
}

TEST(describe_command, a_missing_table_is_not_found) {
  command_run run;
  run.server->answer(operation::describe_table, failure_of(errc::not_found, "no such table"));
  EXPECT_EQ(run(describe_command{.table = "users"}), 4);
  EXPECT_THAT(run.err, HasSubstr("`dynamo tables`"));
}

count_command count_of_users() {
  count_command what;
  what.scan.table = "users";
  return what;
}

TEST(count_command, adds_up_all_segments_without_transferring_items) {
  command_run run;
  for (std::uint32_t segment = 0; segment < 3; ++segment) {
    run.server->add_page(segment, {simple_item("a", 1), simple_item("b", 2)});
    run.server->add_page(segment, {simple_item("c", 3)});
  }
  EXPECT_EQ(run(count_of_users()), 0);
  EXPECT_EQ(run.out(), "9\n");
  for (const auto& request : run.server->requests()) {
    if (request.op != operation::scan) continue;
    EXPECT_TRUE(request.counts_only);
    EXPECT_EQ(request.total_segments, 8U);
  }
}

TEST(count_command, stops_at_the_limit) {
  command_run run;
  for (int i = 0; i < 10; ++i) run.server->add_page({simple_item("a", 1), simple_item("b", 2)});
  count_command what = count_of_users();
  what.scan.limit = 3;
  what.scan.page_size = 2;
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(run.out(), "3\n");
  EXPECT_EQ(run.server->requests().size(), 2U);
}

TEST(count_command, a_failed_segment_gives_no_number) {
  command_run run;
  for (std::uint32_t segment = 0; segment < 8; ++segment) {
    run.server->add_page(segment, {simple_item("a", 1)});
  }
  run.server->fail_at(6, failure_of(errc::access_denied, "not yours"));  // behind the description
  EXPECT_EQ(run(count_of_users()), 5);
  EXPECT_EQ(run.out(), "");
  EXPECT_THAT(run.err, HasSubstr("segment 5: not yours"));
}

class sample_command_test : public ::testing::Test {
 protected:
  sample_command_test() {
    run.server->answer(operation::describe_table, [this](const test::seen_request&) {
      return exists ? result<std::string>(users_description(0))
                    : failure_of(errc::not_found, "no such table");
    });
    run.server->answer(operation::create_table, [this](const test::seen_request&) {
      exists = true;
      return result<std::string>(
          R"({"TableDescription":{"TableName":"users","TableStatus":"CREATING"}})");
    });
    run.server->answer(operation::batch_write_item, [this](const test::seen_request& request) {
      std::size_t puts = 0;
      for (auto at = request.body.find("PutRequest"); at != std::string::npos;
           at = request.body.find("PutRequest", at + 1)) {
        ++puts;
      }
      written += puts;
      return result<std::string>(R"({"UnprocessedItems":{}})");
    });
  }
  std::atomic<bool> exists = false;
  std::atomic<std::size_t> written = 0;
  command_run run;
};

TEST_F(sample_command_test, creates_the_table_and_writes_the_users) {
  EXPECT_EQ(run(sample_command{.table = "users", .items = 1003, .seed = 5}), 0) << run.err;
  EXPECT_EQ(written, 1003U);
  EXPECT_EQ(run.server->count(operation::create_table), 1U);
  bool has_last = false;
  for (const auto& request : run.server->requests()) {
    has_last |= request.body.find(sample_user_json(5, 1002)) != std::string::npos;
  }
  EXPECT_TRUE(has_last);
}

TEST_F(sample_command_test, leaves_a_table_that_has_items) {
  exists = true;
  run.server->add_page({simple_item("a", 1)});
  EXPECT_EQ(run(sample_command{.table = "users", .items = 10}), 6);
  EXPECT_THAT(run.err, HasSubstr("--force"));
  EXPECT_EQ(written, 0U);
  EXPECT_EQ(run(sample_command{.table = "users", .items = 10, .force = true}), 0);
  EXPECT_EQ(written, 10U);
}

TEST_F(sample_command_test, fills_a_table_that_is_empty) {
  exists = true;
  run.server->answer(operation::scan, test::page_body({}));
  EXPECT_EQ(run(sample_command{.table = "users", .items = 10}), 0) << run.err;
  EXPECT_EQ(written, 10U);
  EXPECT_EQ(run.server->count(operation::create_table), 0U);
}

TEST_F(sample_command_test, refuses_a_table_with_another_key_even_by_force) {
  run.server->answer(
      operation::describe_table,
      R"({"Table":{"TableName":"users","TableStatus":"ACTIVE","AttributeDefinitions":[{)"
      R"("AttributeName":"id","AttributeType":"N"}],"KeySchema":[{"AttributeName":"id",)"
      R"("KeyType":"HASH"}]}})");
  EXPECT_EQ(run(sample_command{.table = "users", .items = 10, .force = true}), 6);
  EXPECT_THAT(run.err, HasSubstr("key"));
  EXPECT_EQ(written, 0U);
}

TEST_F(sample_command_test, a_failure_reports_how_far_it_came) {
  run.server->answer(operation::batch_write_item, failure_of(errc::access_denied, "read only"));
  EXPECT_EQ(run(sample_command{.table = "users", .items = 10'000}), 5);
  EXPECT_THAT(run.err, HasSubstr("read only; 0 of 10,000 users were written"));
  EXPECT_LE(run.server->count(operation::batch_write_item), 4U);
}

TEST_F(sample_command_test, a_stop_ends_it) {
  run.server->on_request([&](const test::seen_request& request) {
    if (request.op != operation::batch_write_item) return;
    run.signal = 2;
    run.stop.request_stop();
  });
  EXPECT_EQ(run(sample_command{.table = "users", .items = 10'000}), 130);
  EXPECT_LT(written, 10'000U);
}

}  // namespace cli_commands_test
}  // namespace dynamo::cli
