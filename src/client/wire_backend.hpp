// The backend over the wire: signs, sends, checks, and tries again.
#pragma once

#include "auth/environment.hpp"
#include "net/transport.hpp"

#include <dynamo/client/client_config.hpp>
#include <dynamo/core/owned_thread.hpp>
#include <dynamo/model/backend.hpp>

#include <functional>
#include <memory>

namespace dynamo::wire {

/// What the backend uses of the world; tests put their own here.
struct dependencies {
  std::shared_ptr<const auth::environment> environment;
  std::shared_ptr<clock> time;
  std::shared_ptr<random_source> random;
  std::function<std::unique_ptr<net::transport>(net::transport_options)> make_transport;
  /// The backend is refused elsewhere: this one, unless it uses what an earlier one has made.
  detail::home_process home{};
};

/// The real ones, except for what the configuration replaces.
[[nodiscard]] dependencies default_dependencies(const client_config& config);

/// A backend that speaks to the endpoint that the configuration leads to. Reads environment and
/// files, and starts its thread, at the first request. Thread-safe. In a child process of its
/// `home`, where its threads do not exist and its locks may be held for ever, requests fail at once
/// with errc::invalid_argument, and its end leaves everything as it is.
[[nodiscard]] std::shared_ptr<backend> make_wire_backend(const client_config& config,
                                                         dependencies uses);

}  // namespace dynamo::wire
