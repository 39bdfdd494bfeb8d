// HTTP requests to the services that return credentials.
#pragma once

#include "net/transport.hpp"

#include <dynamo/core/clock.hpp>
#include <dynamo/core/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace dynamo::auth {

/// A request and its retries.
struct credential_request {
  std::string method = "GET";
  std::string url{};
  std::vector<std::string> headers{};  ///< "Name: value" lines
  std::string body{};
  /// The address is one of the machine or container itself, which a proxy cannot reach.
  bool local = false;
  std::chrono::milliseconds timeout{5000};  ///< for each attempt, from connecting to the last byte
  unsigned attempts = 3;                    ///< maximum number of requests sent
  std::chrono::milliseconds pause{1000};    ///< between attempts
  /// Returns true for a response below 500 that is retried, such as throttling. Null: none is.
  std::function<bool(const net::http_response&)> is_transient{};
};

/// Responses with this status or a higher one are refusals.
inline constexpr int first_failure = 400;

/// For `credential_request::is_transient`: true if the service reports too many requests.
[[nodiscard]] bool is_throttled(const net::http_response& response) noexcept;

/// Sends requests over its own transport, which it creates, with its thread, at the first request:
/// a program with keys in its environment never has one.
///
/// Thread safety: thread-safe. Lifetime: the owner calls `close`, or releases the last reference,
/// on another thread than the transport's.
class http_exchange : public std::enable_shared_from_this<http_exchange> {
 public:
  using make_transport = std::function<std::unique_ptr<net::transport>()>;
  using handler = std::function<void(result<net::http_response>)>;

  http_exchange(make_transport make, std::shared_ptr<const clock> time);
  ~http_exchange();
  http_exchange(const http_exchange&) = delete;
  http_exchange& operator=(const http_exchange&) = delete;

  /// Sends a request. Calls `done` exactly once, on the transport's thread, or at once after
  /// `close`. Passes a response with a status below 500 to `done`, unless `is_transient` returns
  /// true for it. Retries server errors and missing responses; a server error of the last attempt
  /// is passed to `done` as a response, for its message.
  ///
  /// Errors name the host that did not respond and the reason: errc::credentials,
  /// errc::configuration (TLS, a malformed URL or proxy), errc::cancelled after `close`.
  void ask(credential_request request, handler done);

  /// Ends requests in progress with errc::cancelled and waits until every handler has run.
  void close();

 private:
  struct call;

  void attempt(const std::shared_ptr<call>& each);
  void answered(const std::shared_ptr<call>& each, net::http_outcome outcome);
  // Calls a function that only posts to the transport. Fails after `close`, and if the transport
  // cannot be created.
  result<void> use(const std::function<void(net::transport&)>& work);

  const make_transport make_;
  const std::shared_ptr<const clock> time_;
  std::mutex mutex_;
  bool closed_ = false;
  std::unique_ptr<net::transport> owned_;
};

}  // namespace dynamo::auth
