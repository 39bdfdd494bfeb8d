// The process's environment variables, as a parameter.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Where environment variables come from. Implementations are thread-safe.
class environment {
 public:
  virtual ~environment() = default;
  /// The variable's value; nothing if it is unset or empty, which AWS's tools take for the same.
  [[nodiscard]] virtual std::optional<std::string> get(const char* name) const = 0;
};

/// The environment of this process. Safe as long as nobody calls setenv at the same time.
[[nodiscard]] std::shared_ptr<const environment> process_environment();

}  // namespace dynamo::auth
