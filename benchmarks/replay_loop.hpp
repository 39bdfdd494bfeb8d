// An HTTP server on 127.0.0.1 with minimal CPU use: one thread, epoll, prepared responses.
#pragma once

#include "replay_request.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::bench {

/// A complete HTTP response: either a view of bytes that outlive the server, or owned bytes.
struct reply {
  std::string_view shared;
  std::string own;
};

struct loop_options {
  /// 0: a free port.
  std::uint16_t port = 0;
  /// Delay between a request and its response.
  std::chrono::milliseconds latency{0};
};

/// Serves HTTP/1.1 with keep-alive.
///
/// Thread safety: for one thread.
class replay_loop {
 public:
  using answer = std::function<reply(const http_request&)>;

  /// Starts to listen. Blocks SIGTERM and SIGINT in the calling thread, because `run` waits for
  /// them. Throws `std::system_error`.
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
