// Questions to the instance metadata service of Amazon EC2.
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

/// Why there is no answer, or the answer.
struct metadata_answer {
  enum class kind : std::uint8_t {
    document,  ///< HTTP status 200
    missing,   ///< the service has nothing under that path
    absent,    ///< there is no such service here, or none that may be asked; `why` says more
    failed,    ///< it is there, and failed; `failure` is its error
  };
  kind outcome = kind::absent;
  std::string text{};
  std::string date{};  ///< of the answer, for the clock's skew
  std::string why{};
  error failure{};
};

/// Asks version 2 of the service: with a session token that is kept for as long as it lives, and
/// asked for anew when it is refused. Where tokens are not to be had, it asks as version 1 did if
/// the settings allow it. For one question at a time; refers to nothing, and must outlive its
/// questions.
class instance_metadata {
 public:
  using handler = std::function<void(metadata_answer)>;

  explicit instance_metadata(source_context context) : context_(std::move(context)) {}

  /// Calls `done` exactly once, as `http_exchange::ask` does. `path` starts with a slash.
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
  [[nodiscard]] http_question to(const question& of, std::string_view path) const;

  const source_context context_;
  std::optional<std::string> token_;
  std::string token_url_;  // whose it is
  std::chrono::steady_clock::time_point token_until_{};
};

/// "The instance metadata service at http://169.254.169.254", to begin a sentence with.
[[nodiscard]] std::string describe_service(const metadata_settings& settings);

}  // namespace dynamo::auth
