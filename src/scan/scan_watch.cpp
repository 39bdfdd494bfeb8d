#include "scan/coordinator.hpp"
#include "scan/watched_scans.hpp"

#include <dynamo/scan/scan_watch.hpp>

#include <algorithm>
#include <new>

namespace dynamo {
namespace scan {

void add(scan_summary& to, const scan_summary& more) {
  to.end = more.end;
  to.messages += more.messages;
  to.elapsed += more.elapsed;
  to.segments.resize(std::max(to.segments.size(), more.segments.size()));
  for (std::size_t i = 0; i < more.segments.size(); ++i) {
    segment_summary& sum = to.segments[i];
    const segment_summary& each = more.segments[i];
    sum.end = each.end;
    sum.items += each.items;
    sum.scanned_items += each.scanned_items;
    sum.pages += each.pages;
    sum.bytes += each.bytes;
    sum.consumed_capacity += each.consumed_capacity;
    sum.retries += each.retries;
    sum.under_way += each.under_way;
  }
  to.add_up();
}

void watched_scans::begins(const std::shared_ptr<const coordinator>& scan) {
  const std::lock_guard lock(mutex);
  under_way.push_back(scan);
}

void watched_scans::ends(const std::shared_ptr<const coordinator>& scan) noexcept {
  const std::lock_guard lock(mutex);
  std::erase_if(under_way, [&](const auto& each) { return each.lock() == scan; });
  try {
    add(ended, scan->summary());
  } catch (const std::bad_alloc&) {
    // Called by a destructor. A sum without one of its scans must not claim to be complete.
    ended.end = scan_end::failed;
  }
}

scan_summary watched_scans::summary() const {
  const std::lock_guard lock(mutex);
  scan_summary all = ended;
  for (const auto& each : under_way)
    if (const auto scan = each.lock()) add(all, scan->summary());
  return all;
}

}  // namespace scan

scan_watch::scan_watch() : shared_(std::make_shared<scan::watched_scans>()) {}

scan_summary scan_watch::summary() const {
  return shared_->summary();
}

}  // namespace dynamo
