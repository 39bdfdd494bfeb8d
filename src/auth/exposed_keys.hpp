// Secret keys in files that other users can read.
#pragma once

#include "auth/shared_files.hpp"

#include <optional>
#include <string>

namespace dynamo::auth {

/// The path of the shared file, the credentials file first, that holds a secret key or a session
/// token and that its group or others can read; nothing if there is none. Blocks on the file
/// system.
[[nodiscard]] std::optional<std::string> exposed_keys(const shared_files& files);

}  // namespace dynamo::auth
