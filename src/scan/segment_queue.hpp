// Segments in the order in which they send their next request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace dynamo::scan {

/// A queue of segment numbers with room for all segments of a scan, so that adding one never
/// allocates. Holds each segment at most once. Not thread-safe.
class segment_queue {
 public:
  /// Begins with all segments, in this order.
  explicit segment_queue(std::vector<std::uint32_t> order)
      : ring_(std::move(order)), size_(ring_.size()) {}

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::uint32_t front() const noexcept { return ring_[first_]; }
  void pop_front() noexcept {
    first_ = (first_ + 1) % ring_.size();
    --size_;
  }
  void push_back(std::uint32_t segment) noexcept {
    ring_[(first_ + size_) % ring_.size()] = segment;
    ++size_;
  }
  void clear() noexcept { size_ = 0; }
  /// Removes the segments for which `is_out` returns true; the others keep their order.
  template <class Predicate>
  void remove_if(Predicate is_out) {
    for (std::size_t left = size_; left != 0; --left) {
      const std::uint32_t segment = front();
      pop_front();
      if (!is_out(segment)) push_back(segment);
    }
  }

 private:
  std::vector<std::uint32_t> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace dynamo::scan
