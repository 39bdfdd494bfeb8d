// A backend that somebody watches.
#pragma once

#include <dynamo/core/log.hpp>
#include <dynamo/core/memory_metrics.hpp>
#include <dynamo/model/backend.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace dynamo::test {

/// Passes everything on, and says who wants to know.
class watched_backend final : public backend {
 public:
  watched_backend(std::shared_ptr<backend> on, std::shared_ptr<metrics_recorder> metrics,
                  std::shared_ptr<logger> log)
      : on_(std::move(on)), metrics_(std::move(metrics)), log_(std::move(log)) {}

  void submit(backend_request request, backend_completion done) override {
    on_->submit(std::move(request), std::move(done));
  }
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return on_->now(); }
  result<void> schedule(std::chrono::steady_clock::time_point when,
                        std::function<void()> task) override {
    return on_->schedule(when, std::move(task));
  }
  [[nodiscard]] std::shared_ptr<metrics_recorder> metrics() const override { return metrics_; }
  [[nodiscard]] std::shared_ptr<logger> log() const override { return log_; }

 private:
  const std::shared_ptr<backend> on_;
  const std::shared_ptr<metrics_recorder> metrics_;
  const std::shared_ptr<logger> log_;
};

}  // namespace dynamo::test
