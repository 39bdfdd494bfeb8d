// How a client finds and treats its DynamoDB: plain data with a default for every member.
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

/// Settings of a client. What is unset is taken from the environment and the shared configuration
/// files, as the AWS CLI does, at the first request.
struct client_config {
  std::optional<std::string> region{};     ///< AWS_REGION, AWS_DEFAULT_REGION, the profile's
                                           ///< region, the Amazon EC2 instance's
  std::optional<std::string> endpoint{};   ///< a URL; AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL
  std::optional<std::string> profile{};    ///< AWS_PROFILE; given here, keys in the environment do
                                           ///< not count
  std::optional<bool> use_fips{};          ///< AWS_USE_FIPS_ENDPOINT
  std::optional<bool> use_dual_stack{};    ///< AWS_USE_DUALSTACK_ENDPOINT
  std::optional<std::string> ca_bundle{};  ///< a file of PEM certificates; AWS_CA_BUNDLE
  std::shared_ptr<credential_provider> credentials{};  ///< null: the default chain

  std::chrono::milliseconds connect_timeout{5000};
  /// A response that brings no byte for this long is given up and asked for again.
  std::chrono::milliseconds stall_timeout{60'000};
  /// How long one operation is tried again, from its first failure on, while its failures may pass.
  std::chrono::milliseconds retry_budget{std::chrono::seconds(60)};
  /// The same for each page of a scan: a scan that takes hours outlives a bad quarter of an hour.
  std::chrono::milliseconds scan_retry_budget{std::chrono::minutes(15)};

  /// Deadlines, retry delays and `backend::schedule` go by it; null: the machine's. It may be ahead
  /// or behind, or stand still: one that does not show the machine's time is looked at every 20 ms
  /// while something waits for it. Timeouts of the network (`connect_timeout`, `stall_timeout`) and
  /// of `credential_process` are in real time. It must not call the client.
  std::shared_ptr<clock> time{};
  std::shared_ptr<random_source> random{};  ///< null: the machine's

  /// Counts what the client and its scans do; null: no metrics. A client on a custom backend uses
  /// what `backend::metrics` and `backend::log` give instead of these two.
  std::shared_ptr<metrics_recorder> metrics{};
  /// Receives the log's events; null: none.
  std::shared_ptr<logger> log{};
};

/// How one call may end early.
struct call_options {
  std::stop_token stop{};                      ///< errc::cancelled
  std::optional<dynamo::deadline> deadline{};  ///< errc::deadline_exceeded
};

}  // namespace dynamo
