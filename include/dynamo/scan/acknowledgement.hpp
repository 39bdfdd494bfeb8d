// Saying that items were dealt with.
#pragma once

#include <dynamo/model/page_receipt.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace dynamo {

/// Stands for items of one page, in a scan that keeps a checkpoint; else for none, and does
/// nothing. Copies stand for the same items, and acknowledging twice is acknowledging once.
/// Thread-safe but for `extend`. May outlive the page, the stream and the client.
class acknowledgement {
 public:
  acknowledgement() = default;
  acknowledgement(std::shared_ptr<page_receipt> of, std::uint64_t first, std::uint64_t count)
      : receipt_(std::move(of)), first_(first), count_(count) {}

  /// The items were dealt with: the scan's checkpoint may move behind them. May save it, on this
  /// thread; throws what went wrong with that. What was acknowledged stays so.
  void acknowledge() const { try_acknowledge().value(); }
  result<void> try_acknowledge() const {
    return receipt_ ? receipt_->acknowledge(first_, count_) : result<void>();
  }

  /// Takes in the item behind its last one: true if `item` of `of` is that.
  bool extend(const std::shared_ptr<page_receipt>& of, std::uint64_t item) {
    if (of != receipt_ || item != first_ + count_) return false;
    ++count_;
    return true;
  }
  /// False if there is nothing to acknowledge.
  explicit operator bool() const noexcept { return receipt_ != nullptr; }

 private:
  std::shared_ptr<page_receipt> receipt_;
  std::uint64_t first_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace dynamo
