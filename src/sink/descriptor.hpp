// Files of this layer: what they are held by, and the errors about them.
#pragma once

#include "core/descriptor.hpp"

#include <dynamo/core/result.hpp>

#include <string>
#include <string_view>

namespace dynamo::sink {

using detail::descriptor;
using detail::write_all;

/// errc::io: "cannot `action` '`path`': `the reason of errno `code``".
[[nodiscard]] error io_error(std::string_view action, std::string_view path, int code);
/// errc::io with a sentence of its own.
[[nodiscard]] error io_error(std::string message);

/// A file without a name in `folder`, for reading and writing; it ends with its descriptor.
[[nodiscard]] result<descriptor> temporary_file(const std::string& folder);

}  // namespace dynamo::sink
