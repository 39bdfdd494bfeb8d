// One connection of a client: its socket, its present request and the answer to it.
#pragma once

#include "core/descriptor.hpp"
#include "net/http_question.hpp"
#include "net/request_parser.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

namespace dynamo::net {

/// Never blocks. Belongs to one thread at a time: the loop's, or a worker's while it is answered.
class http_connection {
 public:
  enum class stage : std::uint8_t {
    waiting,    ///< for a request, or for the rest of one
    answering,  ///< a worker has it
    sending,    ///< the answer
    draining,   ///< refused: reads what the client still sends, so that it gets the answer
  };
  enum class progress : std::uint8_t { done, blocked, failed };

  http_connection(detail::descriptor socket, const request_limits& limits)
      : socket_(std::move(socket)), parser(limits) {}

  /// Makes `reply` the answer to send. `closing`: nothing follows it.
  void put(http_reply reply, bool closing);
  /// Sends as much of the answer as the socket takes.
  [[nodiscard]] progress send();
  /// "100 Continue", once for a request. False if it cannot be sent at once.
  [[nodiscard]] bool send_continue();
  /// Tells the client that nothing follows.
  void finish() const;
  /// The answer was sent: gets ready for the next request.
  void reset();

  [[nodiscard]] int socket() const noexcept { return socket_.get(); }
  [[nodiscard]] bool closes() const noexcept { return closes_; }
  [[nodiscard]] std::size_t sent() const noexcept { return sent_; }
  /// Bytes of memory in use for the request and the answer.
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
  std::string ahead{};  ///< received after the present request
  stage now = stage::waiting;
  std::chrono::steady_clock::time_point since{};     ///< the present request or answer began
  std::chrono::steady_clock::time_point deadline{};  ///< closed then
  std::size_t charged = 0;                           ///< of the memory of all connections
  bool broken = false;                               ///< the peer takes no answer
  bool drains = false;                               ///< refused: drains after its answer
  http_connection* next_answered = nullptr;
  std::list<http_connection>::iterator self{};
};

}  // namespace dynamo::net
