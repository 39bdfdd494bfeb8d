// A backend whose answers a test gives by hand.
#pragma once

#include <dynamo/model/backend.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::test {

/// Keeps every request until the test answers it, on the test's thread. Thread-safe.
class held_backend final : public backend {
 public:
  void submit(backend_request request, backend_completion done) override {
    const std::lock_guard lock(mutex_);
    held_.push_back({std::move(request), std::move(done)});
    changed_.notify_all();
  }

  /// Waits until `count` requests have come in all.
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= count; });
  }
  [[nodiscard]] std::size_t submitted() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  [[nodiscard]] backend_request request(std::size_t number) {
    const std::lock_guard lock(mutex_);
    return held_.at(number).request;
  }
  void answer(std::size_t number, std::string_view body) {
    finish(number, backend_response{.body = body_buffer(body), .request_id = "held"});
  }
  void fail(std::size_t number, error reason) { finish(number, std::move(reason)); }

 private:
  struct pending {
    backend_request request;
    backend_completion done;
  };

  void finish(std::size_t number, result<backend_response> outcome) {
    backend_completion done;
    {
      const std::lock_guard lock(mutex_);
      done = std::exchange(held_.at(number).done, nullptr);
    }
    done(std::move(outcome));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<pending> held_;
};

}  // namespace dynamo::test
