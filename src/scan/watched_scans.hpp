// The implementation of scan_watch: the scans that have it in their options.
#pragma once

#include <dynamo/scan/scan_summary.hpp>

#include <memory>
#include <mutex>
#include <vector>

namespace dynamo::scan {

class coordinator;

/// Thread-safe. Locks the mutex of a coordinator while holding its own.
struct watched_scans {
  mutable std::mutex mutex{};
  std::vector<std::weak_ptr<const coordinator>> under_way{};
  scan_summary ended{};  ///< of the scans that have ended

  void begins(const std::shared_ptr<const coordinator>& scan);
  /// `scan` will not be asked again.
  void ends(const std::shared_ptr<const coordinator>& scan) noexcept;
  [[nodiscard]] scan_summary summary() const;
};

/// Adds the counts of `more`, which began later. The ends are those of `more`.
void add(scan_summary& to, const scan_summary& more);

}  // namespace dynamo::scan
