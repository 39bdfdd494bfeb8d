#include "scan/item_marks.hpp"

#include <algorithm>
#include <bit>

namespace dynamo::scan {

bool item_marks::mark(std::uint64_t first, std::uint64_t count) {
  if (first >= items_) return false;
  const std::uint64_t end = first + std::min(count, items_ - first);
  std::uint64_t added = 0;
  while (first < end) {
    const std::uint64_t offset = first % 64;
    const std::uint64_t bits = std::min(end - first, 64 - offset);
    const std::uint64_t mask = (~std::uint64_t{0} >> (64 - bits)) << offset;
    const std::uint64_t before = words_[first / 64].fetch_or(mask);
    added += static_cast<std::uint64_t>(std::popcount(mask & ~before));
    first += bits;
  }
  return added != 0 && missing_.fetch_sub(added) == added;
}

}  // namespace dynamo::scan
