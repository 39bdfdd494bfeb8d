// Requests to the instance metadata service of Amazon EC2.
#pragma once

#include "auth/metadata_settings.hpp"
#include "auth/source_context.hpp"

#include <dynamo/core/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace dynamo::auth {

/// A response of the service, or the reason why there is none.
struct metadata_response {
  enum class kind : std::uint8_t {
    document,  ///< HTTP status 200
    missing,   ///< the service has nothing under that path
    absent,    ///< the service does not exist here, or must not be used; see `why`
    failed,    ///< the service exists, and failed; see `failure`
  };
  kind outcome = kind::absent;
  std::string text{};
  std::string date{};  ///< Date header of the response, for the clock skew
  std::string why{};
  error failure{};
};

/// Sends requests with version 2 of the service: with a session token that is cached until it
/// expires, and requested again if it is refused. If the service returns no token, it uses version
/// 1 if the settings allow it. One request at a time.
///
/// Lifetime: must outlive its requests.
class instance_metadata {
 public:
  using handler = std::function<void(metadata_response)>;

  explicit instance_metadata(source_context context) : context_(std::move(context)) {}

  /// Requests `path`, which starts with a slash. Calls `done` exactly once, as `http_exchange::ask`
  /// does.
  void get(const metadata_settings& settings, std::string path, handler done);

 private:
  struct question {
    metadata_settings settings;
    std::string path;
    handler done;
    bool token_is_new = false;
  };

  void ask_token(question of);
  void ask_path(question of, std::optional<std::string> token);
  void take_token(question of, result<net::http_response> answered);
  void take(question of, bool with_token, result<net::http_response> answered);
  [[nodiscard]] credential_request to(const question& of, std::string_view path) const;

  const source_context context_;
  std::optional<std::string> token_;
  std::string token_url_;  // URL of the service that issued the token
  std::chrono::steady_clock::time_point token_until_{};
};

/// Returns "The instance metadata service at http://169.254.169.254", the start of a sentence.
[[nodiscard]] std::string describe_service(const metadata_settings& settings);

}  // namespace dynamo::auth
