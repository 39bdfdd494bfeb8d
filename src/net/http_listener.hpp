// HTTP for clients of this process: a socket, limits, and one function that answers.
#pragma once

#include "net/http_question.hpp"

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

/// Bounds on what clients may use.
struct listener_limits {
  /// At the same time. When all are in use, the one that has waited longest for a request, or for
  /// the rest of one, is closed for a new one.
  std::size_t connections = 16;
  std::size_t workers = 1;                          ///< threads that answer
  std::size_t header_bytes = std::size_t{8} << 10;  ///< of a request, with its first line
  std::size_t body_bytes = 0;                       ///< of a request
  /// Of all requests and answers together. Beyond, a request is refused while it is received.
  std::size_t memory_bytes = std::size_t{16} << 20;
  std::chrono::milliseconds idle{10'000};  ///< without a request, then the connection is closed
  /// To receive a request or to send an answer, and a second more for every 16 KiB.
  std::chrono::milliseconds request{30'000};
  std::chrono::milliseconds grace{10'000};  ///< at the end: for requests that have begun
};

/// An address to listen at.
struct listen_address {
  std::string host{};  ///< numeric: "127.0.0.1", "::1"
  std::uint16_t port = 0;

  /// "host:port", an IPv6 host in brackets.
  [[nodiscard]] std::string to_string() const;
  /// True if only this machine reaches it.
  [[nodiscard]] bool is_loopback() const noexcept;
};

/// Reads "127.0.0.1:9100", "[::1]:9100", "localhost:9100", ":9100" or "9100"; without a host it is
/// 127.0.0.1. errc::invalid_argument otherwise.
[[nodiscard]] result<listen_address> parse_listen_address(std::string_view text);

/// True for an IPv4 or IPv6 address, the latter without brackets.
[[nodiscard]] bool is_numeric_host(const std::string& host) noexcept;

class http_loop;

/// Serves requests over HTTP/1.1, with threads of its own. Its end accepts no more connections,
/// answers the requests under way and closes the others.
class http_listener {
 public:
  /// Called on threads of the listener, on as many at once as there are workers, and on one more
  /// with requests that are refused (`http_question::fault`), where it must not block. If it
  /// throws, it is called again with a fault of status 500.
  using answerer = std::function<http_reply(const http_question&)>;

  /// errc::configuration, in one sentence that names the address, if nothing can listen there.
  /// `log`, which may be null, records connections that are closed to make room.
  static result<std::unique_ptr<http_listener>> open(const listen_address& at, answerer answer,
                                                     const listener_limits& limits = {},
                                                     std::shared_ptr<logger> log = nullptr);
  http_listener(const http_listener&) = delete;
  http_listener& operator=(const http_listener&) = delete;
  ~http_listener();

  /// With the port that the system chose, if it did.
  [[nodiscard]] const listen_address& address() const noexcept { return address_; }

 private:
  http_listener(listen_address at, std::unique_ptr<http_loop> by);

  detail::home_process home_;
  listen_address address_;
  std::unique_ptr<http_loop> loop_;
};

}  // namespace dynamo::net
