// A backend that answers on a thread of its own.
#pragma once

#include <dynamo/model/backend.hpp>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::test {

/// Answers requests as `with` says, one at a time, in an order that is not the one of the requests;
/// those whose stop was requested are cancelled. Thread-safe.
class threaded_backend final : public backend {
 public:
  using request_handler = std::function<result<std::string>(const backend_request&)>;

  explicit threaded_backend(request_handler with) : with_(std::move(with)) {}
  threaded_backend(const threaded_backend&) = delete;
  threaded_backend& operator=(const threaded_backend&) = delete;
  /// Cancels what is open.
  ~threaded_backend() override {
    worker_.request_stop();
    worker_.join();
    for (auto& [request, done] : calls_) done(cancelled());
  }

  void submit(backend_request request, backend_completion done) override {
    {
      const std::lock_guard lock(mutex_);
      calls_.emplace_back(std::move(request), std::move(done));
    }
    changed_.notify_all();
  }

 private:
  using call = std::pair<backend_request, backend_completion>;

  static error cancelled() {
    error failure;
    failure.kind = errc::cancelled;
    failure.message = "the request was cancelled";
    return failure;
  }

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (std::size_t turn = 0; !stop.stop_requested(); turn += 7) {
      if (!changed_.wait(lock, stop, [&] { return !calls_.empty(); })) return;
      const auto at = calls_.begin() + static_cast<std::ptrdiff_t>(turn % calls_.size());
      call next = std::move(*at);
      calls_.erase(at);
      lock.unlock();
      if (next.first.stop.stop_requested()) {
        next.second(cancelled());
      } else if (auto body = with_(next.first)) {
        next.second(backend_response{.body = body_buffer(std::string_view(*body))});
      } else {
        next.second(std::move(body).error());
      }
      next = {};
      lock.lock();
    }
  }

  const request_handler with_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<call> calls_;
  std::jthread worker_{[this](const std::stop_token& stop) { work(stop); }};
};

}  // namespace dynamo::test
