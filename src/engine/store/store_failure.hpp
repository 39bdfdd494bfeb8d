// What the store throws when it cannot do its work.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

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

/// Whether a part of the file is not what was written to it.
[[nodiscard]] bool is_damage(const store_failure& failure) noexcept;
/// The failure of a damaged database; `table` is empty where it is not known.
[[nodiscard]] store_failure damage(std::string_view database, int code,
                                   std::string_view table = {});

}  // namespace dynamo::engine
