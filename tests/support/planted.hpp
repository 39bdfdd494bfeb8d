// Secrets that are planted in the tests, and the search for them in all that the tests write:
// output of programs, files in temporary folders, and, by scripts/test, the output of every test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace dynamo::test {

/// What every planted secret contains. scripts/test and scripts/dynamodb-local know it, too.
inline constexpr std::string_view planted_mark = "pLaNtEd";
inline constexpr std::string_view planted_secret_key = "pLaNtEdSecretAccessKey";
inline constexpr std::string_view planted_session_token = "pLaNtEdSessionToken";
/// In whatever services and programs answer who hand out credentials.
inline constexpr std::string_view planted_secret = "pLaNtEd-SECRET-0123456789";

/// Fails the test if a secret is in `text`; `where` says what text that is.
inline void expect_nothing_planted(std::string_view text, const std::string& where) {
  if (text.find(planted_mark) != std::string_view::npos)
    ADD_FAILURE() << "a secret is in " << where;
}

/// Fails the test if a secret is in a file below `folder`, or in a file's name.
inline void expect_nothing_planted_below(const std::filesystem::path& folder) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, gone)) {
    const std::string name = entry.path().string();
    expect_nothing_planted(name, "the name of a file");
    if (!entry.is_regular_file(gone)) continue;
    std::ifstream file(name, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    expect_nothing_planted(text, name);
  }
}

}  // namespace dynamo::test
