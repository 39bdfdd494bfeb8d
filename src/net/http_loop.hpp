// The connections of a listener: one thread polls all of them, workers run the handler.
#pragma once

#include "core/descriptor.hpp"
#include "net/http_connection.hpp"
#include "net/http_listener.hpp"

#include <dynamo/core/log.hpp>
#include <dynamo/core/owned_thread.hpp>
#include <dynamo/core/worker_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct epoll_event;

namespace dynamo::net {

/// Serves the connections of a listening socket until `end`. An idle connection costs its socket
/// and some hundred bytes; a worker gets a request only after all of it was received.
class http_loop {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Throws std::system_error if the system has no descriptor or thread left.
  http_loop(detail::descriptor listening, http_listener::request_handler answer,
            const listener_limits& limits, std::shared_ptr<logger> log);
  http_loop(const http_loop&) = delete;
  http_loop& operator=(const http_loop&) = delete;
  /// Stops accepting, closes idle connections, answers requests that are complete or are completed
  /// within the grace period, and closes the rest.
  ~http_loop();

 private:
  using connection = http_connection;
  using connections = std::list<connection>;

  // Delay before accepting is tried again after descriptors or memory ran out.
  static constexpr std::chrono::milliseconds accept_pause{100};
  static constexpr std::size_t events_at_once = 256;

  void run();
  void wait(std::vector<epoll_event>& events);
  void take(connection& from, unsigned events);
  void receive(connection& from);
  void feed(connection& to, std::string_view bytes);
  void drop_input(connection& from);
  void refuse(connection& whom, const http_fault& why);
  void hand_to_worker(connection& whom);
  void answer(connection& whom);
  bool rearm(connection& whom);
  void take_rearmed();
  void take_answered();
  void flush(connection& to);
  void after_answer(connection& of);
  void accept_all();
  void add(detail::descriptor socket);
  bool make_room();
  void report_evictions();
  void sweep();
  void begin_ending();
  void close_idle();
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool has_ended() const;
  void charge(connection& whom);
  void watch(connection& whom, unsigned events);
  void wake() noexcept;
  void close(connection& whom);
  [[nodiscard]] time_point allowed_until(const connection& whom, std::size_t bytes) const;

  const http_listener::request_handler answer_;
  const request_limits request_limits_;
  const listener_limits limits_;
  const std::chrono::milliseconds sweep_interval_;
  const std::shared_ptr<logger> log_;
  const detail::descriptor poll_;
  const detail::descriptor wake_;
  detail::descriptor listening_;

  // Used by the loop's thread only.
  connections waiting_{};  // the longest-waiting one first
  connections busy_{};     // connections being answered or receiving their response
  std::string block_{};
  std::size_t charged_ = 0;
  std::size_t evicted_ = 0;
  bool accepts_ = false;  // the listening socket is watched
  bool is_ending_ = false;
  time_point now_{};
  time_point accepts_after_{};
  time_point next_sweep_{};
  time_point end_at_{};

  std::atomic<bool> ending_ = false;
  std::atomic<bool> starved_ = false;  // all connections are busy: none may be accepted
  std::mutex mutex_;
  // Filled by workers; linked by `next_answered`.
  connection* answered_ = nullptr;
  connection* rearmed_ = nullptr;  // completely answered, and polled for the next request

  std::unique_ptr<worker_pool> workers_;
  detail::owned_thread thread_;
};

}  // namespace dynamo::net
