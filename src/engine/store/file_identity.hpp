// Detects whether a path still names the same file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine::store {

/// The identity of a file, independent of its name.
struct file_identity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;

  /// Nothing if the file does not exist.
  static std::optional<file_identity> of(const char* path) noexcept;
  friend bool operator==(const file_identity&, const file_identity&) = default;
};

}  // namespace dynamo::engine::store
