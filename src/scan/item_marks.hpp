// The processed items of a page.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dynamo::scan {

/// One bit per item, so that an item acknowledged twice counts once, for example by a consumer that
/// gets it again after a crash. Thread-safe.
class item_marks {
 public:
  explicit item_marks(std::uint64_t items)
      : items_(items), words_((items + 63) / 64), missing_(items) {}

  /// Marks items `first` to `first + count`, as far as they exist. Returns true for the one call
  /// that marked the last missing item.
  bool mark(std::uint64_t first, std::uint64_t count);

 private:
  const std::uint64_t items_;
  std::vector<std::atomic<std::uint64_t>> words_;
  std::atomic<std::uint64_t> missing_;
};

}  // namespace dynamo::scan
