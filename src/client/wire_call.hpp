// One request and its attempts.
#pragma once

#include "auth/service_clock.hpp"
#include "client/retry.hpp"
#include "client/service_error.hpp"
#include "client/wire_connection.hpp"

#include <dynamo/model/backend.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo::wire {

/// Kept alive by the handlers and the search for credentials that it waits for; the connection
/// waits for it.
class wire_call : public std::enable_shared_from_this<wire_call> {
 public:
  wire_call(wire_connection& over, backend_request request, backend_completion done);
  wire_call(const wire_call&) = delete;
  wire_call& operator=(const wire_call&) = delete;
  ~wire_call();

  /// Begins, and fails the request if it cannot.
  void start() noexcept;
  /// Its connection ends: errc::cancelled. No effect on a request that has ended.
  void give_up() noexcept;

 private:
  struct stopper {
    wire_call* self;
    void operator()() const { self->stop(); }
  };

  // Whatever a step throws (std::bad_alloc) fails the request: there is no one else to catch it.
  template <class Step>
  void guarded(Step step) noexcept;
  void begin();
  void located(result<void> found);
  void attempt();
  // Whoever looks for region and credentials knows nothing of this request's deadline.
  void keep_deadline_until(const std::shared_ptr<std::atomic<bool>>& found);
  // Any thread, and any time after attempt().
  void resolved(result<credentials>& who);
  void send(const credentials& who);
  // On the network thread.
  void answer(net::http_outcome outcome);
  void follow_up(failed_attempt failed, std::optional<std::chrono::milliseconds> retry_after);
  // From any thread: a stop was requested.
  void stop();
  void end_later();
  // Stopped, or finished: nothing may be sent for it any more.
  [[nodiscard]] bool is_over();
  void fail(error reason) noexcept;
  // Exactly once: later outcomes of a call that was stopped find it finished.
  void finish(result<backend_response> outcome) noexcept;

  wire_connection& over_;
  const backend_request request_;
  backend_completion done_;
  retry_state retries_;
  std::atomic<unsigned> attempts_ = 0;  // a stop reads it on another thread
  // Of the attempt under way.
  std::uint64_t credentials_generation_ = 0;
  std::string session_token_;  // the one secret that is sent
  std::string url_;
  auth::service_clock::time_point signed_for_;
  std::chrono::steady_clock::time_point sent_at_;
  std::mutex mutex_;
  std::optional<net::transport::transfer_id> transfer_;
  bool started_ = false;
  bool stopped_ = false;
  bool finished_ = false;
  std::optional<std::stop_callback<stopper>> on_stop_;
};

}  // namespace dynamo::wire
