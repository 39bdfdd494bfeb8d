// The dependencies of credential sources.
#pragma once

#include "auth/environment.hpp"
#include "auth/http_exchange.hpp"
#include "auth/process_runner.hpp"

#include <dynamo/core/clock.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::auth {

/// The dependencies that all sources of one chain share. No member is null.
struct source_context {
  std::shared_ptr<const environment> variables;
  std::shared_ptr<const clock> time;
  std::shared_ptr<http_exchange> http;
  std::shared_ptr<process_runner> processes = std::make_shared<process_runner>();

  /// Ends every request in progress with errc::cancelled, and waits until every handler has run.
  /// Must not be called on the threads of `http` and `processes`. Thread-safe; may be called
  /// repeatedly.
  void close() const {
    processes->close();
    http->close();
  }
};

/// Returns a context whose requests use transports of `make_transport`. They trust the certificates
/// in `ca_bundle`, else in AWS_CA_BUNDLE, else in the profile's `ca_bundle`, else those of the
/// system; this is looked up at the first request.
[[nodiscard]] source_context make_source_context(
    std::shared_ptr<const environment> variables, std::shared_ptr<const clock> time,
    std::function<std::unique_ptr<net::transport>(net::transport_options)> make_transport,
    std::optional<std::string> profile, std::optional<std::string> ca_bundle = std::nullopt);

}  // namespace dynamo::auth
