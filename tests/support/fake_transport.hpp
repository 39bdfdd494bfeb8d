// A network whose answers and time a test controls.
#pragma once

#include "net/timer_queue.hpp"
#include "net/transport.hpp"
#include "support/manual_time.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::test {

/// An HTTP response as the transport hands it over.
inline net::http_response http_answer(int status, std::string_view body) {
  net::http_response response;
  response.status = status;
  response.body = body_buffer(body);
  response.request_id = "REQUEST-ID";
  return response;
}

/// Stands for the network and its thread: nothing happens until the test answers, or calls `run`
/// or `advance`, whose thread is the network thread then. Outlives the transport it makes.
/// Thread-safe.
class fake_network {
 public:
  explicit fake_network(std::shared_ptr<manual_clock> time) : time_(std::move(time)) {}

  /// One transport at a time.
  std::unique_ptr<net::transport> make(net::transport_options options) {
    const std::lock_guard lock(mutex_);
    ++transports_;
    options_ = std::move(options);
    return std::make_unique<end_point>(*this);
  }

  /// Sending and scheduling throw this from now on: the network's thread cannot be started.
  void refuse_to_start(std::string why) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(why);
  }
  /// Called within `cancel`, on its caller's thread.
  void on_cancel(std::function<void()> told) {
    const std::lock_guard lock(mutex_);
    on_cancel_ = std::move(told);
  }

  [[nodiscard]] std::size_t transports_made() const {
    const std::lock_guard lock(mutex_);
    return transports_;
  }
  [[nodiscard]] net::transport_options options() const {
    const std::lock_guard lock(mutex_);
    return options_;
  }
  /// Requests that were sent so far.
  [[nodiscard]] std::size_t sent() const {
    const std::lock_guard lock(mutex_);
    return transfers_.size();
  }
  /// A request by the order of sending, from 0.
  [[nodiscard]] net::http_request request(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return transfers_.at(index).request;
  }
  /// The value of a header of that request; empty if it has none of this name.
  [[nodiscard]] std::string header(std::size_t index, std::string_view name) const {
    const std::string begin = std::string(name) + ": ";
    for (const std::string& line : request(index).headers) {
      if (line.starts_with(begin)) return line.substr(begin.size());
    }
    return {};
  }
  /// Requests that were neither answered nor cancelled.
  [[nodiscard]] std::size_t open() const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const transfer& each : transfers_) count += each.done != nullptr;
    return count;
  }
  /// The time until the earliest task, in milliseconds; nothing if none waits.
  [[nodiscard]] std::optional<std::chrono::milliseconds> next_task() const {
    const std::lock_guard lock(mutex_);
    const auto when = timers_.next();
    if (!when) return std::nullopt;
    return std::chrono::ceil<std::chrono::milliseconds>(*when - time_->now());
  }

  /// Ends a transfer that is open.
  void answer(std::size_t index, net::http_outcome outcome) {
    auto done = take(index);
    if (!done) throw std::logic_error("this request has ended before");
    done(std::move(outcome));
  }
  void answer(std::size_t index, net::transport_errc failure) {
    answer(index, net::transport_error{failure, "the network failed as it was told"});
  }
  /// Does what waits: cancels, and runs the tasks that are due.
  void run() {
    while (run_one(time_->now())) {
    }
  }
  /// Lets time pass.
  void advance(std::chrono::milliseconds by) {
    time_->advance(by);
    run();
  }

 private:
  using handler = std::function<void(net::http_outcome)>;
  struct transfer {
    net::http_request request;
    handler done;  // null when it has ended
  };

  class end_point final : public net::transport {
   public:
    explicit end_point(fake_network& network) : network_(network) {}
    end_point(const end_point&) = delete;
    end_point& operator=(const end_point&) = delete;
    ~end_point() override { network_.shut_down(); }

    transfer_id send(net::http_request request, handler done) override {
      const std::lock_guard lock(network_.mutex_);
      network_.start();
      network_.transfers_.push_back({std::move(request), std::move(done)});
      return network_.transfers_.size() - 1;
    }
    void cancel(transfer_id id) override {
      std::function<void()> told;
      {
        const std::lock_guard lock(network_.mutex_);
        network_.cancelled_.push_back(id);
        told = network_.on_cancel_;
      }
      if (told) told();
    }
    void schedule(std::chrono::steady_clock::time_point when, std::function<void()> task) override {
      const std::lock_guard lock(network_.mutex_);
      network_.start();
      network_.timers_.add(when, std::move(task));
    }

   private:
    fake_network& network_;
  };

  void start() const {
    if (!refusal_.empty()) throw std::runtime_error(refusal_);
  }
  handler take(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return std::exchange(transfers_.at(index).done, nullptr);
  }
  void cancel(std::size_t index) {
    if (auto done = take(index)) {
      done(net::transport_error{net::transport_errc::cancelled, "the request was cancelled"});
    }
  }
  bool run_one(std::chrono::steady_clock::time_point now) {
    std::unique_lock lock(mutex_);
    if (!cancelled_.empty()) {
      const std::size_t index = cancelled_.front();
      cancelled_.pop_front();
      lock.unlock();
      cancel(index);
      return true;
    }
    const auto task = timers_.take_due(now);
    lock.unlock();
    if (task) (*task)();
    return task.has_value();
  }
  // As the contract says: what is under way is cancelled, tasks that wait run at once.
  void shut_down() {
    for (bool busy = true; busy;) {
      busy = run_one(std::chrono::steady_clock::time_point::max());
      for (std::size_t i = 0; i < sent(); ++i) {
        if (auto done = take(i)) {
          busy = true;
          done(net::transport_error{net::transport_errc::cancelled, "the transport ended"});
        }
      }
    }
  }

  const std::shared_ptr<manual_clock> time_;
  mutable std::mutex mutex_;
  std::string refusal_;
  std::function<void()> on_cancel_;
  std::size_t transports_ = 0;
  net::transport_options options_;
  std::deque<transfer> transfers_;
  std::deque<std::size_t> cancelled_;
  net::timer_queue timers_;
};

}  // namespace dynamo::test
