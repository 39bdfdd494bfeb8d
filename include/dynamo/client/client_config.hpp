// Settings of clients and calls: plain data with a default for every member.
#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/metrics.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo {

/// Settings of a client. Unset ones are taken from the environment and the shared configuration
/// files at the first request, as the AWS CLI does.
struct client_config {
  std::optional<std::string> region{};     ///< AWS_REGION, AWS_DEFAULT_REGION, the profile's
                                           ///< region, the Amazon EC2 instance's
  std::optional<std::string> endpoint{};   ///< a URL; AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL
  std::optional<std::string> profile{};    ///< AWS_PROFILE; if set here, keys in the
                                           ///< environment are ignored
  std::optional<bool> use_fips{};          ///< AWS_USE_FIPS_ENDPOINT
  std::optional<bool> use_dual_stack{};    ///< AWS_USE_DUALSTACK_ENDPOINT
  std::optional<std::string> ca_bundle{};  ///< a file of PEM certificates; AWS_CA_BUNDLE
  std::shared_ptr<credential_provider> credentials{};  ///< null: the default chain

  std::chrono::milliseconds connect_timeout{5000};
  /// A response that receives no byte for this long is abandoned and requested again; default 60 s.
  std::chrono::milliseconds stall_timeout{60'000};
  /// Time for which an operation is retried after its first failure, while its failures may be
  /// transient; default 60 s.
  std::chrono::milliseconds retry_budget{std::chrono::seconds(60)};
  /// The same for each page of a scan; default 15 min, so that a long scan survives an outage of
  /// minutes.
  std::chrono::milliseconds scan_retry_budget{std::chrono::minutes(15)};

  /// The clock of deadlines, retry delays and `backend::schedule`; null: the system's. It may be
  /// ahead or behind, or stand still: a clock that differs from the system's time is polled every
  /// 20 ms while something waits for it. Network timeouts (`connect_timeout`, `stall_timeout`) and
  /// those of `credential_process` use real time. It must not call the client.
  std::shared_ptr<clock> time{};
  std::shared_ptr<random_source> random{};  ///< null: the system's

  /// Receives metrics of the client and its scans; null: none. A client of a custom backend uses
  /// `backend::metrics` and `backend::log` instead of these two members.
  std::shared_ptr<metrics_recorder> metrics{};
  /// Receives log records; null: none.
  std::shared_ptr<logger> log{};
};

/// Ways to end one call early.
struct call_options {
  std::stop_token stop{};                      ///< errc::cancelled
  std::optional<dynamo::deadline> deadline{};  ///< errc::deadline_exceeded
};

}  // namespace dynamo
