// Read capacity by the second: whether a request may leave, and when. Takes the time from its
// caller.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace dynamo::scan {

/// A bucket of read units that fills at the rate, to one second's worth at most. What a page costs
/// is known only when it has come: a request leaves when there is no debt, and takes what the
/// dearest of the last pages cost; when it is answered, the difference to the true cost goes back,
/// or is a debt. So the requests under way together never owe more than one page, unless pages
/// suddenly cost more than all the last ones. Before the costs of eight pages are known, one
/// request is under way at a time; after 5 seconds without a response another one may leave. Not
/// thread-safe.
class rate_budget {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Read units a second, above 0; unset: no bound.
  explicit rate_budget(std::optional<double> per_second)
      : rate_(per_second), next_rate_(per_second) {}

  struct verdict {
    bool may_leave = false;
    double reserved = 0;  ///< for `settle`
    time_point ask_at{};  ///< if not, unless a request is settled before
  };
  /// May a request leave at `now`? If so, it counts as under way until it is settled.
  [[nodiscard]] verdict ask(time_point now);
  /// The latest time it was asked at; nothing before the first.
  [[nodiscard]] std::optional<time_point> last_asked() const noexcept { return last_; }
  /// A request has ended. `cost`: of its page; nothing if it brought none.
  void settle(double reserved, std::optional<double> cost);

  /// Changes the rate from the next question on.
  void set_rate(std::optional<double> per_second) noexcept { next_rate_ = per_second; }
  [[nodiscard]] std::optional<double> rate() const noexcept { return next_rate_; }
  /// Read units of all pages so far.
  [[nodiscard]] double consumed() const noexcept { return consumed_; }

 private:
  void refill(time_point now);
  [[nodiscard]] double dearest() const;

  std::optional<double> rate_;
  std::optional<double> next_rate_;
  std::optional<time_point> last_;
  time_point last_left_{};  // when the last request left
  double balance_ = 0;      // below 0: a debt
  double consumed_ = 0;
  std::size_t under_way_ = 0;
  std::deque<double> last_costs_;
};

}  // namespace dynamo::scan
