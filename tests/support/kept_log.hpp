// A log that a test reads.
#pragma once

#include <dynamo/core/log.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

/// Keeps what comes, as lines. Thread-safe.
class kept_lines final : public log_sink {
 public:
  void write(const log_record& record) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(to_line(record));
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// A logger with its lines.
class kept_log {
 public:
  explicit kept_log(log_level level, std::shared_ptr<clock> time = nullptr)
      : log(std::make_shared<logger>(level, kept_, std::move(time))) {}

 private:
  const std::shared_ptr<kept_lines> kept_ = std::make_shared<kept_lines>();

 public:
  /// What was told so far.
  [[nodiscard]] std::vector<std::string> lines() const {
    log->flush();
    return kept_->lines();
  }

  const std::shared_ptr<logger> log;
};

}  // namespace dynamo::test
