// Read capacity that scans share.
#pragma once

#include <memory>
#include <optional>

namespace dynamo {

namespace scan {
class coordinator;
class shared_budget;
}  // namespace scan

/// How many read units (RCU) a second the scans that have it in their options may use together. A
/// handle: copies are the same budget. It may be changed while scans run, and they follow at once.
/// Thread-safe. Scans share what they need of it: it may end before them.
class scan_budget {
 public:
  /// Read units a second, above 0; unset: no bound. Throws errc::invalid_argument.
  explicit scan_budget(std::optional<double> max_rcu = std::nullopt);

  /// Changes the bound from now on. What was spent beyond the old one stays a debt. Throws
  /// errc::invalid_argument.
  void set_max_rcu(std::optional<double> max_rcu) const;
  [[nodiscard]] std::optional<double> max_rcu() const;

  /// Read units that the scans have used so far.
  [[nodiscard]] double consumed() const;

 private:
  friend class scan::coordinator;
  std::shared_ptr<scan::shared_budget> shared_;
};

}  // namespace dynamo
