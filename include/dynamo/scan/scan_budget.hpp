// Budgets: read capacity that several scans share.
#pragma once

#include <memory>
#include <optional>

namespace dynamo {

namespace scan {
class coordinator;
class shared_budget;
}  // namespace scan

/// A limit on the read units (RCU) per second that all scans with this budget in their options use
/// together. A handle: copies refer to the same budget. It may be changed while scans run; the
/// change takes effect at once.
///
/// Thread safety: thread-safe. Lifetime: may be destroyed before the scans.
class scan_budget {
 public:
  /// `max_rcu`: read units per second, above 0; unset: no limit. Throws errc::invalid_argument.
  explicit scan_budget(std::optional<double> max_rcu = std::nullopt);

  /// Changes the limit from now on. Units spent beyond the old limit still count as debt. Throws
  /// errc::invalid_argument.
  void set_max_rcu(std::optional<double> max_rcu) const;
  [[nodiscard]] std::optional<double> max_rcu() const;

  /// Returns the read units that the scans have used so far.
  [[nodiscard]] double consumed() const;

 private:
  friend class scan::coordinator;
  std::shared_ptr<scan::shared_budget> shared_;
};

}  // namespace dynamo
