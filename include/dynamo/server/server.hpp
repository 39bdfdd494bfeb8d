// DynamoDB's own protocol in front of an embedded engine, for any AWS SDK.
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

/// Settings of a server. Plain data; each member has a default.
struct server_options {
  /// "127.0.0.1:8000", "[::1]:8000", or a port alone, for 127.0.0.1; port 0 takes a free one. There
  /// is no TLS: at any address but this machine's own, others can read along.
  std::string listen = "127.0.0.1:8000";
  /// Connections at the same time, at most as many as the process may open files, less 64. An idle
  /// one costs some hundred bytes. When all are in use, the one that has waited longest for a
  /// request is closed for a new one, and the log records it.
  std::size_t connections = 10'000;
  /// Of a request's body; a longer one is answered with 413. DynamoDB's own limit.
  std::size_t max_body_bytes = std::size_t{16} << 20;
  /// Of memory for all requests and answers under way; while it is used up, requests are answered
  /// with 503, which SDKs try again.
  std::size_t max_buffered_bytes = std::size_t{256} << 20;
  /// To receive a request, and a second more for every 16 KiB of its body; a slower one is answered
  /// with 408. As long for a client to take its answer.
  std::chrono::milliseconds request_time{30'000};
  /// Whose requests are answered; empty: everybody's, signed or not.
  std::vector<credentials> accepted{};
  /// Only without `accepted`: names in Host and Origin that are answered, apart from this machine's
  /// own. Others are answered with 403: a web page could send them (DNS rebinding). Not
  /// "example:80" but "example".
  std::vector<std::string> allowed_hosts{};
  std::shared_ptr<clock> time{};  ///< null: the machine's
  std::shared_ptr<logger> log{};  ///< records each request; null: none
};

/// Listens as long as it lives. Its end accepts nothing more, answers the requests under way, waits
/// at most 10 seconds for requests that have been received in part, and closes idle connections.
/// Move-only; belongs to one thread. It has a thread for its connections and 64 that carry out
/// requests.
class server {
 public:
  /// errc::invalid_argument if an option is outside its range, errc::configuration,
  /// in one sentence that names the address, if nothing can listen there.
  static result<server> try_start(const embedded_engine& before, server_options options = {});
  /// As `try_start`; throws its error.
  static server start(const embedded_engine& before, server_options options = {}) {
    return try_start(before, std::move(options)).value();
  }
  server(server&& other) noexcept;
  server& operator=(server&& other) noexcept;
  ~server();

  /// With the port that the system chose, if it did.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// What clients take for an endpoint: "http://127.0.0.1:8000".
  [[nodiscard]] std::string url() const;
  /// True if only programs on this machine reach it.
  [[nodiscard]] bool is_loopback() const noexcept;

 private:
  struct parts;
  explicit server(std::unique_ptr<parts> of);
  std::unique_ptr<parts> parts_;
};

}  // namespace dynamo
