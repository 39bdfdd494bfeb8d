// Where a program is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// The file of the program `name`: itself if it has a slash, else the first executable file of that
/// name in the folders of `path`, the value of PATH. An empty folder in `path` is left out, and not
/// taken for the current one, which others may be able to write. Nothing if there is no such file.
/// Blocks on the file system.
[[nodiscard]] std::optional<std::string> find_program(const std::string& name,
                                                      std::string_view path);

}  // namespace dynamo::auth
