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
  /// A second call of `done` is ignored. If `done` is never called, the request waits until its
  /// stop, its deadline or the end of its client.
  virtual void resolve(handler done) = 0;
  /// Forgets what is cached: the service refused it as expired. The next `resolve` requests new
  /// ones.
  virtual void invalidate() {}
};

/// Always gives `fixed`.
[[nodiscard]] std::shared_ptr<credential_provider> static_credentials(credentials fixed);

/// The default chain, in the order of the AWS CLI:
///
/// 1. the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY;
/// 2. the profile (`profile`, else AWS_PROFILE, else "default") in ~/.aws/config and
///    ~/.aws/credentials: a role to assume, web identity (also of AWS_WEB_IDENTITY_TOKEN_FILE), IAM
///    Identity Center, keys in the credentials file, credential_process, keys in the config file;
/// 3. the container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI;
/// 4. the instance metadata service of Amazon EC2, unless AWS_EC2_METADATA_DISABLED is true.
///
/// An explicit `profile` leaves the environment's keys out. The first place that is set up is used;
/// one that is set up wrongly is an error, never a step to the next. From the first success on only
/// that place is asked. Credentials that expire are renewed ahead of it by one search, while
/// callers go on with the old ones: 15 minutes ahead, and from 10 minutes ahead callers wait; for
/// short-lived ones at half and three quarters of their time. If renewing fails, the old ones are
/// used until they expire. docs/guide/credentials.md has all settings.
///
/// Thread-safe, and may be shared by clients. Its end, which must not be in a handler that it
/// calls, ends open questions with errc::cancelled and waits for their handlers. In a child that a
/// fork made, `resolve` fails at once with errc::invalid_argument.
[[nodiscard]] std::shared_ptr<credential_provider> default_credentials(
    std::optional<std::string> profile = std::nullopt);

}  // namespace dynamo
