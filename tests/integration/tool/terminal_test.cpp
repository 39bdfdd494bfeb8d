// A service that wants to control the terminal that the tool writes to.
#include "cli/console.hpp"
#include "integration/tool/tool_run.hpp"
#include "support/hostile.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/scripted_backend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {
namespace tool_terminal_test {

using ::testing::HasSubstr;

class tool_on_terminal : public ::testing::Test {
 protected:
  // What a terminal for both outputs shows of a run against a server that answers so.
  std::string seen_of(std::vector<std::string> arguments, const script& answer) {
    const loopback_server server(in_turn({answer}));
    child_process run(tool_command(std::move(arguments)), at_endpoint(server.url()),
                      {.out = terminal.descriptor(), .err = terminal.descriptor()});
    (void)run.wait();
    return terminal.seen();
  }
  const pseudo_terminal terminal;
};

TEST_F(tool_on_terminal, names_of_tables) {
  EXPECT_EQ(
      seen_of({"tables"},
              respond(200, R"({"TableNames":["\u001b]0;owned\u0007","a\nb","\u009b2J\u202e"]})")),
      "\\u001b]0;owned\\u0007\na\\u000ab\n\\u009b2J\\u202e\n");
}

TEST_F(tool_on_terminal, items) {
  EXPECT_EQ(
      seen_of({"scan", "users"}, respond(200, page_body({"{\"id\":{\"S\":\"\u009b2J\u202e\"}}"}))),
      "{\"id\":\"\\u009b2J\\u202e\"}\n");
}

TEST_F(tool_on_terminal, errors) {
  const script refused = service_error(400, "com.amazon.coral.service#AccessDeniedException",
                                       R"(no \u001b]0;owned\u0007\u009b\u202e)");
  for (const bool verbose : {false, true}) {
    std::vector<std::string> arguments = {"tables"};
    if (verbose) arguments.emplace_back("-vvv");
    std::string seen = seen_of(arguments, refused);
    // The tool's own, before each line of the log.
    for (auto at = seen.find(cli::erase_line); at != std::string::npos;
         at = seen.find(cli::erase_line)) {
      seen.erase(at, cli::erase_line.size());
    }
    EXPECT_THAT(seen, HasSubstr("dynamo: "));
    EXPECT_THAT(seen, HasSubstr(R"(\u202e)"));
    EXPECT_EQ(seen.find_first_of("\x1b\x07\r"), std::string::npos) << seen;
    EXPECT_EQ(seen.find("\u009b"), std::string::npos) << seen;
    EXPECT_EQ(seen.find("\u202e"), std::string::npos) << seen;
  }
}

// What a user typed, or pasted.
TEST_F(tool_on_terminal, arguments) {
  const std::string seen = seen_of({"scan", "users", "--\x1b[2J"}, respond(200, "{}"));
  EXPECT_THAT(seen, HasSubstr(R"(--\u001b[2J)"));
  EXPECT_EQ(seen.find('\x1b'), std::string::npos);
}

}  // namespace tool_terminal_test
}  // namespace dynamo::test
