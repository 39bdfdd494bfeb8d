// What goes through a backend, counted.
#pragma once

#include <dynamo/model/backend.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

/// Passes everything on to another backend, and remembers it. Thread-safe.
class counting_backend final : public backend {
 public:
  explicit counting_backend(std::shared_ptr<backend> on);

  void submit(backend_request request, backend_completion done) override;
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return on_->now(); }
  result<void> schedule(std::chrono::steady_clock::time_point when,
                        std::function<void()> task) override {
    return on_->schedule(when, std::move(task));
  }
  [[nodiscard]] std::shared_ptr<metrics_recorder> metrics() const override {
    return on_->metrics();
  }
  [[nodiscard]] std::shared_ptr<logger> log() const override { return on_->log(); }

  [[nodiscard]] std::size_t submitted() const;
  [[nodiscard]] std::size_t completed() const;
  /// The most requests that were under way at a time.
  [[nodiscard]] std::size_t most_at_once() const;
  /// Of all requests, in the order they came.
  [[nodiscard]] std::vector<std::string> bodies() const;
  /// Waits until every completion has returned; false after `limit`.
  [[nodiscard]] bool wait_until_idle(std::chrono::milliseconds limit) const;

 private:
  // Shared with completions, of which the last may return after the decorator has gone.
  struct counts {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t completed = 0;
    std::size_t under_way = 0;
    std::size_t most = 0;
    std::vector<std::string> bodies;
  };
  const std::shared_ptr<counts> counts_ = std::make_shared<counts>();
  const std::shared_ptr<backend> on_;
};

}  // namespace dynamo::test
