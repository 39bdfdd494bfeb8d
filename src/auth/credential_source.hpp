// One source of credentials in the chain.
#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/result.hpp>

#include <functional>
#include <optional>
#include <string>

namespace dynamo::auth {

/// Searches one place for credentials. Implementations do nothing before the first `find`.
///
/// Thread safety: none required, the chain makes one call at a time.
class credential_source {
 public:
  /// Credentials, nothing if this place is not configured, or an error if it is configured wrongly
  /// or fails.
  using answer = result<std::optional<credentials>>;
  using handler = std::function<void(answer)>;

  virtual ~credential_source() = default;
  /// Searches and calls `done` exactly once, at once or later, on any thread. Does not cache: the
  /// chain does.
  virtual void find(handler done) = 0;
  /// Returns the name of the place for messages: "the environment variables". Reads no file.
  [[nodiscard]] virtual std::string place() const = 0;
};

}  // namespace dynamo::auth
