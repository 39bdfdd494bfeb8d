// Which items of a page were dealt with.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dynamo::scan {

/// One bit an item, so that telling the same twice, as those do who get an item again after a
/// crash, counts once. Thread-safe.
class item_marks {
 public:
  explicit item_marks(std::uint64_t items)
      : items_(items), words_((items + 63) / 64), missing_(items) {}

  /// Marks items `first` to `first + count`, as far as there are so many. True for the one call
  /// that marked the last one missing.
  bool mark(std::uint64_t first, std::uint64_t count);

 private:
  const std::uint64_t items_;
  std::vector<std::atomic<std::uint64_t>> words_;
  std::atomic<std::uint64_t> missing_;
};

}  // namespace dynamo::scan
