#include "scan/page_budget.hpp"

#include <algorithm>
#include <new>

namespace dynamo::scan {
namespace {

// Blocks of few sizes are reused more often: pages end somewhere around 1 MB.
constexpr std::size_t granularity = std::size_t{128} << 10;

std::size_t rounded(std::size_t bytes) {
  return bytes <= 4096 ? 4096 : (bytes + granularity - 1) / granularity * granularity;
}

}  // namespace

std::optional<body_buffer> page_budget::admit(std::size_t bytes, const void* who,
                                              std::function<void()> resume) {
  const std::size_t wanted = rounded(bytes);
  const std::lock_guard lock(mutex_);
  if (!admits(wanted)) {
    waiting_.push_back({wanted, who, std::move(resume)});
    meters_.waits.add();
    return std::nullopt;
  }
  const auto fits = std::ranges::find_if(spare_, [&](const spare_block& block) {
    return block.capacity >= wanted && block.capacity <= 2 * wanted && admits(block.capacity);
  });
  std::unique_ptr<char[]> memory;
  std::size_t capacity = wanted;
  if (fits != spare_.end()) {
    memory = std::move(fits->memory);
    capacity = fits->capacity;
    spare_.erase(fits);
  } else {
    spare_.clear();  // of other sizes: kept, they would add to the limit
    memory = std::make_unique_for_overwrite<char[]>(capacity + body_buffer::padding);
  }
  used_ += capacity;
  meters_.permits.add();
  meters_.memory.add(static_cast<double>(capacity));
  return body_buffer(std::move(memory), capacity, shared_from_this());
}

void page_budget::withdraw(const void* who) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const waiter& each) { return each.who == who; });
  }
  wake();
}

void page_budget::reclaim(std::unique_ptr<char[]> block, std::size_t capacity,
                          bool handed_over) noexcept {
  {
    const std::lock_guard lock(mutex_);
    used_ -= capacity;
    meters_.permits.add(-1);
    meters_.memory.add(-static_cast<double>(capacity));
    if (handed_over) held_ -= capacity;
    std::size_t kept = used_ + capacity;
    for (const spare_block& spare : spare_) kept += spare.capacity;
    if (kept <= limit_ || spare_.empty()) {
      try {
        spare_.push_back({std::move(block), capacity});
        // NOLINTNEXTLINE(bugprone-empty-catch): the block is freed instead of reused
      } catch (const std::bad_alloc&) {
      }
    }
  }
  wake();
}

void page_budget::handed_over(std::size_t capacity) noexcept {
  {
    const std::lock_guard lock(mutex_);
    held_ += capacity;
  }
  wake();
}

void page_budget::grown(std::size_t bytes) noexcept {
  const std::lock_guard lock(mutex_);
  used_ += bytes;
  meters_.memory.add(static_cast<double>(bytes));
}

bool page_budget::has_room() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty() && (used_ < limit_ || used_ == held_);
}

// Every waiter that fits now asks again; those that are not admitted wait again, in order.
void page_budget::wake() noexcept {
  std::list<waiter> ready;
  {
    const std::lock_guard lock(mutex_);
    std::size_t promised = 0;
    while (!waiting_.empty()) {
      const std::size_t bytes = waiting_.front().bytes;
      const bool first_of_all = used_ == held_ && promised == 0;
      if (used_ + promised + bytes > limit_ && !first_of_all) break;
      promised += bytes;
      ready.splice(ready.end(), waiting_, waiting_.begin());
    }
  }
  for (const waiter& each : ready) each.resume();
  if (notify_) notify_();
}

}  // namespace dynamo::scan
