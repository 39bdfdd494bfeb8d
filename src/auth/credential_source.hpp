// One place where credentials may be: a link of the chain.
#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/result.hpp>

#include <functional>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Looks in one place. The chain asks one question at a time, so implementations need not be
/// thread-safe; they do nothing before the first `find`.
class credential_source {
 public:
  /// Credentials, nothing if this place is not set up, or an error if it is, but wrongly.
  using answer = result<std::optional<credentials>>;
  using handler = std::function<void(answer)>;

  virtual ~credential_source() = default;
  /// Calls `done` exactly once, at once or later, on any thread. Looks anew every time: caching is
  /// the chain's.
  virtual void find(handler done) = 0;
  /// The place as a message names it: "the environment variables". Reads no file.
  [[nodiscard]] virtual std::string place() const = 0;
};

}  // namespace dynamo::auth
