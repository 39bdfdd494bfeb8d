// The memory of one scan's pages.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/metrics.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace dynamo::scan {

/// Counts the bytes of pages from before they are read until the last consumer releases them, and
/// reuses their memory. A body is admitted while the limit allows it, and one is always admitted
/// when consumers hold all others: a consumer that keeps its pages makes the scan use more memory,
/// not wait forever. Thread-safe.
class page_budget final : public body_gate,
                          public buffer_owner,
                          public std::enable_shared_from_this<page_budget> {
 public:
  /// Its metrics.
  struct meters {
    meter permits{};  ///< buffers in use
    meter memory{};   ///< their capacities
    meter waits{};    ///< waits for memory
  };

  explicit page_budget(std::size_t limit) : page_budget(limit, meters{}) {}
  page_budget(std::size_t limit, meters told) : limit_(limit), meters_(std::move(told)) {}

  std::optional<body_buffer> admit(std::size_t bytes, const void* who,
                                   std::function<void()> resume) override;
  void withdraw(const void* who) override;
  void reclaim(std::unique_ptr<char[]> block, std::size_t capacity,
               bool handed_over) noexcept override;
  void handed_over(std::size_t capacity) noexcept override;
  void grown(std::size_t bytes) noexcept override;

  /// Returns true if another request may be sent: no response waits for memory, and there is some.
  [[nodiscard]] bool has_room() const;
  /// Calls `notify` whenever room may have become available; on any thread, outside all locks. Set
  /// once, before the first admit.
  void on_room(std::function<void()> notify) { notify_ = std::move(notify); }

 private:
  struct waiter {
    std::size_t bytes;
    const void* who;
    std::function<void()> resume;
  };
  [[nodiscard]] bool admits(std::size_t bytes) const {
    return used_ + bytes <= limit_ || used_ == held_;
  }
  void wake() noexcept;

  const std::size_t limit_;
  const meters meters_;
  std::function<void()> notify_;
  mutable std::mutex mutex_;
  std::size_t used_ = 0;  // capacities of all buffers in use
  std::size_t held_ = 0;  // of these, those that consumers hold
  std::list<waiter> waiting_;
  struct spare_block {
    std::unique_ptr<char[]> memory;
    std::size_t capacity;
  };
  std::vector<spare_block> spare_;
};

}  // namespace dynamo::scan
