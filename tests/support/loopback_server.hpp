// A server on 127.0.0.1 that does what a test tells it, and misbehaves on request.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

typedef struct ssl_ctx_st SSL_CTX;

namespace dynamo::test {

/// Closed until somebody opens it. Thread-safe.
class latch {
 public:
  void open();
  [[nodiscard]] bool is_open() const;
  /// Calls `action` when the latch opens, on the opener's thread; at once if it is open.
  void when_open(std::function<void()> action);

 private:
  mutable std::mutex mutex_;
  bool open_ = false;
  std::vector<std::function<void()>> actions_;
};

/// What the server does with a connection after a request has come in full.
namespace step {
struct send {
  std::string bytes;
};
struct wait {
  std::shared_ptr<latch> until;
};
struct pause {
  std::chrono::milliseconds length;
};
/// Nobody listens for so long: who connects meanwhile is refused.
struct refuse {
  std::chrono::milliseconds length;
};
struct close {};  ///< an orderly end
struct reset {};  ///< RST
struct stall {};  ///< nothing more, ever
}  // namespace step
using server_step = std::variant<step::send, step::wait, step::pause, step::refuse, step::close,
                                 step::reset, step::stall>;
/// After the last step the connection takes the next request.
using script = std::vector<server_step>;

struct received_request {
  std::size_t connection = 0;  ///< 0 is the first connection made
  std::size_t number = 0;      ///< 0 is the first request of all
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// A response with Content-Length.
[[nodiscard]] std::string response_text(int status, std::string_view body,
                                        const std::vector<std::string>& headers = {});
/// A script that answers with it.
[[nodiscard]] script respond(int status, std::string_view body,
                             const std::vector<std::string>& headers = {});

/// Serves any number of connections with one thread. `answer` runs on that thread. Understands
/// HTTP/1.1 requests with Content-Length. The functions are thread-safe.
class loopback_server {
 public:
  using responder = std::function<script(const received_request&)>;

  /// With `tls`, which must outlive the server, it speaks TLS.
  explicit loopback_server(responder answer, SSL_CTX* tls = nullptr);
  loopback_server(const loopback_server&) = delete;
  loopback_server& operator=(const loopback_server&) = delete;
  ~loopback_server();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// "http://127.0.0.1:port/", or https.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::vector<received_request> requests() const;
  /// Blocks until `count` requests have come in full.
  void wait_for_requests(std::size_t count) const;
  /// Blocks until the clients have closed `count` connections.
  void wait_for_closed(std::size_t count) const;

 private:
  struct connection;
  struct waker;

  void run();
  void listen();
  [[nodiscard]] int poll_milliseconds() const;
  void accept_all();
  void serve(connection& peer);
  [[nodiscard]] bool read_from(connection& peer);
  void take_request(connection& peer);
  void play(connection& peer);

  responder answer_;
  SSL_CTX* tls_;
  int reserved_ = -1;  // keeps the port while nobody listens
  int listener_ = -1;  // -1 while nobody listens
  std::uint16_t port_ = 0;
  std::chrono::steady_clock::time_point listens_again_;
  std::shared_ptr<waker> waker_;
  std::vector<std::unique_ptr<connection>> peers_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<received_request> requests_;
  std::size_t accepted_ = 0;
  std::size_t closed_by_client_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

/// A port of 127.0.0.1 that nobody listens on.
[[nodiscard]] std::uint16_t unused_port();

}  // namespace dynamo::test
