// Environment variables as an interface.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// A source of environment variables. Implementations are thread-safe.
class environment {
 public:
  virtual ~environment() = default;
  /// Returns the variable's value; nothing if it is unset or empty, which AWS tools treat alike.
  [[nodiscard]] virtual std::optional<std::string> get(const char* name) const = 0;
};

/// Returns the environment of this process.
///
/// Thread safety: thread-safe, unless another thread calls setenv at the same time.
[[nodiscard]] std::shared_ptr<const environment> process_environment();

}  // namespace dynamo::auth
