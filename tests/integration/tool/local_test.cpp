// The tool on a database in a file, and programs beside `dynamo serve`.
#include "integration/tool/tool_run.hpp"
#include "support/temporary_folder.hpp"
#include "support/watchdog.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {
namespace tool_local_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class local_test : public ::testing::Test {
 protected:
  // With no service and no credentials to be found anywhere.
  ended_process run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--local", file});
    return run_tool(std::move(arguments), without_configuration());
  }
  void expect_success(const ended_process& ended) {
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
  }

  const watchdog dog{"dynamo --local"};
  const temporary_folder folder;
  const std::string file = folder / "data.db";
};

TEST_F(local_test, every_command_that_reads_or_writes_tables) {
  expect_success(run({"sample", "users", "--items", "500"}));
  const ended_process tables = run({"tables"});
  expect_success(tables);
  EXPECT_EQ(tables.out, "users\n");
  EXPECT_THAT(run({"describe", "users"}).out, AllOf(HasSubstr("500"), HasSubstr("ACTIVE")));
  EXPECT_EQ(run({"count", "users", "--segments", "4"}).out, "500\n");
  const ended_process some = run({"scan", "users", "--limit", "3"});
  expect_success(some);
  EXPECT_EQ(std::ranges::count(some.out, '\n'), 3);
  expect_success(run({"export", "users", "-o", folder / "users.csv", "--segments", "3"}));
  expect_success(run({"export", "users", "-o", folder / "users.jsonl", "--resume"}));
  EXPECT_EQ(std::ranges::count(contents_of(folder / "users.jsonl"), '\n'), 500);
}

TEST_F(local_test, what_only_reads_makes_no_file) {
  const ended_process ended = run({"tables"});
  EXPECT_EQ(ended.status, 7);
  EXPECT_THAT(ended.err, AllOf(HasSubstr(file), HasSubstr("No such file")));
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST_F(local_test, a_file_of_another_user_is_left_alone) {
  write_file(file, "name,age\nAda,36\n");
  const ended_process ended = run({"sample", "users", "--items", "5"});
  EXPECT_EQ(ended.status, 7);
  EXPECT_THAT(ended.err, HasSubstr(file));
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  EXPECT_EQ(contents_of(file), "name,age\nAda,36\n");
  EXPECT_THAT(folder.names(), ElementsAre("data.db"));
}

TEST_F(local_test, an_unknown_table_is_named) {
  expect_success(run({"sample", "users", "--items", "5"}));
  const ended_process ended = run({"count", "user"});
  EXPECT_EQ(ended.status, 4);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("'user'"), HasSubstr("dynamo tables")));
}

TEST_F(local_test, nothing_replaces_the_database) {
  expect_success(run({"sample", "users", "--items", "5"}));
  const std::vector<std::string> names = folder.names();
  const std::vector<std::vector<std::string>> commands = {
      {"count", "users", "--report", file},
      {"count", "users", "--metrics-file", file + "-wal"},
      {"export", "users", "-o", file, "--force", "--format", "json"},
      {"export", "users", "-o", file, "--force", "--resume", "--format", "json"}};
  for (const std::vector<std::string>& command : commands) {
    const ended_process ended = run(command);
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("--local and --"), HasSubstr("are the same file")));
  }
  EXPECT_EQ(folder.names(), names);
  EXPECT_EQ(run({"count", "users"}).out, "5\n");
}

class served_program : public local_test {};

TEST_F(served_program, finds_the_server_in_its_environment) {
  expect_success(run({"sample", "users", "--items", "5"}));
  const ended_process counted = run({"serve", "--", DYNAMO_TOOL, "count", "users"});
  expect_success(counted);
  EXPECT_EQ(counted.out, "5\n");
}

TEST_F(served_program, gives_the_server_its_status) {
  EXPECT_EQ(run({"serve", "--", "sh", "-c", "exit 9"}).status, 9);
  EXPECT_EQ(run({"serve", "--", "sh", "-c", "kill -KILL $$"}).status, 128 + SIGKILL);
  const ended_process missing = run({"serve", "--", "there-is-no-such-program"});
  EXPECT_EQ(missing.status, 7);
  EXPECT_THAT(missing.err, HasSubstr("'there-is-no-such-program'"));
}

TEST_F(served_program, is_who_may_ask_if_not_everybody_may) {
  write_file(folder / "accepted",
             "[default]\naws_access_key_id = AKIDACCEPTED\n"
             "aws_secret_access_key = not-much-of-a-secret\n");
  const ended_process listed = run({"serve", "--credentials", folder / "accepted", "--", "sh", "-c",
                                    "echo $AWS_ACCESS_KEY_ID; exec \"$0\" tables", DYNAMO_TOOL});
  expect_success(listed);
  EXPECT_EQ(listed.out, "AKIDACCEPTED\n");
  const ended_process refused =
      run({"serve", "--credentials", folder / "accepted", "--", "env",
           "AWS_SECRET_ACCESS_KEY=another-secret", DYNAMO_TOOL, "tables"});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, Not(HasSubstr("another-secret")));
}

TEST_F(served_program, is_notified_when_the_server_is_to_end) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  child_process server(
      tool_command({"serve", "--", "sh", "-c", "trap 'exit 5' TERM; echo begun; sleep 60 & wait"}),
      without_configuration(), {.out = ends[1]});
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  ::close(ends[0]);
  server.send(SIGTERM);
  EXPECT_EQ(server.wait().status, 5);
}

}  // namespace tool_local_test
}  // namespace dynamo::test
