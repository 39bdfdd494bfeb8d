// Tasks that wait for a point in time.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace dynamo::net {

/// Tasks by the time they are due; those due at the same time keep the order they were added in.
/// Not thread-safe. Runs nothing itself: the owner takes what is due.
class timer_queue {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using task = std::function<void()>;

  void add(time_point when, task work) { tasks_.emplace(when, std::move(work)); }

  /// When the first task is due; nothing if none waits.
  [[nodiscard]] std::optional<time_point> next() const {
    if (tasks_.empty()) return std::nullopt;
    return tasks_.begin()->first;
  }

  /// Removes the first task if it is due at `now`.
  [[nodiscard]] std::optional<task> take_due(time_point now) {
    if (tasks_.empty() || tasks_.begin()->first > now) return std::nullopt;
    return std::move(tasks_.extract(tasks_.begin()).mapped());
  }

 private:
  std::multimap<time_point, task> tasks_;
};

}  // namespace dynamo::net
