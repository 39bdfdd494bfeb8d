// Looking at a scan from outside of what consumes it.
#pragma once

#include <dynamo/scan/scan_summary.hpp>

#include <memory>

namespace dynamo {

class page_source;
namespace scan {
struct watched_scans;
}

/// What a scan does, for whoever has no stream or task to ask: a flow takes its stream, a stage
/// keeps its own. A handle, put into `scan_options::watch`: copies are the same watch. Thread-safe.
/// The scan shares what it needs of it: either may end before the other.
class scan_watch {
 public:
  scan_watch();

  /// What the scan has read, and how it ended; scan_end::unfinished before it began and while it is
  /// under way. A scan that a supervisor began again counts with what it read before, also pages
  /// that were read twice; its end is that of the last attempt. Several scans that were given one
  /// watch are added up, segment by segment.
  [[nodiscard]] scan_summary summary() const;

 private:
  friend class page_source;
  std::shared_ptr<scan::watched_scans> shared_;
};

}  // namespace dynamo
