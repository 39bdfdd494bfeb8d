// Stages that do what a test says.
#pragma once

#include <dynamo/stage/supervisor.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace dynamo::test {

/// A stage's functions; those left out do nothing. The types are the same in all tests, so that the
/// runtime is compiled for them once.
struct source {
  std::function<void(std::size_t, stage::emit<int>)> demand;
  std::function<void(stage::waker)> started;
  void on_start(stage::waker wake) {
    if (started) started(std::move(wake));
  }
  void on_demand(std::size_t count, stage::emit<int> out) { demand(count, out); }
};
struct through {
  std::function<void(std::span<int>, stage::emit<int>, stage::delivery&)> events;
  std::function<void(stage::emit<int>)> complete;
  void on_events(std::span<int> in, stage::emit<int> out, stage::delivery& with) {
    events(in, out, with);
  }
  void on_complete(stage::emit<int> out) {
    if (complete) complete(out);
  }
};
struct sink {
  std::function<void(std::span<int>, stage::delivery&)> events;
  std::function<void()> complete;
  std::function<void(const error&)> cancelled;
  void on_events(std::span<int> in, stage::delivery& with) { events(in, with); }
  void on_complete() {
    if (complete) complete();
  }
  void on_cancel(const error& why) {
    if (cancelled) cancelled(why);
  }
};
using source_factory = std::function<source()>;
using through_factory = std::function<through()>;
using sink_factory = std::function<sink()>;
using source_options = stage::child_options<stage::detail::none, int>;
using through_options = stage::child_options<int, int>;
using sink_options = stage::child_options<int, stage::detail::none>;

/// Counts from 0 up to `end`; its place survives its objects.
inline source_factory counter(int end, int begin = 0) {
  auto next = std::make_shared<int>(begin);
  return [next, end] {
    return source{[next, end](std::size_t count, stage::emit<int> out) {
                    for (; count != 0 && *next != end; --count) out((*next)++);
                    if (*next == end) out.complete();
                  },
                  {}};
  };
}
/// Passes everything on.
inline through_factory relay() {
  return [] {
    return through{[](std::span<int> in, stage::emit<int> out, stage::delivery&) {
                     for (const int each : in) out(each);
                   },
                   {}};
  };
}

/// What came, from any number of stages. Thread-safe.
class collection {
 public:
  void add(std::span<const int> events) {
    const std::lock_guard lock(mutex_);
    all_.insert(all_.end(), events.begin(), events.end());
    batches_.push_back(events.size());
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<int> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  [[nodiscard]] std::vector<int> sorted() const {
    std::vector<int> copy = all();
    std::sort(copy.begin(), copy.end());
    return copy;
  }
  [[nodiscard]] std::vector<std::size_t> batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
  }
  void wait_for(std::size_t count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return all_.size() >= count; });
  }
  [[nodiscard]] sink_factory sink_of() {
    return
        [this] { return sink{[this](std::span<int> in, stage::delivery&) { add(in); }, {}, {}}; };
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<int> all_;
  std::vector<std::size_t> batches_;
};

inline std::vector<int> numbers(int end, int begin = 0) {
  std::vector<int> all;
  for (int i = begin; i < end; ++i) all.push_back(i);
  return all;
}

/// A gate that stages wait at. Thread-safe.
class gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  /// Until somebody waits at it.
  void wait_for_somebody() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ != 0; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

}  // namespace dynamo::test
