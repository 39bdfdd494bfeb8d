// A recorder that keeps metrics in memory.
#pragma once

#include <dynamo/core/metrics.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dynamo {

/// One series as it stood.
struct metric_sample {
  metric what = metric::requests;
  /// By the metric's labels, in the order of its definition.
  std::vector<std::string> labels{};
  double value = 0;  ///< of a histogram: the sum of what was measured
  /// Of a histogram: measurements in each bucket alone; the last has no bound. Else 0.
  std::array<std::uint64_t, histogram_bounds.size() + 1> buckets{};

  /// Measurements of a histogram.
  [[nodiscard]] std::uint64_t count() const noexcept;

  friend bool operator==(const metric_sample&, const metric_sample&) = default;
};

/// All series that there are, by metric and labels. Plain data.
struct metrics_snapshot {
  std::vector<metric_sample> samples{};

  /// The sum over all series of a metric whose labels are those that are given; of histograms, of
  /// the measurements.
  [[nodiscard]] double total(metric what, const metric_labels& of = {}) const noexcept;
  /// The same of a histogram, how many there were.
  [[nodiscard]] std::uint64_t count(metric what, const metric_labels& of = {}) const noexcept;
};

/// Counts in memory, without locks once a series is there. Metrics are exact up to 2^53. Beyond
/// `max_series` series, which keeps a program with ever new names of tables or stages within
/// bounds, new ones of a metric go into one whose labels are all "other". Thread-safe.
class memory_metrics final : public metrics_recorder {
 public:
  explicit memory_metrics(std::size_t max_series = 10'000);
  ~memory_metrics() override;

  [[nodiscard]] std::shared_ptr<metric_series> series(metric what,
                                                      const metric_labels& of) noexcept override;
  /// Each figure is true at some moment during the call; they need not be of the same one.
  [[nodiscard]] metrics_snapshot snapshot() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo
