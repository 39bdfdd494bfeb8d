// The page of each segment up to which everything was processed.
#pragma once

#include "scan/checkpoint.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace dynamo::scan {

/// Pages of a segment are delivered in order and acknowledged in any order. A segment's position
/// moves past a page when that page and all before it are acknowledged, so that resuming from the
/// position misses nothing. Without I/O and without a lock.
class acknowledgement_ledger {
 public:
  explicit acknowledgement_ledger(std::vector<checkpoint_segment> from);

  /// Records that a page was delivered; `last_key` is empty for the last page of its segment.
  /// Returns the page's number within the segment.
  std::uint64_t hand_out(std::uint32_t segment, std::uint64_t items, std::string last_key);
  /// Records that a page was processed. Returns true if the position moved.
  bool acknowledge(std::uint32_t segment, std::uint64_t number);
  /// The segment is read again from `position`: pages after it cannot be acknowledged any more.
  void rewind(std::uint32_t segment, const segment_position& position);

  /// By segment: the positions, and the items and pages before them.
  [[nodiscard]] const std::vector<checkpoint_segment>& segments() const noexcept { return done_; }
  [[nodiscard]] bool is_complete() const noexcept { return incomplete_ == 0; }
  /// The items before the positions, of all segments.
  [[nodiscard]] std::uint64_t items() const noexcept { return items_; }

 private:
  struct outstanding {
    std::uint64_t number;
    std::uint64_t items;
    std::string last_key;
    bool acknowledged = false;
  };
  struct line {
    std::deque<outstanding> pages;
    std::uint64_t next_number = 0;
  };

  std::vector<checkpoint_segment> done_;
  std::vector<line> lines_;
  std::uint64_t items_ = 0;
  std::size_t incomplete_ = 0;
};

}  // namespace dynamo::scan
