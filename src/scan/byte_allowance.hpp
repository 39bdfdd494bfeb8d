// How many bytes a scan may still read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dynamo::scan {

/// The bytes of response bodies that have come, against the most that are wanted. Pages are paid
/// for when they are asked for: no request leaves that would, by the largest page so far, come
/// behind the end. Not thread-safe.
class byte_allowance {
 public:
  explicit byte_allowance(std::optional<std::uint64_t> most) : most_(most) {}

  /// May a further request leave while as many are under way?
  [[nodiscard]] bool allows_another(std::uint32_t under_way) const noexcept {
    if (!most_ || under_way == 0) return true;
    return largest_ != 0 && used_ + under_way * largest_ < *most_;
  }
  /// A page has come; true if it is the last one.
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
