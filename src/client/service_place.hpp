// What the endpoint follows from, found once; the region perhaps from the instance.
#pragma once

#include "auth/endpoint.hpp"
#include "auth/source_context.hpp"

#include <dynamo/core/result.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::wire {

/// Asks the instance metadata service for the region if the settings leave it open and the endpoint
/// needs one: the last place to look. Thread-safe. Must outlive its questions, that is, `context`
/// is closed before it ends.
class service_place {
 public:
  using handler = std::function<void(result<void>)>;

  service_place(auth::source_context context, std::optional<std::string> profile)
      : context_(std::move(context)), profile_(std::move(profile)) {}

  /// Whether `locate` is worth new settings: it has not succeeded, and is not under way.
  [[nodiscard]] bool wants_settings();
  /// Before the first `locate`, and whenever new settings are wanted; else without effect.
  void set(auth::endpoint_params settings);
  /// Calls `done` exactly once, at once or on the thread of the context's exchanges: the endpoint
  /// can be resolved from now on, or the error of `resolve_endpoint`. Who comes while the instance
  /// is asked shares its answer; errors are not remembered.
  void locate(handler done);
  /// The endpoint for the account of the credentials, empty if it is unknown. Only behind a
  /// `locate` that succeeded.
  [[nodiscard]] result<auth::endpoint> endpoint_for(const std::string& account_id) const;

 private:
  [[nodiscard]] result<void> check();
  void take(std::optional<std::string> region);

  const auth::source_context context_;
  const std::optional<std::string> profile_;
  std::mutex mutex_;
  bool located_ = false;
  bool asking_ = false;
  std::vector<handler> waiting_;
  auth::endpoint_params settings_;  // constant once it is located
};

}  // namespace dynamo::wire
