// Events between stages: in chunks, and in buffers while there is no demand.
#pragma once

#include <dynamo/value/mapping.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace dynamo::stage {

/// Which events a full buffer keeps.
enum class keep : unsigned char {
  last,   ///< discards the oldest
  first,  ///< discards the newest
};

}  // namespace dynamo::stage

namespace dynamo::stage::detail {

/// The event type of a side that a stage does not have.
struct none {
  none() = delete;
};

/// Mapped structs are reused for decoding, so that their strings keep their memory. Other events
/// are destroyed as soon as they are handled: they may own more than memory.
template <class T>
inline constexpr bool reusable = mapped<T>;

template <class T>
class chunk;

/// Chunks whose events were handled, for new events. The one used last comes first, since its
/// memory is most likely still in a cache. Thread-safe.
template <class T>
class chunk_pool : public std::enable_shared_from_this<chunk_pool<T>> {
 public:
  chunk_pool() { spare_.reserve(most); }
  /// Returns an empty chunk that will return to this pool.
  [[nodiscard]] chunk<T> take() {
    chunk<T> fresh;
    {
      const std::lock_guard lock(mutex_);
      if (!spare_.empty()) {
        fresh = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    fresh.home_ = this->shared_from_this();
    return fresh;
  }
  void recycle(chunk<T>&& used) noexcept {
    const std::lock_guard lock(mutex_);
    if (spare_.size() < most) spare_.push_back(std::move(used));  // into reserved memory
  }

 private:
  static constexpr std::size_t most = 16;
  std::mutex mutex_;
  std::vector<chunk<T>> spare_;
};

/// Events that are sent together. After the first `size()` there may be objects to reuse.
/// Move-only.
template <class T>
class chunk {
 public:
  chunk() = default;
  chunk(chunk&& other) noexcept
      : items_(std::move(other.items_)),
        size_(std::exchange(other.size_, 0)),
        home_(std::move(other.home_)) {}
  chunk& operator=(chunk&& other) noexcept {
    items_ = std::move(other.items_);
    size_ = std::exchange(other.size_, 0);
    home_ = std::move(other.home_);
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::span<T> events() noexcept { return {items_.data(), size_}; }

  template <class U>
  void push(U&& event) {
    if constexpr (reusable<T>) {
      if (size_ < items_.size()) {
        items_[size_++] = std::forward<U>(event);
        return;
      }
    }
    items_.push_back(std::forward<U>(event));
    ++size_;
  }
  /// Returns an object to write the next event into; it counts when `commit` is called.
  T& place() {
    if (size_ == items_.size()) items_.emplace_back();
    return items_[size_];
  }
  void commit() noexcept { ++size_; }
  void reserve(std::size_t count) { items_.reserve(count); }
  /// Discards the object: nothing was written into it.
  void give_up() noexcept {
    if constexpr (!reusable<T>) items_.pop_back();
  }

  /// Removes the events and keeps the memory.
  void clear() noexcept {
    if constexpr (!reusable<T>) items_.clear();
    size_ = 0;
  }
  /// Ends the use of its events, which were handled; its producer may reuse the memory.
  void release() noexcept {
    clear();
    if (const auto home = std::exchange(home_, nullptr)) home->recycle(std::move(*this));
  }

 private:
  friend class chunk_pool<T>;
  std::vector<T> items_;
  std::size_t size_ = 0;
  std::shared_ptr<chunk_pool<T>> home_;
};

/// Events without demand so far, in order, up to a limit. Not thread-safe.
template <class T>
class event_buffer {
 public:
  /// Without a limit it grows as needed.
  event_buffer(std::optional<std::size_t> limit, keep which) : limit_(limit), keep_(which) {}

  /// Returns an empty buffer with the same limit.
  [[nodiscard]] event_buffer another() const { return event_buffer(limit_, keep_); }

  /// Adds `events`; discards those that do not fit.
  void push(std::span<T> events) {
    for (T& each : events) events_.push_back(std::move(each));
    for (; limit_ && events_.size() > *limit_; ++discarded_) {
      if (keep_ == keep::first) {
        events_.pop_back();
      } else {
        events_.pop_front();
      }
    }
  }
  /// Returns the oldest `count` events, or as many as there are.
  [[nodiscard]] chunk<T> take(std::size_t count) {
    chunk<T> taken;
    count = std::min(count, events_.size());
    taken.reserve(count);
    for (; count != 0; --count) {
      taken.push(std::move(events_.front()));
      events_.pop_front();
    }
    return taken;
  }
  /// Returns a waiting event; 0 is the oldest.
  [[nodiscard]] const T& operator[](std::size_t index) const { return events_[index]; }
  /// Destroys the oldest `count` events.
  void drop(std::size_t count) noexcept {
    for (; count != 0; --count) events_.pop_front();
  }

  [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }
  [[nodiscard]] bool empty() const noexcept { return events_.empty(); }
  /// Returns the number of events that did not fit so far.
  [[nodiscard]] std::uint64_t discarded() const noexcept { return discarded_; }

 private:
  std::optional<std::size_t> limit_;
  keep keep_;
  std::deque<T> events_;
  std::uint64_t discarded_ = 0;
};

}  // namespace dynamo::stage::detail
