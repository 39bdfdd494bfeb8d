// An HTTP server for clients of this process: a socket, limits, and one handler function.
#pragma once

#include "net/server_request.hpp"

#include <dynamo/core/log.hpp>
#include <dynamo/core/owned_thread.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::net {

/// Limits on clients.
struct listener_limits {
  /// Maximum number of simultaneous connections. When all are in use, the one that has waited
  /// longest for a request, or for the rest of one, is closed for a new one.
  std::size_t connections = 16;
  std::size_t workers = 1;                          ///< threads that run the handler
  std::size_t header_bytes = std::size_t{8} << 10;  ///< of a request, with its first line
  std::size_t body_bytes = 0;                       ///< of a request's body
  /// Maximum for all requests and responses together; beyond it, a request is refused while it is
  /// being received.
  std::size_t memory_bytes = std::size_t{16} << 20;
  std::chrono::milliseconds idle{10'000};  ///< without a request, until the connection closes
  /// Time limit for receiving a request or sending a response, plus one second for every 16 KiB.
  std::chrono::milliseconds request{30'000};
  std::chrono::milliseconds grace{10'000};  ///< on destruction, for requests that have begun
};

/// An address to listen on.
struct listen_address {
  std::string host{};  ///< numeric: "127.0.0.1", "::1"
  std::uint16_t port = 0;

  /// "host:port", an IPv6 host in brackets.
  [[nodiscard]] std::string to_string() const;
  /// True if only programs on this machine can connect.
  [[nodiscard]] bool is_loopback() const noexcept;
};

/// Parses "127.0.0.1:9100", "[::1]:9100", "localhost:9100", ":9100" or "9100"; the default host is
/// 127.0.0.1. Returns errc::invalid_argument for anything else.
[[nodiscard]] result<listen_address> parse_listen_address(std::string_view text);

/// True for an IPv4 or IPv6 address, the latter without brackets.
[[nodiscard]] bool is_numeric_host(const std::string& host) noexcept;

class http_loop;

/// Serves requests over HTTP/1.1 on its own threads. The destructor accepts no more connections,
/// answers the requests in progress and closes the other connections.
class http_listener {
 public:
  /// The handler. Called on the listener's threads, on as many at once as there are workers, and on
  /// one further thread for refused requests (`server_request::fault`), where it must not block. If
  /// it throws, it is called again with a fault of status 500.
  using request_handler = std::function<http_reply(const server_request&)>;

  /// Starts to listen. Returns errc::configuration, with a message that names the address, if it
  /// cannot listen there. `log`, which may be null, records connections that are closed to make
  /// room.
  static result<std::unique_ptr<http_listener>> open(const listen_address& at,
                                                     request_handler answer,
                                                     const listener_limits& limits = {},
                                                     std::shared_ptr<logger> log = nullptr);
  http_listener(const http_listener&) = delete;
  http_listener& operator=(const http_listener&) = delete;
  ~http_listener();

  /// The address, with the port that the system chose for port 0.
  [[nodiscard]] const listen_address& address() const noexcept { return address_; }

 private:
  http_listener(listen_address at, std::unique_ptr<http_loop> by);

  detail::home_process home_;
  listen_address address_;
  std::unique_ptr<http_loop> loop_;
};

}  // namespace dynamo::net
