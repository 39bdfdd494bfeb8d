#include <dynamo/value/arena.hpp>

#include <algorithm>

namespace dynamo::detail {
namespace {

// Enough for most items; malloc keeps blocks of this size at hand.
constexpr std::size_t first_block = 1'000;
constexpr std::size_t largest_block = std::size_t{256} << 10;

}  // namespace

arena::arena(arena&& other) noexcept
    : blocks_(std::move(other.blocks_)),
      used_(std::exchange(other.used_, 0)),
      at_(std::exchange(other.at_, nullptr)),
      end_(std::exchange(other.end_, nullptr)) {
  other.blocks_.clear();
}

arena& arena::operator=(arena&& other) noexcept {
  blocks_ = std::move(other.blocks_);
  other.blocks_.clear();
  used_ = std::exchange(other.used_, 0);
  at_ = std::exchange(other.at_, nullptr);
  end_ = std::exchange(other.end_, nullptr);
  return *this;
}

void arena::clear() noexcept {
  used_ = 0;
  at_ = end_ = nullptr;
}

void arena::refill(std::size_t bytes) {
  // A kept block that is too small for this request is passed over until the next clear.
  while (used_ < blocks_.size() && blocks_[used_].size < bytes) ++used_;
  if (used_ == blocks_.size()) {
    const std::size_t grown = blocks_.empty() ? first_block : blocks_.back().size * 2;
    const std::size_t size = std::max(bytes, std::min(grown, largest_block));
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  }
  block& next = blocks_[used_++];
  at_ = next.memory.get();
  end_ = at_ + next.size;
}

}  // namespace dynamo::detail
