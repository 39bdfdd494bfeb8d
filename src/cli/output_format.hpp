// In which format a file is written.
#pragma once

#include "cli/options.hpp"

#include <dynamo/core/result.hpp>

#include <string>
#include <string_view>

namespace dynamo::cli {

/// The format of that name: dynamodb-json, json or csv.
[[nodiscard]] item_format format_named(std::string_view name);

/// The format for `file`: `format` if it is given, else by the file's extension, in upper or lower
/// case. A name without an extension, which "-" and /dev/null are too, means DynamoDB JSON.
/// errc::invalid_argument if the extension stands for something else: a file must not be what its
/// name does not say. `format` overrides the extension, but not that of a compression.
[[nodiscard]] result<item_format> format_for(const std::string& file, std::string_view format);

/// Empty, or why what is written as `file` would not be what its extension says: it is not
/// compressed.
[[nodiscard]] std::string compression_problem(const std::string& file);

/// True for "-" and for the paths of descriptor 1, such as /dev/stdout.
[[nodiscard]] bool is_standard_output(std::string_view file);

}  // namespace dynamo::cli
