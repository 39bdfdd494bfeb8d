// The messages of scans that deliver to a mailbox or process.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/scan/acknowledgement.hpp>
#include <dynamo/scan/scan_summary.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo {

/// One item. `T` is the table's struct, or `owned_item`.
template <class T>
struct scan_item {
  T item;
  /// The item's average share of the response's bytes: for mailboxes that count bytes.
  std::size_t bytes = 0;
  acknowledgement mark{};

  /// Reports that the item was processed: the scan's checkpoint may advance past it. Without a
  /// checkpoint it does nothing. May save the checkpoint on the calling thread.
  ///
  /// Throws if the checkpoint could not be saved.
  void acknowledge() const { mark.acknowledge(); }
};

namespace detail {

/// Batches that receivers no longer use: further items are decoded into their memory. Thread-safe.
template <class T>
class batch_pool {
 public:
  std::vector<T> take() {
    const std::lock_guard lock(mutex_);
    if (spare_.empty()) return {};
    std::vector<T> items = std::move(spare_.back());
    spare_.pop_back();
    return items;
  }
  void recycle(std::vector<T>&& items) noexcept {
    std::vector<T> returned = std::move(items);  // destroyed without the lock if the pool is full
    const std::lock_guard lock(mutex_);
    if (spare_.size() < spare_.capacity()) spare_.push_back(std::move(returned));
  }

 private:
  static std::vector<std::vector<T>> with_places() {
    std::vector<std::vector<T>> places;
    places.reserve(64);
    return places;
  }
  std::mutex mutex_;
  std::vector<std::vector<T>> spare_ = with_places();
};

}  // namespace detail

/// `scan_options::batch_size` items, fewer in the last batch. Move `items` out to keep them; the
/// destructor returns the memory of items left in the batch for further batches.
template <class T>
class scan_batch {
 public:
  std::vector<T> items{};
  /// The items' average share of the responses' bytes: for mailboxes that count bytes.
  std::size_t bytes = 0;
  std::vector<acknowledgement> marks{};  ///< acknowledgements of the pages that the items come from

  scan_batch() = default;
  explicit scan_batch(std::vector<T> of, std::size_t size = 0,
                      std::shared_ptr<detail::batch_pool<T>> home = nullptr,
                      std::vector<acknowledgement> covers = {})
      : items(std::move(of)), bytes(size), marks(std::move(covers)), home_(std::move(home)) {}
  scan_batch(const scan_batch& other)
      : items(other.items), bytes(other.bytes), marks(other.marks) {}
  scan_batch(scan_batch&& other) noexcept = default;
  scan_batch& operator=(scan_batch other) noexcept {
    items.swap(other.items);
    std::swap(bytes, other.bytes);
    marks.swap(other.marks);
    home_.swap(other.home_);
    return *this;
  }
  ~scan_batch() {
    if (home_ && items.capacity() != 0) home_->recycle(std::move(items));
  }

  /// Reports that all items of the batch were processed: the scan's checkpoint may advance past
  /// them. Without a checkpoint it does nothing. May save the checkpoint on the calling thread.
  ///
  /// Throws if the checkpoint could not be saved.
  void acknowledge() const {
    for (const acknowledgement& each : marks) each.acknowledge();
  }

 private:
  std::shared_ptr<detail::batch_pool<T>> home_;
};

/// The last message of a complete scan.
struct scan_complete {
  scan_summary summary;
};

/// The last message of a scan that failed or was cancelled. After a failure, items that had been
/// fetched before it are delivered first.
struct scan_error {
  dynamo::error error;
  scan_summary summary;
};

/// The default messages of a scan.
template <class T>
using scan_message = std::variant<scan_item<T>, scan_batch<T>, scan_complete, scan_error>;

template <class T>
[[nodiscard]] std::size_t size_in_bytes(const scan_message<T>& message) {
  if (const auto* batch = std::get_if<scan_batch<T>>(&message)) return batch->bytes;
  if (const auto* item = std::get_if<scan_item<T>>(&message)) return item->bytes;
  return 0;
}

}  // namespace dynamo
