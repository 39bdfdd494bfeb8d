#include <dynamo/core/body_buffer.hpp>

#include <algorithm>
#include <cstring>

namespace dynamo {
namespace {

// Plain new[]: the padding is written by finish(), zeroing a megabyte first would be waste.
std::unique_ptr<char[]> allocate(std::size_t capacity) {
  return std::make_unique_for_overwrite<char[]>(capacity + body_buffer::padding);
}

}  // namespace

body_buffer::body_buffer(std::size_t capacity) : block_(allocate(capacity)), capacity_(capacity) {}

body_buffer::body_buffer(std::string_view text) : body_buffer(text.size()) {
  append(text);
  finish();
}

body_buffer::body_buffer(body_buffer&& other) noexcept
    : block_(std::move(other.block_)),
      capacity_(std::exchange(other.capacity_, 0)),
      size_(std::exchange(other.size_, 0)),
      handed_over_(std::exchange(other.handed_over_, false)),
      owner_(std::move(other.owner_)) {}

body_buffer& body_buffer::operator=(body_buffer&& other) noexcept {
  if (this != &other) {
    release();
    block_ = std::move(other.block_);
    capacity_ = std::exchange(other.capacity_, 0);
    size_ = std::exchange(other.size_, 0);
    handed_over_ = std::exchange(other.handed_over_, false);
    owner_ = std::move(other.owner_);
  }
  return *this;
}

body_buffer::~body_buffer() {
  release();
}

void body_buffer::release() noexcept {
  if (owner_ && block_) owner_->reclaim(std::move(block_), capacity_, handed_over_);
  block_.reset();
  owner_.reset();
  capacity_ = size_ = 0;
  handed_over_ = false;
}

void body_buffer::hand_over() noexcept {
  if (handed_over_ || !owner_) return;
  handed_over_ = true;
  owner_->handed_over(capacity_);
}

void body_buffer::grow(std::size_t by) {
  reserve(std::max(size_ + by, capacity_ * 2));
}

void body_buffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  auto block = allocate(capacity);
  if (size_ != 0) std::memcpy(block.get(), block_.get(), size_);
  if (owner_) owner_->grown(capacity - capacity_);
  block_ = std::move(block);
  capacity_ = capacity;
}

void body_buffer::finish() noexcept {
  if (block_) std::memset(block_.get() + size_, 0, padding);
}

}  // namespace dynamo
