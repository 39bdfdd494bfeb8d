#include "cli/exit_codes.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <utility>
#include <vector>

namespace dynamo::cli {
namespace cli_exit_codes_test {

error of(errc kind) {
  error failure;
  failure.kind = kind;
  return failure;
}

// The numbers are an interface: scripts compare them.
TEST(exit_codes, are_as_documented) {
  const std::vector<std::pair<errc, int>> expected = {
      {errc::invalid_argument, 2}, {errc::configuration, 3},       {errc::credentials, 3},
      {errc::access_denied, 5},    {errc::not_found, 4},           {errc::conflict, 6},
      {errc::rejected, 6},         {errc::throttled, 1},           {errc::unavailable, 1},
      {errc::invalid_response, 1}, {errc::invalid_value, 1},       {errc::callback, 1},
      {errc::out_of_memory, 1},    {errc::deadline_exceeded, 124}, {errc::io, 7},
  };
  for (const auto& [kind, code] : expected) {
    EXPECT_EQ(static_cast<int>(exit_code_of(of(kind), 0)), code) << to_string(kind);
    // A signal that came while it failed for another reason does not change the reason.
    EXPECT_EQ(static_cast<int>(exit_code_of(of(kind), SIGINT)), code) << to_string(kind);
  }
}

TEST(exit_codes, a_cancelled_run_reports_the_signal) {
  EXPECT_EQ(static_cast<int>(exit_code_of(of(errc::cancelled), SIGINT)), 130);
  EXPECT_EQ(static_cast<int>(exit_code_of(of(errc::cancelled), SIGTERM)), 143);
  EXPECT_EQ(static_cast<int>(exit_code_of(of(errc::cancelled), SIGHUP)), 129);
  EXPECT_EQ(static_cast<int>(exit_code_of(of(errc::cancelled), 0)), 1);
}

TEST(exit_codes, the_table_names_each) {
  const std::string table = exit_code_table();
  for (const int code : {0, 1, 2, 3, 4, 5, 6, 7, 124, 129, 130, 143}) {
    EXPECT_THAT(table, ::testing::HasSubstr(fmt::format("\n  {:>3}  ", code)));
  }
}

}  // namespace cli_exit_codes_test
}  // namespace dynamo::cli
