#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace dynamo::cli {
namespace cli_scan_test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

scan_command users(item_format format = item_format::json) {
  scan_command what;
  what.scan.table = "users";
  what.format = format;
  return what;
}

TEST(scan_command, writes_items_as_people_write_them) {
  command_run run;
  run.server->add_page({simple_item("a", 1), simple_item("b", 2)});
  run.server->add_page({});
  run.server->add_page({simple_item("c", 3)});
  EXPECT_EQ(run(users()), 0);
  EXPECT_EQ(run.out(), "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2}\n{\"id\":\"c\",\"n\":3}\n");
  EXPECT_EQ(run.err, "");
}

TEST(scan_command, writes_items_as_the_service_sends_them) {
  command_run run;
  run.server->add_page({simple_item("a", 1), simple_item("b", 2)});
  EXPECT_EQ(run(users(item_format::dynamodb_json)), 0);
  EXPECT_EQ(run.out(), simple_item("a", 1) + "\n" + simple_item("b", 2) + "\n");
}

TEST(scan_command, puts_its_options_into_the_request) {
  command_run run;
  run.server->add_page({});
  scan_command what = users();
  what.scan.filter = "#s = :s";
  what.scan.projection = "id, #s";
  what.scan.names = R"({"#s":"status"})";
  what.scan.values = R"({":s":{"S":"active"}})";
  what.scan.index = "by_status";
  what.scan.consistent = true;
  what.scan.page_size = 7;
  EXPECT_EQ(run(what), 0);
  const auto requests = run.server->requests();
  ASSERT_EQ(requests.size(), 1U);
  const std::string& body = requests[0].body;
  EXPECT_THAT(body, HasSubstr(R"("FilterExpression":"#s = :s")"));
  EXPECT_THAT(body, HasSubstr(R"("ProjectionExpression":"id, #s")"));
  EXPECT_THAT(body, HasSubstr(R"("ExpressionAttributeNames":{"#s":"status"})"));
  EXPECT_THAT(body, HasSubstr(R"("ExpressionAttributeValues":{":s":{"S":"active"}})"));
  EXPECT_THAT(body, HasSubstr(R"("IndexName":"by_status")"));
  EXPECT_THAT(body, HasSubstr(R"("ConsistentRead":true)"));
  EXPECT_EQ(requests[0].limit, 7U);
}

TEST(scan_command, stops_at_the_limit) {
  command_run run;
  run.server->add_page({simple_item("a", 1), simple_item("b", 2)});
  run.server->add_page({simple_item("c", 3), simple_item("d", 4)});
  scan_command what = users();
  what.scan.limit = 3;
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(run.out(), "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2}\n{\"id\":\"c\",\"n\":3}\n");
  // The service was never asked to evaluate more than was still wanted.
  const auto requests = run.server->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].limit, 3U);
  EXPECT_EQ(requests[1].limit, 1U);
}

TEST(scan_command, ends_quietly_when_its_reader_leaves) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  command_run run;
  for (int i = 0; i < 100; ++i) run.server->add_page({simple_item("a", i)});
  // As head does: reads what the first page brings, and goes.
  run.server->on_request([&](const test::seen_request&) {
    if (run.server->count(operation::scan) == 2) ::close(ends[0]);
  });
  EXPECT_EQ(run.on(ends[1], users()), 0);
  ::close(ends[1]);
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.server->count(operation::scan), 2U);
}

TEST(scan_command, a_reader_that_left_before_costs_nothing) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  EXPECT_EQ(run.on(ends[1], users()), 0);
  ::close(ends[1]);
  EXPECT_THAT(run.server->requests(), IsEmpty());
}

TEST(scan_command, reports_a_full_disk) {
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(run.on(full, users()), 7);
  ::close(full);
  EXPECT_EQ(run.err, "dynamo: cannot write 'standard output': No space left on device\n");
}

TEST(scan_command, delivers_what_came_before_a_failure) {
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  run.server->add_page({simple_item("b", 2)});
  error lost = failure_of(errc::unavailable, "the connection was lost");
  lost.attempts = 4;
  run.server->fail_at(1, lost);
  EXPECT_EQ(run(users()), 1);
  EXPECT_EQ(run.out(), "{\"id\":\"a\",\"n\":1}\n");
  EXPECT_EQ(run.err,
            "dynamo: table 'users': the connection was lost (4 attempts); check --endpoint, "
            "--region and the network\n");
}

TEST(scan_command, a_missing_index_is_not_found) {
  command_run run;
  error failure = failure_of(
      errc::rejected, "the service says: The table does not have the specified index: by_age");
  failure.code = "ValidationException";
  run.server->answer(operation::scan, failure);
  scan_command what = users();
  what.scan.index = "by_age";
  EXPECT_EQ(run(what), 4);
  EXPECT_THAT(run.err, HasSubstr("`dynamo describe` lists the indexes"));
}

TEST(scan_command, a_message_with_line_feeds_is_one_line) {
  command_run run;
  run.server->answer(operation::scan, failure_of(errc::rejected, "first\nsecond\x1b[31m"));
  EXPECT_EQ(run(users()), 6);
  EXPECT_EQ(run.err, "dynamo: table 'users': first second\\u001b[31m\n");
}

TEST(scan_command, a_signal_ends_it_with_its_status) {
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  run.server->add_page({simple_item("b", 2)});
  run.server->on_request([&](const test::seen_request&) {
    if (run.server->count(operation::scan) < 2) return;
    run.signal = SIGINT;
    run.stop.request_stop();
  });
  EXPECT_EQ(run(users()), 130);
  EXPECT_THAT(run.err, HasSubstr("cancelled"));
}

TEST(scan_command, a_deadline_that_passed_ends_it) {
  command_run run;
  run.server->answer(operation::scan, failure_of(errc::deadline_exceeded, "too late"));
  EXPECT_EQ(run(users()), 124);
  EXPECT_THAT(run.err, HasSubstr("--timeout"));
}

TEST(scan_command, a_malformed_page_is_reported) {
  command_run run;
  run.server->answer(operation::scan, R"({"Items":[{"id":{"S":"a"}}],"Count":2,"ScannedCount":2})");
  EXPECT_EQ(run(users()), 1);
  EXPECT_THAT(run.err, HasSubstr("malformed"));
}

TEST(scan_command, values_that_are_no_json_are_a_usage_error) {
  for (const std::string values : {"x", "{}x", R"({":a":"b"})", R"({":a":{"N":"x"}})"}) {
    command_run run;
    scan_command what = users();
    what.scan.values = values;
    EXPECT_EQ(run(what), 2) << values;
    EXPECT_THAT(run.err, HasSubstr("--values"));
    EXPECT_THAT(run.server->requests(), IsEmpty());
  }
  for (const std::string names : {"x", "{}x", R"({"#a":1})", R"({"#a":"\q"})"}) {
    command_run run;
    scan_command what = users();
    what.scan.names = names;
    EXPECT_EQ(run(what), 2) << names;
    EXPECT_THAT(run.err, HasSubstr("--names"));
  }
}

TEST(scan_command, shows_no_progress_between_items) {
  command_run run;
  run.shows_progress = true;
  run.server->add_page({simple_item("a", 1)});
  EXPECT_EQ(run(users()), 0);
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.server->count(operation::describe_table), 0U);
}

}  // namespace cli_scan_test
}  // namespace dynamo::cli
