// HTTP for those who ask this process: a socket, limits, and one function that answers.
#pragma once

#include "net/http_question.hpp"

#include <dynamo/core/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::net {

/// Who runs the answerer.
enum class listener_threads : std::uint8_t {
  one,             ///< for all connections: answers come one after another
  per_connection,  ///< for as long as it is open
};

/// Bounds on what strangers may take up.
struct listener_limits {
  unsigned connections = 16;
  unsigned connections_from_one_address = 4;        ///< 0: as many as there may be
  std::size_t header_bytes = std::size_t{8} << 10;  ///< of a request, with its first line
  std::size_t body_bytes = 0;                       ///< of a request
  std::chrono::seconds idle{10};                    ///< without a byte, then it is closed
  std::chrono::seconds grace{10};  ///< at the end: for requests that have begun to come
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

/// Serves requests over HTTP/1.1, with threads of its own. Its end takes no connections any more,
/// answers the requests under way and closes the others.
class http_listener {
 public:
  /// Called on threads of the listener, on several at once if each connection has one. What it
  /// throws closes the connection without an answer.
  using answerer = std::function<http_reply(const http_question&)>;

  /// errc::configuration, in one sentence that names the address, if nothing can listen there.
  static result<std::unique_ptr<http_listener>> open(const listen_address& at, answerer answer,
                                                     const listener_limits& limits = {},
                                                     listener_threads by = listener_threads::one);
  http_listener(const http_listener&) = delete;
  http_listener& operator=(const http_listener&) = delete;
  ~http_listener();

  /// With the port that the system chose, if it did.
  [[nodiscard]] const listen_address& address() const noexcept { return address_; }

 private:
  struct daemon;
  http_listener(listen_address at, std::unique_ptr<daemon> by);

  listen_address address_;
  std::unique_ptr<daemon> daemon_;
};

}  // namespace dynamo::net
