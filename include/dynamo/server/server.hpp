// A DynamoDB-compatible server over an embedded engine, for any AWS SDK.
#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/core/log.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/engine/embedded_engine.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo {

/// Options of a server. Plain data; each member has a default.
struct server_options {
  /// "127.0.0.1:8000", "[::1]:8000", or only a port, for 127.0.0.1; port 0 selects a free port.
  /// There is no TLS: on any address but a loopback address, others can read the traffic.
  std::string listen = "127.0.0.1:8000";
  /// Maximum number of simultaneous connections, at least 1; capped at the process's limit of open
  /// files less 64, or at half of a limit of up to 128. An idle connection costs some hundred
  /// bytes. When all are in use, the one that has waited longest for a request is closed for a new
  /// one, and the log records it.
  std::size_t connections = 10'000;
  /// Maximum bytes of a request's body, at least 1; a longer one is answered with 413. The default
  /// is DynamoDB's own limit.
  std::size_t max_body_bytes = std::size_t{16} << 20;
  /// Maximum bytes of memory for all requests and responses in progress, at least 1; while it is
  /// used up, requests are answered with 503, which SDKs retry.
  std::size_t max_buffered_bytes = std::size_t{256} << 20;
  /// Time limit for receiving a request, at least 1 ms, plus one second for every 16 KiB of its
  /// body; a slower one is answered with 408. The same limit holds for sending the response.
  std::chrono::milliseconds request_time{30'000};
  /// The credentials whose requests are accepted; empty: all requests are, signed or not.
  std::vector<credentials> accepted{};
  /// Host names accepted in Host and Origin besides the machine's own, without a port: "example",
  /// not "example:80". Only without `accepted`. Requests with other names are answered with 403: a
  /// web page could send them (DNS rebinding).
  std::vector<std::string> allowed_hosts{};
  std::shared_ptr<clock> time{};  ///< null: the system clock
  std::shared_ptr<logger> log{};  ///< records each request; null: no log
};

/// A running server; it listens until it is destroyed. The destructor stops accepting connections,
/// answers the requests in progress, waits at most 10 seconds for requests that have been received
/// in part, and closes idle connections. Move-only. Runs one thread for its connections and 64 that
/// handle requests.
///
/// Thread safety: use it from one thread at a time.
class server {
 public:
  /// Starts a server over the engine `before`. Returns errc::invalid_argument if an option is out
  /// of its range, errc::configuration, with a message that names the address, if it cannot listen
  /// there.
  static result<server> try_start(const embedded_engine& before, server_options options = {});
  /// As `try_start`.
  ///
  /// Throws its error.
  static server start(const embedded_engine& before, server_options options = {}) {
    return try_start(before, std::move(options)).value();
  }
  server(server&& other) noexcept;
  server& operator=(server&& other) noexcept;
  ~server();

  /// The port in use; with port 0 in `listen`, the port that the system chose.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The endpoint URL for clients: "http://127.0.0.1:8000".
  [[nodiscard]] std::string url() const;
  /// True if only programs on this machine can connect.
  [[nodiscard]] bool is_loopback() const noexcept;

 private:
  struct parts;
  explicit server(std::unique_ptr<parts> of);
  std::unique_ptr<parts> parts_;
};

}  // namespace dynamo
