// The format of an output file.
#pragma once

#include "cli/options.hpp"

#include <dynamo/core/result.hpp>

#include <string>
#include <string_view>

namespace dynamo::cli {

/// Returns the format with that name: dynamodb-json, json or csv.
[[nodiscard]] item_format format_named(std::string_view name);

/// Returns the format for `file`: `format` if it is not empty, else the one of the file's
/// extension, in upper or lower case. A name without an extension, such as "-" or /dev/null, means
/// DynamoDB JSON. Returns errc::invalid_argument for any other extension if `format` is empty, and
/// for the extension of a compressed file in any case.
[[nodiscard]] result<item_format> format_for(const std::string& file, std::string_view format);

/// Returns an error message if the extension of `file` is that of a compressed file, else "".
[[nodiscard]] std::string compression_problem(const std::string& file);

/// Returns true for "-" and for the paths of descriptor 1, such as /dev/stdout.
[[nodiscard]] bool is_standard_output(std::string_view file);

}  // namespace dynamo::cli
