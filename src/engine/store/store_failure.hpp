// What the store throws when it cannot do its work.
#pragma once

#include <stdexcept>
#include <string>

namespace dynamo::engine {

/// A failure of the database itself, not of a request: a full disk, a damaged file, one that is not
/// the engine's. One sentence that names the file. Opening answers errc::io with it, a request a
/// 500.
class store_failure final : public std::runtime_error {
 public:
  /// `code` is SQLite's extended result code; 0: there is none.
  explicit store_failure(const std::string& message, int code = 0)
      : std::runtime_error(message), code_(code) {}

  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

}  // namespace dynamo::engine
