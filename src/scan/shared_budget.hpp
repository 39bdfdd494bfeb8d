// What stands behind scan_budget: one rate for the scans that share it.
#pragma once

#include "scan/rate_budget.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace dynamo::scan {

/// A `rate_budget` for many scans, and who waits for it. Whoever had the last request lets others
/// that wait go before. Thread-safe.
class shared_budget {
 public:
  /// One of those that ask: what to call when it is worth asking again.
  class waker {
   public:
    explicit waker(std::function<void()> wake) : wake_(std::move(wake)) {}

   private:
    friend class shared_budget;
    std::function<void()> wake_;
    // What its clock is behind the budget's time, which is that of whoever is ahead: scans may go
    // by different clocks, and a clock may be moved back.
    std::chrono::nanoseconds behind_{0};
  };

  explicit shared_budget(std::optional<double> per_second) : rate_(per_second) {}

  /// As rate_budget::ask. Who may not leave is called when it may be worth asking again before the
  /// time that was told: once, on any thread, without a lock.
  [[nodiscard]] rate_budget::verdict ask(rate_budget::time_point now,
                                         const std::shared_ptr<waker>& who);
  /// As rate_budget::settle. Calls those who wait: hold no lock of theirs.
  void settle(double reserved, std::optional<double> cost);

  /// Calls those who wait.
  void set_rate(std::optional<double> per_second);
  [[nodiscard]] std::optional<double> rate() const;
  [[nodiscard]] double consumed() const;

 private:
  [[nodiscard]] bool others_wait(const std::shared_ptr<waker>& who) const;
  static void wake(const std::vector<std::weak_ptr<waker>>& those);

  mutable std::mutex mutex_;
  rate_budget rate_;
  std::vector<std::weak_ptr<waker>> waiting_;
  std::weak_ptr<waker> last_;  // who had the last request
  bool yielded_ = false;       // and let others go before since
};

/// Throws errc::invalid_argument unless it is unset or above 0.
[[nodiscard]] std::optional<double> checked_rate(std::optional<double> per_second);

}  // namespace dynamo::scan
