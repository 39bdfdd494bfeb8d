// Buffers of response bodies, and their admission into memory.
#pragma once

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace dynamo {

class body_buffer;

/// Admits response bodies into memory. A request has a gate if its caller limits memory: a transfer
/// whose body is not admitted is paused, its socket is not read. Thread-safe.
class body_gate {
 public:
  virtual ~body_gate() = default;
  /// Returns a buffer for a body of about `bytes` bytes. If the budget is used up, returns nothing
  /// and calls `resume` once, later and on any thread, when it is worth asking again. `who`
  /// identifies the waiting transfer.
  virtual std::optional<body_buffer> admit(std::size_t bytes, const void* who,
                                           std::function<void()> resume) = 0;
  /// Ends the wait of `who`, which was refused or resumed and will not ask again.
  virtual void withdraw(const void* who) = 0;
};

/// Takes memory back from destroyed `body_buffer`s. Thread-safe.
class buffer_owner {
 public:
  virtual ~buffer_owner() = default;
  /// `handed_over`: whether a consumer held the buffer when it was destroyed.
  virtual void reclaim(std::unique_ptr<char[]> block, std::size_t capacity,
                       bool handed_over) noexcept = 0;
  /// Records that a consumer holds the buffer from now on.
  virtual void handed_over(std::size_t capacity) noexcept = 0;
  /// Records that the buffer grew beyond its admitted size (a body without Content-Length).
  virtual void grown(std::size_t bytes) noexcept = 0;
};

/// Owns the bytes of one response body, followed by `padding` zero bytes, which readers rely on.
/// Move-only; the destructor returns the memory to its owner, if it has one.
class body_buffer {
 public:
  static constexpr std::size_t padding = 64;

  body_buffer() = default;
  /// An unpooled buffer for `capacity` bytes.
  explicit body_buffer(std::size_t capacity);
  /// An unpooled buffer with a copy of `text`.
  explicit body_buffer(std::string_view text);
  /// A buffer on a pooled block of `capacity + padding` bytes.
  body_buffer(std::unique_ptr<char[]> block, std::size_t capacity,
              std::shared_ptr<buffer_owner> owner)
      : block_(std::move(block)), capacity_(capacity), owner_(std::move(owner)) {}

  body_buffer(body_buffer&& other) noexcept;
  body_buffer& operator=(body_buffer&& other) noexcept;
  ~body_buffer();

  /// Appends a copy of `text`; grows when the capacity is used up.
  void append(std::string_view text) {
    if (text.empty()) return;
    if (text.size() > capacity_ - size_) grow(text.size());
    std::memcpy(block_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }
  /// Makes room for `capacity` bytes in all, so that `append` need not grow.
  void reserve(std::size_t capacity);
  /// Writes the zero bytes after the text. Call once, after the last `append`.
  void finish() noexcept;
  /// Notifies the owner of the memory that a consumer holds it from now on.
  void hand_over() noexcept;
  /// Forgets the text, keeps the memory.
  void clear() noexcept { size_ = 0; }

  [[nodiscard]] std::string_view text() const noexcept { return {block_.get(), size_}; }
  [[nodiscard]] const char* data() const noexcept { return block_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  void grow(std::size_t by);
  void release() noexcept;

  std::unique_ptr<char[]> block_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  bool handed_over_ = false;
  std::shared_ptr<buffer_owner> owner_;
};

}  // namespace dynamo
