// Short HTTP exchanges with the services that hand out credentials.
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

/// What to ask, and how long to insist.
struct http_question {
  std::string method = "GET";
  std::string url{};
  std::vector<std::string> headers{};  ///< "Name: value" lines
  std::string body{};
  /// An address of the machine or container itself, which no proxy can reach.
  bool local = false;
  std::chrono::milliseconds timeout{5000};  ///< for each attempt, from connecting to the last byte
  unsigned attempts = 3;                    ///< requests sent at most
  std::chrono::milliseconds pause{1000};    ///< between them
  /// Tells of an answer below 500 that it may pass: throttling, say. Null: none does.
  std::function<bool(const net::http_response&)> may_pass{};
};

/// From this status on, an answer is a refusal.
inline constexpr int first_failure = 400;

/// For `http_question::may_pass`: the service says that there are too many requests.
[[nodiscard]] bool is_throttled(const net::http_response& response) noexcept;

/// Asks over a transport of its own, which it makes, with its thread, at the first question: a
/// program whose keys are in its environment never has one. Thread-safe.
///
/// Lifetime: whoever owns it calls `close`, or lets go of the last reference, on another thread
/// than the transport's.
class http_exchange : public std::enable_shared_from_this<http_exchange> {
 public:
  using make_transport = std::function<std::unique_ptr<net::transport>()>;
  using handler = std::function<void(result<net::http_response>)>;

  http_exchange(make_transport make, std::shared_ptr<const clock> time);
  ~http_exchange();
  http_exchange(const http_exchange&) = delete;
  http_exchange& operator=(const http_exchange&) = delete;

  /// Calls `done` exactly once, on the transport's thread, or at once after `close`. A response of
  /// any status below 500 is an answer, unless `may_pass` says otherwise; a server error and no
  /// answer at all are tried again, and the last attempt's server error is given to `done` as a
  /// response, for its own words.
  ///
  /// Errors say who did not answer and why: errc::credentials, errc::configuration (TLS, a
  /// malformed URL or proxy), errc::cancelled after `close`.
  void ask(http_question question, handler done);

  /// Ends what is under way with errc::cancelled and waits until every handler has run.
  void close();

 private:
  struct call;

  void attempt(const std::shared_ptr<call>& each);
  void answered(const std::shared_ptr<call>& each, net::http_outcome outcome);
  // Has the transport do something that only posts to it. Fails when closed, and when there is no
  // network to be had.
  result<void> use(const std::function<void(net::transport&)>& work);

  const make_transport make_;
  const std::shared_ptr<const clock> time_;
  std::mutex mutex_;
  bool closed_ = false;
  std::unique_ptr<net::transport> owned_;
};

}  // namespace dynamo::auth
