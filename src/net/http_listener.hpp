// HTTP for those who ask this process: a socket, limits, and one function that answers.
#pragma once

#include <dynamo/core/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::net {

/// What somebody asks. Valid during the call.
struct http_question {
  std::string_view method;
  std::string_view path;  ///< without the part behind '?'
};

struct http_reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};

/// Bounds on what strangers may take up.
struct listener_limits {
  unsigned connections = 16;
  unsigned connections_from_one_address = 4;
  std::size_t header_bytes = std::size_t{8} << 10;  ///< of a request, with its first line
  std::chrono::seconds idle{10};                    ///< without a byte, then it is closed
};

/// An address to listen at.
struct listen_address {
  std::string host{};  ///< numeric: "127.0.0.1", "::1"
  std::uint16_t port = 0;

  /// "host:port", an IPv6 host in brackets.
  [[nodiscard]] std::string to_string() const;
};

/// Reads "127.0.0.1:9100", "[::1]:9100", "localhost:9100", ":9100" or "9100"; without a host it is
/// 127.0.0.1. errc::invalid_argument otherwise.
[[nodiscard]] result<listen_address> parse_listen_address(std::string_view text);

/// Serves requests without bodies, one at a time, on one thread of its own; a request that brings a
/// body is refused with 413. Its end waits for the answers under way.
class http_listener {
 public:
  /// Called on the listener's thread; must not throw.
  using answerer = std::function<http_reply(const http_question&)>;

  /// errc::configuration, in one sentence that names the address, if nothing can listen there.
  static result<std::unique_ptr<http_listener>> open(const listen_address& at, answerer answer,
                                                     const listener_limits& limits = {});
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
