// An HTTP server on 127.0.0.1 that spends next to nothing: one thread, epoll, answers that exist.
#pragma once

#include "replay_request.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::bench {

/// A complete HTTP response: either a view of bytes that outlive the server, or its own bytes.
struct reply {
  std::string_view shared;
  std::string own;
};

struct loop_options {
  /// 0 takes a free one.
  std::uint16_t port = 0;
  /// Each response leaves so much later than its request came.
  std::chrono::milliseconds latency{0};
};

/// Serves HTTP/1.1 with keep-alive. One thread calls everything.
class replay_loop {
 public:
  using answer = std::function<reply(const http_request&)>;

  /// Listens at once. Blocks SIGTERM and SIGINT in the calling thread, since `run` waits for them.
  /// Throws `std::system_error`.
  replay_loop(const loop_options& options, answer answer_request);
  ~replay_loop();
  replay_loop(const replay_loop&) = delete;
  replay_loop& operator=(const replay_loop&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Serves until SIGTERM or SIGINT. Throws `std::system_error`.
  void run();

 private:
  class connections;
  std::unique_ptr<connections> state_;
};

}  // namespace dynamo::bench
