// What the requests of one backend share: settings, credentials, signatures, the network.
#pragma once

#include "auth/service_clock.hpp"
#include "auth/sigv4.hpp"
#include "auth/source_context.hpp"
#include "client/credential_search.hpp"
#include "client/request_watch.hpp"
#include "client/retry.hpp"
#include "client/service_place.hpp"
#include "client/wire_backend.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace dynamo::wire {

/// Finds settings and starts the network at the first use. Its end cancels the calls that there
/// are, and waits for them. Thread-safe.
class wire_connection {
 public:
  wire_connection(const client_config& config, dependencies uses);
  wire_connection(const wire_connection&) = delete;
  wire_connection& operator=(const wire_connection&) = delete;
  ~wire_connection();

  /// Reads the settings, until the endpoint has been found, and makes the transport, once.
  result<void> connect();
  /// Behind a successful `connect`: errc::unavailable if the network thread cannot be started.
  result<net::transport::transfer_id> send(net::http_request request,
                                           std::function<void(net::http_outcome)> done);
  /// Connects first.
  result<void> schedule(std::chrono::steady_clock::time_point when, std::function<void()> task);

  [[nodiscard]] const dependencies& uses() const noexcept { return uses_; }
  [[nodiscard]] const request_watch& watch() const noexcept { return watch_; }

 private:
  friend class wire_call;

  result<net::http_request> sign(const backend_request& request, const credentials& who,
                                 auth::service_clock::time_point when);
  // These credentials, the `generation`th, were refused as expired. Segments that find out together
  // ask for new ones once.
  void refuse_credentials(std::uint64_t generation);
  bool is_closing();
  void call_begins();
  void call_ends();

  const client_config config_;
  const dependencies uses_;
  request_watch watch_;
  const auth::source_context context_;
  const std::shared_ptr<credential_provider> credentials_;
  service_place place_;
  const retry_settings retry_;
  auth::signer signer_;
  auth::service_clock service_time_;
  std::atomic<bool> answered_ = false;
  std::atomic<std::uint64_t> refused_credentials_ = 0;

  const std::shared_ptr<credential_searches> searches_ = std::make_shared<credential_searches>();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t calls_ = 0;  // that exist, finished or not: they refer to this object
  bool closing_ = false;
  std::unique_ptr<net::transport> owned_transport_;
  net::transport* transport_ = nullptr;
};

}  // namespace dynamo::wire
