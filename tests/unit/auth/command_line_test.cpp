// Command lines in words. The expectations are what Python's shlex.split gives.
#include "auth/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace auth_command_line_test {

using dynamo::auth::split_command_line;
using words = std::vector<std::string>;

TEST(command_line, is_split_as_the_aws_cli_does) {
  const std::vector<std::pair<std::string, words>> cases = {
      {"", {}},
      {" \t\r\n ", {}},
      {"/opt/bin/creds", {"/opt/bin/creds"}},
      {"  a  b\tc ", {"a", "b", "c"}},
      {R"(a "b c" 'd e')", {"a", "b c", "d e"}},
      {R"(a"b"'c'd)", {"abcd"}},
      {R"(a "" '')", {"a", "", ""}},
      {R"(a\ b \"c\" \\)", {"a b", "\"c\"", "\\"}},
      {R"("a\"b" "a\\b" "a\nb")", {"a\"b", "a\\b", "a\\nb"}},
      {R"('a\b' 'a\\b')", {"a\\b", "a\\\\b"}},
      {R"("it's" 'say "so"')", {"it's", "say \"so\""}},
      {"a;b|c>d $HOME `x` *#y", {"a;b|c>d", "$HOME", "`x`", "*#y"}},
      {"a # b", {"a", "#", "b"}},
      {"a\\\nb", {"a\nb"}},
      {"caf\xc3\xa9 \xff", {"caf\xc3\xa9", "\xff"}},
  };
  for (const auto& [line, expected] : cases) EXPECT_EQ(split_command_line(line), expected) << line;
}

TEST(command_line, is_none_with_an_open_quote_or_an_ending_backslash) {
  for (const std::string line : {"\"a", "'a", "a \"b c", "a'", "a\\", "\"a\\", "\"a\\\"", "'a\\"})
    EXPECT_EQ(split_command_line(line), std::nullopt) << line;
}

}  // namespace auth_command_line_test
