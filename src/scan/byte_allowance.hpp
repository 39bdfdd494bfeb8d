// The number of bytes that a scan may still read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dynamo::scan {

/// Compares the bytes of received response bodies with the limit. A page costs as soon as it is
/// requested: no request is sent that would exceed the limit, judging by the largest page so far.
/// Not thread-safe.
class byte_allowance {
 public:
  explicit byte_allowance(std::optional<std::uint64_t> most) : most_(most) {}

  /// Returns whether another request may be sent while this many are under way.
  [[nodiscard]] bool allows_another(std::uint32_t under_way) const noexcept {
    if (!most_ || under_way == 0) return true;
    return largest_ != 0 && used_ + under_way * largest_ < *most_;
  }
  /// Records a page. Returns true if it is the last one.
  bool arrived(std::size_t bytes) noexcept {
    used_ += bytes;
    largest_ = std::max<std::uint64_t>(largest_, bytes);
    return most_ && used_ >= *most_;
  }

 private:
  std::optional<std::uint64_t> most_;
  std::uint64_t used_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace dynamo::scan
