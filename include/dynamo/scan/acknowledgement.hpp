// Acknowledgements: report that items were processed.
#pragma once

#include <dynamo/model/page_receipt.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace dynamo {

/// Acknowledges items of one page to the checkpoint of their scan. Without a checkpoint, or
/// default-constructed, it covers no items and does nothing. Copies cover the same items;
/// acknowledging them again has no effect.
///
/// Thread safety: thread-safe except for `extend`. Lifetime: may outlive the page, the stream and
/// the client.
class acknowledgement {
 public:
  acknowledgement() = default;
  acknowledgement(std::shared_ptr<page_receipt> of, std::uint64_t first, std::uint64_t count)
      : receipt_(std::move(of)), first_(first), count_(count) {}

  /// Reports that the items were processed: the scan's checkpoint may advance past them. May save
  /// the checkpoint on the calling thread.
  ///
  /// Throws the error of that save; the items stay acknowledged.
  void acknowledge() const { try_acknowledge().value(); }
  result<void> try_acknowledge() const {
    return receipt_ ? receipt_->acknowledge(first_, count_) : result<void>();
  }

  /// Adds the item after the last covered one. Returns false, and changes nothing, if `item` of
  /// `of` is not that item.
  bool extend(const std::shared_ptr<page_receipt>& of, std::uint64_t item) {
    if (of != receipt_ || item != first_ + count_) return false;
    ++count_;
    return true;
  }
  /// Returns false if there is nothing to acknowledge.
  explicit operator bool() const noexcept { return receipt_ != nullptr; }

 private:
  std::shared_ptr<page_receipt> receipt_;
  std::uint64_t first_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace dynamo
