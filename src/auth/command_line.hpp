// Splits a command line into words without a shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::auth {

/// Splits a command line as the AWS CLI does (Python's shlex.split): white space separates words,
/// single quotes keep everything, double quotes everything except a backslash before a quote or a
/// backslash, and outside quotes a backslash keeps the next character. Nothing is expanded. Returns
/// nothing if a quote is not closed or a backslash is the last character.
[[nodiscard]] std::optional<std::vector<std::string>> split_command_line(std::string_view text);

}  // namespace dynamo::auth
