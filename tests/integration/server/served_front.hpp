// A front with a socket, before a function of the test's own.
#pragma once

#include "server/listening_front.hpp"
#include "support/plain_http.hpp"
#include "support/watchdog.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::test {

inline constexpr std::size_t mega = std::size_t{1} << 20;

/// How an answer of success begins.
inline const std::string ok = "HTTP/1.1 200 OK\r\n";

/// The head of a request for an operation, up to what tells the length of its body.
[[nodiscard]] inline std::string operation_head(std::string_view operation) {
  return "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
         "X-Amz-Target: DynamoDB_20120810." +
         std::string(operation) + "\r\n";
}

/// A request for an operation, head and body.
[[nodiscard]] inline std::string operation_request(std::string_view operation,
                                                   std::string_view body,
                                                   std::string_view headers = {}) {
  return operation_head(operation) + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// Starts with `start`; by default it answers with the body of the request.
class served_front {
 public:
  explicit served_front(server_options options = {}, server_side::executor carry_out = {}) {
    start(std::move(options), std::move(carry_out));
  }

  void start(server_options options, server_side::executor carry_out) {
    options.listen = "127.0.0.1:0";
    if (!carry_out) {
      carry_out = [this](operation, const body_buffer& request, body_buffer& answer) {
        ++carried_out;
        answer.append(request.text());
        answer.finish();
        return 200;
      };
    }
    front_ = server_side::listening_front::open(std::move(carry_out), std::move(options)).value();
  }
  void end() { front_.reset(); }

  [[nodiscard]] std::uint16_t port() const { return front_->address().port; }
  [[nodiscard]] std::string url() const { return "http://" + front_->address().to_string(); }
  /// One request on a connection of its own.
  [[nodiscard]] std::string ask(std::string_view request) const {
    const plain_connection peer(port());
    peer.send(request);
    return peer.read_answer();
  }

  std::atomic<int> carried_out = 0;

 private:
  std::unique_ptr<server_side::listening_front> front_;
};

}  // namespace dynamo::test
