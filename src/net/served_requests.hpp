// Requests as libmicrohttpd brings them, piece by piece, and their answers.
#pragma once

#include "net/http_question.hpp"

#include <microhttpd.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace dynamo::net {

/// What a daemon calls. Thread-safe. Must outlive the daemon.
class served_requests {
 public:
  /// A body that is longer than `body_bytes` is told as such. Up to twice as much of it is read and
  /// dropped, so that its sender hears of it; beyond, the connection is closed.
  served_requests(std::function<http_reply(const http_question&)> answer, std::size_t body_bytes)
      : answer_(std::move(answer)), body_bytes_(body_bytes) {}

  /// Connections end behind their next answer from now on.
  void close_behind_answers();
  /// Waits until no request is under way, but no longer than `at_most`.
  void wait(std::chrono::seconds at_most);

  // The callbacks of libmicrohttpd; `self` is the object of this class.
  static void* on_first_line(void* self, const char* target, MHD_Connection* peer) noexcept;
  static MHD_Result on_request(void* self, MHD_Connection* peer, const char* path,
                               const char* method, const char* version, const char* piece,
                               std::size_t* piece_size, void** request) noexcept;
  static void on_end(void* self, MHD_Connection* peer, void** request,
                     MHD_RequestTerminationCode how) noexcept;

 private:
  struct request;

  MHD_Result begin(MHD_Connection* peer, const char* method, request& of) const;
  MHD_Result take(std::string_view piece, request& of) const;
  MHD_Result reply(MHD_Connection* peer, const char* method, request& to) const;
  [[nodiscard]] bool is_closing() const;

  const std::function<http_reply(const http_question&)> answer_;
  const std::size_t body_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t under_way_ = 0;
  bool closing_ = false;
};

}  // namespace dynamo::net
