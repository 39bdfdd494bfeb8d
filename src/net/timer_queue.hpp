// A queue of tasks by due time.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace dynamo::net {

/// Tasks ordered by due time; tasks due at the same time keep the order in which they were added.
/// Not thread-safe. Runs nothing itself: the owner removes and runs due tasks.
class timer_queue {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using task = std::function<void()>;

  void add(time_point when, task work) { tasks_.emplace(when, std::move(work)); }

  /// When the first task is due; nothing if the queue is empty.
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
