// Memory for what belongs to one page: unescaped strings and the nodes of generic items.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::detail {

/// Hands out memory that ends with the arena or its `clear`. Keeps its blocks for reuse. Not
/// thread-safe. Objects in it are never destroyed: only trivially destructible ones belong here.
class arena {
 public:
  arena() = default;
  arena(arena&& other) noexcept;
  arena& operator=(arena&& other) noexcept;
  ~arena() = default;

  /// Uninitialised memory, aligned for any scalar.
  char* allocate(std::size_t bytes) {
    bytes = (bytes + alignment - 1) & ~(alignment - 1);
    if (bytes > static_cast<std::size_t>(end_ - at_)) refill(bytes);
    return std::exchange(at_, at_ + bytes);
  }
  template <class T>
  T* allocate_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignment);
    return reinterpret_cast<T*>(allocate(count * sizeof(T)));
  }
  /// Gives everything back at once, keeping the memory.
  void clear() noexcept;

 private:
  static constexpr std::size_t alignment = alignof(std::max_align_t);
  struct block {
    std::unique_ptr<char[]> memory;
    std::size_t size;
  };
  void refill(std::size_t bytes);

  std::vector<block> blocks_;
  std::size_t used_ = 0;  // blocks in use; at_ and end_ lie in the last of them
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace dynamo::detail
