// What places for credentials use of the world.
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

/// Shared by all sources of one chain. No member is null.
struct source_context {
  std::shared_ptr<const environment> variables;
  std::shared_ptr<const clock> time;
  std::shared_ptr<http_exchange> http;
  std::shared_ptr<process_runner> processes = std::make_shared<process_runner>();

  /// Ends every question that is under way, with errc::cancelled, and waits until every handler has
  /// run. Not to be called on the threads of `http` and `processes`. Thread-safe; may be repeated.
  void close() const {
    processes->close();
    http->close();
  }
};

/// A context whose exchanges go over transports of `make_transport`. They trust the certificates in
/// `ca_bundle`, else in AWS_CA_BUNDLE, else in the `ca_bundle` of the profile, else the system's,
/// which is looked up at the first exchange.
[[nodiscard]] source_context make_source_context(
    std::shared_ptr<const environment> variables, std::shared_ptr<const clock> time,
    std::function<std::unique_ptr<net::transport>(net::transport_options)> make_transport,
    std::optional<std::string> profile, std::optional<std::string> ca_bundle = std::nullopt);

}  // namespace dynamo::auth
