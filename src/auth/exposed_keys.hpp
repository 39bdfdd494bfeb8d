// Secret keys in files that other users can read.
#pragma once

#include "auth/shared_files.hpp"

#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns the path of a shared file, the credentials file first, that contains a secret key or a
/// session token and is readable by its group or others; nothing if there is none. Blocks on the
/// file system.
[[nodiscard]] std::optional<std::string> exposed_keys(const shared_files& files);

}  // namespace dynamo::auth
