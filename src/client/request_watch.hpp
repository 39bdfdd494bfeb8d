// Reports what the backend does: counts to a recorder, events to a log.
#pragma once

#include "client/service_error.hpp"

#include <dynamo/auth/credentials.hpp>
#include <dynamo/client/client_config.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/backend.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace dynamo::wire {

/// Reports requests, credentials and endpoints, never a secret. Costs nearly nothing where there
/// is neither recorder nor log. Thread-safe.
class request_watch {
 public:
  explicit request_watch(const client_config& config)
      : metrics_(config.metrics), log_(config.log) {}

  [[nodiscard]] const std::shared_ptr<metrics_recorder>& metrics() const noexcept {
    return metrics_;
  }
  [[nodiscard]] const std::shared_ptr<logger>& log() const noexcept { return log_; }

  /// Requests go there from now on; told when it is another place than before.
  void endpoint(std::string_view host, std::string_view region);
  /// Other users can read the secret keys in this file; told once.
  void exposed_keys(const std::string& path);
  /// What a provider said; told when it is something else than before.
  void resolved(const result<credentials>& who);
  /// Credentials could not be renewed; those that are held still serve.
  void renewal_failed(const error& failed) const;

  // `attempt` counts from 1.
  void sent(const backend_request& of, unsigned attempt) const;
  /// The service answered, or did not, `took` behind `sent`.
  void attempt_ended(const backend_request& of, std::chrono::nanoseconds took) const;
  void answered(const backend_request& of, unsigned attempt, std::string_view request_id,
                std::chrono::nanoseconds took) const;
  void throttled(const backend_request& of) const;
  /// After a failure another attempt follows, `delay` later.
  void retried(const backend_request& of, unsigned attempt, const failed_attempt& failed,
               std::chrono::milliseconds delay) const;
  void ended(const backend_request& of, const result<backend_response>& outcome) const;

 private:
  [[nodiscard]] bool wants(log_event event) const noexcept { return wanted(log_, event); }
  void no_credentials(const error& failed) const;
  void count(metric what, metric_labels labels, const backend_request& of, double amount = 1) const;

  const std::shared_ptr<metrics_recorder> metrics_;
  const std::shared_ptr<logger> log_;
  std::mutex mutex_;
  std::string exposed_;  // the file that was told last
  std::string place_;    // that was told last
  std::string who_;      // the same: never told itself
  std::string why_not_;
};

}  // namespace dynamo::wire
