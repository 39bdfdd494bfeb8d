// Watches: observe a scan from outside its consumer.
#pragma once

#include <dynamo/scan/scan_summary.hpp>

#include <memory>

namespace dynamo {

class page_source;
namespace scan {
struct watched_scans;
}

/// Reports a scan's progress to code that has no stream or task to ask: a flow owns its stream, a
/// stage its scan. A handle, set as `scan_options::watch`: copies refer to the same watch.
///
/// Thread safety: thread-safe. Lifetime: the watch and the scan may be destroyed in either order.
class scan_watch {
 public:
  scan_watch();

  /// Returns what the scan has read and how it ended; scan_end::unfinished before it starts and
  /// while it runs. If a supervisor restarted the scan, the counts include earlier attempts, also
  /// pages that were read twice; the end is that of the last attempt. Several scans with one watch
  /// are added up, segment by segment.
  [[nodiscard]] scan_summary summary() const;

 private:
  friend class page_source;
  std::shared_ptr<scan::watched_scans> shared_;
};

}  // namespace dynamo
