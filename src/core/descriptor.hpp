// File descriptors: owned, and written to with every failure told.
#pragma once

#include <stop_token>
#include <string_view>
#include <utility>

namespace dynamo::detail {

/// Closes its file descriptor at its end. Move-only.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int number) : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor();

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
  /// Closes it; an errno of what close(2) says, 0 for success.
  [[nodiscard]] int close() noexcept;
  /// Leaves it open.
  int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

/// Writes all of `bytes`; 0, an errno, or ECANCELED when `stop` was requested. `may_block` says
/// that the descriptor is a pipe or a terminal, where a reader decides how long it takes.
[[nodiscard]] int write_all(int to, std::string_view bytes, bool may_block,
                            const std::stop_token& stop) noexcept;

}  // namespace dynamo::detail
