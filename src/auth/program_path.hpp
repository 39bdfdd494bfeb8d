// Finds a program in PATH.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::auth {

/// Returns the file of the program `name`: `name` itself if it has a slash, else the first
/// executable file with that name in the folders of `path`, the value of PATH; nothing if there is
/// none. An empty folder in `path` is ignored; it does not mean the current one, which other users
/// may be able to write. Blocks on the file system.
[[nodiscard]] std::optional<std::string> find_program(const std::string& name,
                                                      std::string_view path);

}  // namespace dynamo::auth
