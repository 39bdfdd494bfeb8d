// The exception for failures of the store.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// A failure of the database itself, not of a request: a full disk, a damaged file, a file that is
/// not the engine's. The message names the file. Opening returns errc::io with it, a request a 500.
class store_failure final : public std::runtime_error {
 public:
  /// `code` is SQLite's extended result code; 0: none.
  explicit store_failure(const std::string& message, int code = 0)
      : std::runtime_error(message), code_(code) {}

  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

/// True if a part of the file differs from what was written to it.
[[nodiscard]] bool is_damage(const store_failure& failure) noexcept;
/// The failure of a damaged database; `table` is empty if unknown.
[[nodiscard]] store_failure damage(std::string_view database, int code,
                                   std::string_view table = {});

}  // namespace dynamo::engine
