// Files that are read whole: configuration, tokens.
#pragma once

#include <dynamo/core/result.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns the file's bytes; nothing if it does not exist. Blocks on the file system only: what is
/// neither a regular file nor the null device is refused unread. A pipe, a process substitution
/// among them, gives its contents once, but these files are read at every renewal; and it may have
/// a writer that never writes, or none. Errors, of kind errc::configuration, name the path:
/// unreadable, not a regular file, larger than `max_bytes`.
[[nodiscard]] result<std::optional<std::string>> read_small_file(const std::string& path,
                                                                 std::size_t max_bytes);

/// Puts a file with these bytes, which only its owner may read, in the place of what has the name
/// `path`, in one step: others see the old bytes or the new. A symbolic link of that name is
/// replaced, not followed. Blocks on the file system. Errors, of kind errc::io, name the path; the
/// file is as it was then.
[[nodiscard]] result<void> replace_private_file(const std::string& path, const std::string& bytes);

}  // namespace dynamo::auth
