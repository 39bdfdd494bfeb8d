// Reads and replaces small files: configuration, tokens.
#pragma once

#include <dynamo/core/result.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Returns the file's bytes; nothing if it does not exist. Returns errc::configuration, which names
/// the path, if it is unreadable, larger than `max_bytes`, or neither a regular file nor the null
/// device. Blocks on the file system.
///
/// Pipes, including process substitutions, are refused: they can be read only once, but these files
/// are read at every renewal, and reading may block forever.
[[nodiscard]] result<std::optional<std::string>> read_small_file(const std::string& path,
                                                                 std::size_t max_bytes);

/// Atomically replaces the file `path` by one with these bytes that only its owner may read: other
/// processes see the old bytes or the new. A symbolic link with that name is replaced, not
/// followed. Returns errc::io, which names the path, and leaves the file unchanged on failure.
/// Blocks on the file system.
[[nodiscard]] result<void> replace_private_file(const std::string& path, const std::string& bytes);

}  // namespace dynamo::auth
