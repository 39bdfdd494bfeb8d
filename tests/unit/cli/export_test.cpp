#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <string>
#include <thread>

namespace dynamo::cli {
namespace cli_export_test {

using test::contents_of;
using test::temporary_folder;
using test::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

export_command users_to(std::string file, item_format format = item_format::dynamodb_json) {
  export_command what;
  what.scan.table = "users";
  what.scan.segments = 1;  // so that the order is known
  what.file = std::move(file);
  what.format = format;
  return what;
}

TEST(export_command, writes_a_file_whole) {
  const temporary_folder folder;
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  run.server->add_page({simple_item("b", 2)});
  EXPECT_EQ(run(users_to(folder / "a.jsonl")), 0);
  EXPECT_EQ(contents_of(folder / "a.jsonl"),
            simple_item("a", 1) + "\n" + simple_item("b", 2) + "\n");
  EXPECT_THAT(folder.names(), ElementsAre("a.jsonl"));
  EXPECT_EQ(run.out() + run.err, "");
  EXPECT_EQ(run.server->count(operation::describe_table), 0U);
}

TEST(export_command, reads_segments_at_the_same_time) {
  const temporary_folder folder;
  command_run run;
  std::string expected;
  for (std::uint32_t segment = 0; segment < default_segments; ++segment) {
    run.server->add_page(segment, {simple_item("a", static_cast<int>(segment))});
    run.server->add_page(segment, {simple_item("b", static_cast<int>(segment))});
  }
  export_command what = users_to(folder / "a.jsonl", item_format::json);
  what.scan.segments.reset();
  EXPECT_EQ(run(what), 0);
  const std::string written = contents_of(folder / "a.jsonl");
  for (int segment = 0; segment < 8; ++segment) {
    EXPECT_THAT(written, HasSubstr("{\"id\":\"a\",\"n\":" + std::to_string(segment) + "}\n"));
    EXPECT_THAT(written, HasSubstr("{\"id\":\"b\",\"n\":" + std::to_string(segment) + "}\n"));
  }
  EXPECT_EQ(std::ranges::count(written, '\n'), 16);
}

TEST(export_command, a_limit_reads_one_segment) {
  const temporary_folder folder;
  command_run run;
  run.server->add_page({simple_item("a", 1), simple_item("b", 2)});
  export_command what = users_to(folder / "a.jsonl", item_format::json);
  what.scan.segments.reset();
  what.scan.limit = 1;
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(contents_of(folder / "a.jsonl"), "{\"id\":\"a\",\"n\":1}\n");
  EXPECT_EQ(run.server->requests().front().total_segments, 1U);
}

TEST(export_command, csv_has_keys_first) {
  const temporary_folder folder;
  command_run run;
  run.server->answer(operation::describe_table, users_description(2));
  run.server->add_page({R"({"name":{"S":"n"},"email":{"S":"e"},"id":{"S":"i"}})"});
  run.server->add_page({R"({"id":{"S":"j"},"age":{"N":"3"},"email":{"S":"f"}})"});
  EXPECT_EQ(run(users_to(folder / "a.csv", item_format::csv)), 0);
  EXPECT_EQ(contents_of(folder / "a.csv"), "id,email,name,age\ni,e,n,\nj,f,,3\n");
}

// DescribeTable is a permission of its own, and only serves for looks.
TEST(export_command, csv_does_without_the_tables_description) {
  const temporary_folder folder;
  command_run run;
  run.server->answer(operation::describe_table, failure_of(errc::access_denied, "no"));
  run.server->add_page({R"({"name":{"S":"n"},"id":{"S":"i"}})"});
  EXPECT_EQ(run(users_to(folder / "a.csv", item_format::csv)), 0);
  EXPECT_EQ(contents_of(folder / "a.csv"), "name,id\nn,i\n");
}

TEST(export_command, csv_with_its_columns) {
  const temporary_folder folder;
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  export_command what = users_to(folder / "a.csv", item_format::csv);
  what.columns = {"n", "missing"};
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(contents_of(folder / "a.csv"), "n,missing\n1,\n");
  EXPECT_EQ(run.server->count(operation::describe_table), 0U);
}

TEST(export_command, to_standard_output) {
  command_run run;
  run.server->answer(operation::describe_table, users_description(1));
  run.server->add_page({simple_item("a", 1)});
  EXPECT_EQ(run(users_to("-", item_format::csv)), 0);
  EXPECT_EQ(run.out(), "id,email,n\na,,1\n");
}

TEST(export_command, into_devices_and_fifos_directly) {
  const temporary_folder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  EXPECT_EQ(run(users_to("/dev/null")), 0) << run.err;
  std::string read;
  std::thread reader([&] { read = contents_of(folder / "fifo"); });
  EXPECT_EQ(run(users_to(folder / "fifo")), 0) << run.err;
  reader.join();
  EXPECT_EQ(read, simple_item("a", 1) + "\n");
  EXPECT_THAT(folder.names(), ElementsAre("fifo"));
}

TEST(export_command, a_reader_that_leaves_is_a_failure) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  EXPECT_EQ(run.on(ends[1], users_to("-")), 7);
  ::close(ends[1]);
  EXPECT_THAT(run.err, HasSubstr("Broken pipe"));
}

TEST(export_command, a_file_in_the_way_costs_nothing) {
  const temporary_folder folder;
  write_file(folder / "a.jsonl", "precious");
  command_run run;
  run.server->add_page({simple_item("a", 1)});
  EXPECT_EQ(run(users_to(folder / "a.jsonl")), 7);
  EXPECT_THAT(run.err,
              HasSubstr("exists already; choose another file, or replace it with --force"));
  EXPECT_EQ(contents_of(folder / "a.jsonl"), "precious");
  EXPECT_THAT(run.server->requests(), IsEmpty());

  export_command what = users_to(folder / "a.jsonl");
  what.force = true;
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(contents_of(folder / "a.jsonl"), simple_item("a", 1) + "\n");
}

TEST(export_command, a_failure_leaves_no_file_and_keeps_the_old_one) {
  for (const auto format : {item_format::dynamodb_json, item_format::json, item_format::csv}) {
    const temporary_folder folder;
    write_file(folder / "old", "precious");
    command_run run;
    run.server->answer(operation::describe_table, users_description(2));
    run.server->add_page({simple_item("a", 1)});
    run.server->add_page({simple_item("b", 2)});
    const bool describes = format == item_format::csv;
    run.server->fail_at(describes ? 2 : 1, failure_of(errc::throttled, "too much"));
    export_command what = users_to(folder / "old", format);
    what.force = true;
    EXPECT_EQ(run(what), 1);
    EXPECT_THAT(run.err, HasSubstr("too much; try again later"));
    EXPECT_THAT(folder.names(), ElementsAre("old"));
    EXPECT_EQ(contents_of(folder / "old"), "precious");
  }
}

TEST(export_command, a_signal_leaves_no_file) {
  const temporary_folder folder;
  command_run run;
  for (int i = 0; i < 10; ++i) run.server->add_page({simple_item("a", i)});
  run.server->on_request([&](const test::seen_request&) {
    if (run.server->count(operation::scan) < 5) return;
    run.signal = SIGTERM;
    run.stop.request_stop();
  });
  EXPECT_EQ(run(users_to(folder / "a.jsonl")), 143);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(export_command, a_full_disk_is_reported) {
  command_run run;
  run.server->answer(operation::describe_table, users_description(1));
  run.server->add_page({simple_item("a", 1)});
  for (const auto format : {item_format::dynamodb_json, item_format::json, item_format::csv}) {
    run.err.clear();
    EXPECT_EQ(run(users_to("/dev/full", format)), 7);
    EXPECT_EQ(run.err, "dynamo: cannot write '/dev/full': No space left on device\n");
  }
}

TEST(export_command, shows_progress_on_a_terminal) {
  const temporary_folder folder;
  command_run run;
  run.time = std::make_shared<sleepers_clock>(2);
  run.shows_progress = true;
  run.server->answer(operation::describe_table, users_description(4));
  run.server->add_page({simple_item("a", 1), simple_item("b", 2)});
  run.server->add_page({simple_item("c", 3), simple_item("d", 4)});
  run.server->on_request([&](const test::seen_request&) {
    if (run.server->count(operation::scan) == 2) run.time->wait_for_naps();
  });
  EXPECT_EQ(run(users_to(folder / "a.jsonl")), 0);
  EXPECT_THAT(run.err, HasSubstr("\r\x1b[K"));
  EXPECT_THAT(run.err, HasSubstr("items/s"));
  EXPECT_THAT(run.err,
              ::testing::EndsWith("\r\x1b[K4 items, 352 B in 0.6 s (7 items/s), 1.0 read units\n"));
}

}  // namespace cli_export_test
}  // namespace dynamo::cli
