// Sources and values that the tests of flows share.
#pragma once

#include <dynamo/flow/flow.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>
#include <vector>

namespace dynamo::test {

inline std::vector<int> numbers(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

template <class T>
std::vector<T> sorted(std::vector<T> all) {
  std::ranges::sort(all);
  return all;
}

/// What is known of a `number_source` while a flow owns it. Thread-safe.
struct source_log {
  std::mutex mutex;
  std::condition_variable changed;
  int pulled = 0;     ///< numbers given out
  int pulls = 0;      ///< calls of pull
  int cancelled = 0;  ///< calls of cancel
  bool held = false;  ///< pulls wait

  void hold(bool on) {
    const std::lock_guard lock(mutex);
    held = on;
    changed.notify_all();
  }
  [[nodiscard]] int count() {
    const std::lock_guard lock(mutex);
    return pulled;
  }
  void wait_for(int at_least) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return pulled >= at_least; });
  }
  void wait_for_pull() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return pulls > 0; });
  }
};

/// 0, 1, 2, ... up to an end, at most so many a pull.
class number_source {
 public:
  using value_type = int;

  explicit number_source(int end, std::shared_ptr<source_log> log = std::make_shared<source_log>(),
                         std::size_t most = 1000)
      : end_(end), most_(most), log_(std::move(log)) {}

  bool pull(std::vector<int>& into, std::size_t most) {
    std::unique_lock lock(log_->mutex);
    ++log_->pulls;
    log_->changed.notify_all();
    log_->changed.wait(lock, [&] { return !log_->held || log_->cancelled > 0; });
    for (std::size_t i = std::min(most, most_); i > 0 && log_->pulled < end_; --i) {
      into.push_back(log_->pulled++);
    }
    log_->changed.notify_all();
    return !into.empty();
  }
  void cancel() {
    const std::lock_guard lock(log_->mutex);
    ++log_->cancelled;
    log_->changed.notify_all();
  }

 private:
  int end_;
  std::size_t most_;
  std::shared_ptr<source_log> log_;
};

static_assert(flow::source<number_source>);

/// Counts its copies, its moves and its living.
struct tracer {
  static inline std::atomic<int> copies = 0;
  static inline std::atomic<int> moves = 0;
  static inline std::atomic<int> alive = 0;

  int value = 0;

  tracer() : tracer(0) {}
  explicit tracer(int of) : value(of) { ++alive; }
  tracer(const tracer& other) : value(other.value) { ++alive, ++copies; }
  tracer(tracer&& other) noexcept : value(other.value) { ++alive, ++moves; }
  tracer& operator=(const tracer& other) {
    value = other.value;
    ++copies;
    return *this;
  }
  tracer& operator=(tracer&& other) noexcept {
    value = other.value;
    ++moves;
    return *this;
  }
  ~tracer() { --alive; }

  static void forget() { copies = moves = 0; }
  static std::vector<tracer> some(int count) {
    std::vector<tracer> all;
    all.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) all.emplace_back(i);
    return all;
  }
};

}  // namespace dynamo::test
