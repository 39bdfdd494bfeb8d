// Batches: the decoded items of one page.
#pragma once

#include <dynamo/scan/acknowledgement.hpp>
#include <dynamo/scan/page_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo {

/// All items of one page, decoded. Move-only.
///
/// Lifetime: items with views into the page are valid as long as their batch. While such a batch
/// lives, its page counts against the scan's `max_buffered_bytes`.
template <detail::streamable T>
class batch {
 public:
  batch() = default;
  batch(batch&&) noexcept = default;
  batch& operator=(batch&&) noexcept = default;

  [[nodiscard]] auto begin() noexcept { return items_.begin(); }
  [[nodiscard]] auto end() noexcept { return items_.end(); }
  [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return items_[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return items_[i]; }
  [[nodiscard]] std::vector<T>& items() noexcept { return items_; }
  /// Returns the segment that the page belongs to.
  [[nodiscard]] std::uint32_t segment() const noexcept { return segment_; }

  /// Reports that all items of the batch were processed: the scan's checkpoint may advance past
  /// them. Without a checkpoint it does nothing. Calling it again has no effect.
  ///
  /// Throws if the checkpoint could not be saved; the items stay acknowledged. Thread safety: may
  /// be called on any thread.
  void acknowledge() const { mark_.acknowledge(); }
  result<void> try_acknowledge() const { return mark_.try_acknowledge(); }
  /// Returns the acknowledgement of all items, to be used later or elsewhere. It may outlive the
  /// batch.
  [[nodiscard]] const acknowledgement& mark() const noexcept { return mark_; }

  /// Decodes all items of `from`, reusing this batch's memory. After an error the batch holds the
  /// items before the faulty one.
  result<void> read(page from, std::string_view table) {
    page_.reset();
    if (!memory_) memory_ = std::make_unique<detail::arena>();
    memory_->clear();
    segment_ = from.segment;
    const page& source = page_.emplace(std::move(from));
    detail::page_reader<T> reader(*memory_);
    reader.open(source);
    result<void> outcome;
    std::size_t count = 0;
    try {
      for (;;) {
        if (count == items_.size()) items_.emplace_back();
        auto more = reader.next(items_[count], table);
        if (!more) outcome = std::move(more).error();
        if (!more || !*more) break;
        ++count;
      }
    } catch (...) {
      outcome = detail::thrown_by_item(table);
    }
    items_.resize(count);
    mark_ = acknowledgement(source.receipt, 0, count);
    if constexpr (!detail::holds_views<T>) page_.reset();
    return outcome;
  }

 private:
  std::optional<page> page_;
  std::unique_ptr<detail::arena> memory_;  // on the heap, so that views survive a move
  std::vector<T> items_;
  std::uint32_t segment_ = 0;
  acknowledgement mark_;
};

}  // namespace dynamo
