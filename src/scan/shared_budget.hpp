// The implementation of scan_budget: one rate for the scans that share it.
#pragma once

#include "scan/rate_budget.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace dynamo::scan {

/// A `rate_budget` for several scans, with those that wait for it. The scan that sent the last
/// request lets other waiting scans go first. Thread-safe.
class shared_budget {
 public:
  /// A scan that asks: the function to call when asking again may succeed.
  class waker {
   public:
    explicit waker(std::function<void()> wake) : wake_(std::move(wake)) {}

   private:
    friend class shared_budget;
    std::function<void()> wake_;
    // How far its clock is behind the budget's time, which is that of the most advanced scan: scans
    // may use different clocks, and a clock may be set back.
    std::chrono::nanoseconds behind_{0};
  };

  explicit shared_budget(std::optional<double> per_second) : rate_(per_second) {}

  /// As rate_budget::ask. A scan that may not send is called when asking again may succeed before
  /// the returned time: once, on any thread, without a lock.
  [[nodiscard]] rate_budget::verdict ask(rate_budget::time_point now,
                                         const std::shared_ptr<waker>& who);
  /// As rate_budget::settle. Calls the waiting scans: hold none of their locks.
  void settle(double reserved, std::optional<double> cost);

  /// Calls the waiting scans.
  void set_rate(std::optional<double> per_second);
  [[nodiscard]] std::optional<double> rate() const;
  [[nodiscard]] double consumed() const;

 private:
  [[nodiscard]] bool others_wait(const std::shared_ptr<waker>& who) const;
  static void wake(const std::vector<std::weak_ptr<waker>>& those);

  mutable std::mutex mutex_;
  rate_budget rate_;
  std::vector<std::weak_ptr<waker>> waiting_;
  std::weak_ptr<waker> last_;  // the scan that sent the last request
  bool yielded_ = false;       // whether it has let others go first since
};

/// Throws errc::invalid_argument unless it is unset or above 0.
[[nodiscard]] std::optional<double> checked_rate(std::optional<double> per_second);

}  // namespace dynamo::scan
