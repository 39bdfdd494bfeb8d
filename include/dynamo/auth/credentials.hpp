// Who signs the requests.
#pragma once

#include <dynamo/core/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dynamo {

/// What a request is signed with. Never printed by the library.
struct credentials {
  std::string access_key_id{};
  std::string secret_access_key{};
  std::string session_token{};  ///< empty for long-term credentials
  std::string account_id{};     ///< empty if unknown
  std::optional<std::chrono::system_clock::time_point> expiration{};  ///< unset: do not expire
  /// Where they come from, for people: "the environment variables", "the role ... of profile 'x'".
  std::string provider{};
};

/// Finds credentials. Implementations are thread-safe and do no work before the first `resolve`.
class credential_provider {
 public:
  using handler = std::function<void(result<credentials>)>;
  virtual ~credential_provider() = default;

  /// Calls `done` exactly once, at once or later, on any thread, with credentials or an error of
  /// kind errc::credentials or errc::configuration whose message names the provider and the fix.
  virtual void resolve(handler done) = 0;
  /// Forgets what is cached: the service refused it as expired. The next `resolve` asks anew.
  virtual void invalidate() {}
};

/// Always gives `fixed`.
[[nodiscard]] std::shared_ptr<credential_provider> static_credentials(credentials fixed);

/// The default chain: environment variables, then the shared credentials and config files of the
/// profile (AWS_PROFILE, else "default"). An explicit `profile` leaves the environment's keys out.
[[nodiscard]] std::shared_ptr<credential_provider> default_credentials(
    std::optional<std::string> profile = std::nullopt);

}  // namespace dynamo
