// One client connection: its socket, its current request and the response.
#pragma once

#include "core/descriptor.hpp"
#include "net/request_parser.hpp"
#include "net/server_request.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

namespace dynamo::net {

/// Never blocks. Used by one thread at a time: the loop's, or a worker's while the worker answers.
class http_connection {
 public:
  enum class stage : std::uint8_t {
    waiting,    ///< for a request, or for the rest of one
    answering,  ///< a worker handles it
    sending,    ///< the response
    draining,   ///< refused: reads the client's remaining data so that the client receives the
                ///< response
  };
  enum class progress : std::uint8_t { done, blocked, failed };

  http_connection(detail::descriptor socket, const request_limits& limits)
      : socket_(std::move(socket)), parser(limits) {}

  /// Makes `reply` the response to send. `closing`: the connection closes after it.
  void put(http_reply reply, bool closing);
  /// Sends as much of the response as the socket accepts.
  [[nodiscard]] progress send();
  /// Sends "100 Continue", once per request. False if it cannot be sent at once.
  [[nodiscard]] bool send_continue();
  /// Shuts down sending: the client sees the end of the stream.
  void finish() const;
  /// Prepares for the next request after the response was sent.
  void reset();

  [[nodiscard]] int socket() const noexcept { return socket_.get(); }
  [[nodiscard]] bool closes() const noexcept { return closes_; }
  [[nodiscard]] std::size_t sent() const noexcept { return sent_; }
  /// Bytes of memory in use for the request and the response.
  [[nodiscard]] std::size_t memory() const noexcept {
    return parser.memory() + ahead.capacity() + head_.capacity() + body_.capacity();
  }

 private:
  const detail::descriptor socket_;
  std::string head_{};
  body_buffer body_{};
  std::size_t body_size_ = 0;  // 0 for HEAD
  std::size_t sent_ = 0;
  bool closes_ = false;
  bool continued_ = false;

 public:
  request_parser parser;
  std::string ahead{};  ///< received after the current request
  stage now = stage::waiting;
  std::chrono::steady_clock::time_point since{};     ///< when the current request or response began
  std::chrono::steady_clock::time_point deadline{};  ///< the connection is closed then
  std::size_t charged = 0;  ///< bytes counted in the memory of all connections
  bool broken = false;      ///< the peer does not accept the response
  bool drains = false;      ///< refused: drains after its response
  http_connection* next_answered = nullptr;
  std::list<http_connection>::iterator self{};
};

}  // namespace dynamo::net
