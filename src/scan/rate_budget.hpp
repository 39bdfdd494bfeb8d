// Read capacity per second: whether a request may be sent, and when. The caller passes the time.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace dynamo::scan {

/// A bucket of read units that fills at the rate, up to the units of one second. The cost of a page
/// is known only after it arrives: a request is sent when there is no debt, and takes the highest
/// cost of the last pages. When it is answered, the difference to the actual cost is returned, or
/// becomes a debt. So all requests under way together never owe more than one page, unless pages
/// suddenly cost more than all the last ones. Before the costs of eight pages are known, one
/// request is under way at a time; after 5 seconds without a response another one may be sent. Not
/// thread-safe.
class rate_budget {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Read units per second, above 0; unset: no limit.
  explicit rate_budget(std::optional<double> per_second)
      : rate_(per_second), next_rate_(per_second) {}

  struct verdict {
    bool may_leave = false;
    double reserved = 0;  ///< for `settle`
    time_point ask_at{};  ///< if not, unless a request is settled before
  };
  /// Asks whether a request may be sent at `now`. If so, it counts as under way until it is
  /// settled.
  [[nodiscard]] verdict ask(time_point now);
  /// Returns the latest time of a call of `ask`; nothing before the first.
  [[nodiscard]] std::optional<time_point> last_asked() const noexcept { return last_; }
  /// A request has ended. `cost`: the cost of its page; nothing if it returned no page.
  void settle(double reserved, std::optional<double> cost);

  /// Changes the rate from the next `ask` on.
  void set_rate(std::optional<double> per_second) noexcept { next_rate_ = per_second; }
  [[nodiscard]] std::optional<double> rate() const noexcept { return next_rate_; }
  /// Returns the read units of all pages so far.
  [[nodiscard]] double consumed() const noexcept { return consumed_; }

 private:
  void refill(time_point now);
  [[nodiscard]] double dearest() const;

  std::optional<double> rate_;
  std::optional<double> next_rate_;
  std::optional<time_point> last_;
  time_point last_left_{};  // when the last request was sent
  double balance_ = 0;      // below 0: a debt
  double consumed_ = 0;
  std::size_t under_way_ = 0;
  std::deque<double> last_costs_;
};

}  // namespace dynamo::scan
