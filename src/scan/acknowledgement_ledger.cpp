#include "scan/acknowledgement_ledger.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::scan {

acknowledgement_ledger::acknowledgement_ledger(std::vector<checkpoint_segment> from)
    : done_(std::move(from)), lines_(done_.size()) {
  for (const checkpoint_segment& each : done_) {
    items_ += each.items;
    if (!each.position.complete) ++incomplete_;
  }
}

std::uint64_t acknowledgement_ledger::hand_out(std::uint32_t segment, std::uint64_t items,
                                               std::string last_key) {
  line& of = lines_[segment];
  of.pages.push_back({.number = of.next_number, .items = items, .last_key = std::move(last_key)});
  return of.next_number++;
}

bool acknowledgement_ledger::acknowledge(std::uint32_t segment, std::uint64_t number) {
  std::deque<outstanding>& pages = lines_[segment].pages;
  const auto found = std::ranges::lower_bound(pages, number, {}, &outstanding::number);
  if (found == pages.end() || found->number != number) return false;
  found->acknowledged = true;
  bool moved = false;
  checkpoint_segment& done = done_[segment];
  while (!pages.empty() && pages.front().acknowledged) {
    outstanding& first = pages.front();
    done.items += first.items;
    ++done.pages;
    items_ += first.items;
    done.position.complete = first.last_key.empty();
    if (done.position.complete) --incomplete_;
    done.position.start_key = std::move(first.last_key);
    pages.pop_front();
    moved = true;
  }
  return moved;
}

void acknowledgement_ledger::rewind(std::uint32_t segment, const segment_position& position) {
  std::deque<outstanding>& pages = lines_[segment].pages;
  while (!pages.empty() && (pages.back().last_key != position.start_key ||
                            pages.back().last_key.empty() != position.complete)) {
    pages.pop_back();
  }
}

}  // namespace dynamo::scan
