// What commands put on a terminal, whatever a service sends.
#include "cli/console.hpp"

#include "support/pseudo_terminal.hpp"
#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dynamo::cli {
namespace cli_console_test {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(one_line, is_one_and_harmless) {
  EXPECT_EQ(one_line("a\r\nb\tc"), "a  b c");
  EXPECT_EQ(one_line("\x1b[2J\u009b\u202e\xff"), R"(\u001b[2J\u009b\u202e\ufffd)");
  EXPECT_EQ(one_line(one_line("\x1b")), one_line("\x1b"));
}

TEST(message_text, only_the_tools_own_beginning_controls_the_terminal) {
  EXPECT_EQ(message_text("dynamo: a\nb\n"), "dynamo: a\nb\n");
  EXPECT_EQ(message_text("dynamo: \r\x1b[K\x1b]0;x\x07"),
            R"(dynamo: \u000d\u001b[K\u001b]0;x\u0007)");
  EXPECT_EQ(message_text("\r\x1b[K5 items\r\x1b[K"), "\r\x1b[K5 items\\u000d\\u001b[K");
}

class command_on_terminal : public ::testing::Test {
 protected:
  std::string seen_of(const command& what) {
    EXPECT_EQ(run.on(terminal.descriptor(), what), 0) << run.err;
    return terminal.seen();
  }
  const test::pseudo_terminal terminal;
  command_run run;
};

constexpr const char* hostile_names =
    R"({"TableNames":["a\u001b]0;owned\u0007","b\nfake","c\u202e\u009b\u007f"]})";

TEST_F(command_on_terminal, tables_have_a_line_each) {
  run.server->answer(operation::list_tables, hostile_names);
  EXPECT_EQ(seen_of(tables_command{}),
            "a\\u001b]0;owned\\u0007\nb\\u000afake\nc\\u202e\\u009b\\u007f\n");
}

TEST_F(command_on_terminal, elsewhere_names_are_exact) {
  run.server->answer(operation::list_tables, hostile_names);
  EXPECT_EQ(run(tables_command{}), 0);
  EXPECT_EQ(run.out(), "a\x1b]0;owned\x07\nb\nfake\nc\u202e\u009b\x7f\n");
}

TEST_F(command_on_terminal, items_are_json_that_controls_nothing) {
  const std::string item = "{\"id\":{\"S\":\"\u009b2J\x7f\u202e\"}}";
  scan_command what;
  what.scan.table = "users";
  run.server->add_page({item});
  EXPECT_EQ(seen_of(what), "{\"id\":\"\\u009b2J\\u007f\\u202e\"}\n");
  what.format = item_format::dynamodb_json;
  EXPECT_EQ(seen_of(what), "{\"id\":{\"S\":\"\\u009b2J\\u007f\\u202e\"}}\n");
  EXPECT_EQ(run(what), 0);
  EXPECT_EQ(run.out(), item + "\n");
}

TEST_F(command_on_terminal, csv_controls_nothing) {
  export_command what;
  what.scan.table = "users";
  what.file = "-";
  what.format = item_format::csv;
  run.server->answer(operation::describe_table, users_description(1));
  run.server->add_page({R"({"id":{"S":"\u001b[2J\nfake"}})"});
  EXPECT_EQ(seen_of(what), "id,email\n\"\\u001b[2J\\u000afake\",\n");
  what.file = terminal.path();
  EXPECT_EQ(seen_of(what), "id,email\n\"\\u001b[2J\\u000afake\",\n");
}

TEST_F(command_on_terminal, descriptions_control_nothing) {
  run.server->answer(operation::describe_table,
                     users_description(1, R"(,"LatestStreamArn":"\u001b[2J\u202e",)"
                                          R"("StreamSpecification":{"StreamEnabled":true,)"
                                          R"("StreamViewType":"NEW_IMAGE"})"));
  for (const bool json : {false, true}) {
    EXPECT_THAT(seen_of(describe_command{.table = "users", .json = json}),
                HasSubstr(R"(\u001b[2J\u202e)"));
  }
}

TEST_F(command_on_terminal, a_services_error_is_one_line_that_controls_nothing) {
  run.server->answer(operation::list_tables,
                     failure_of(errc::rejected, "no\nfake: \x1b]0;owned\x07\u009b\u202e"));
  EXPECT_EQ(run(tables_command{}), 6);
  EXPECT_EQ(run.err, "dynamo: no fake: \\u001b]0;owned\\u0007\\u009b\\u202e\n");
}

}  // namespace cli_console_test
}  // namespace dynamo::cli
