// Whether a name still is the file that it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine::store {

/// What a file is, whatever its name.
struct file_identity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;

  /// Nothing if there is no file of this name.
  static std::optional<file_identity> of(const char* path) noexcept;
  friend bool operator==(const file_identity&, const file_identity&) = default;
};

}  // namespace dynamo::engine::store
