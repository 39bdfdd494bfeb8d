// A metrics recorder that counts in memory.
#pragma once

#include <dynamo/core/metrics.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dynamo {

/// The value of one series at one moment.
struct metric_sample {
  metric what = metric::requests;
  /// Values of the metric's labels, in the order of its definition.
  std::vector<std::string> labels{};
  double value = 0;  ///< of a histogram: the sum of its measurements
  /// Of a histogram: measurements per bucket, not cumulative; the last has no bound. Otherwise 0.
  std::array<std::uint64_t, histogram_bounds.size() + 1> buckets{};

  /// Returns the number of measurements of a histogram.
  [[nodiscard]] std::uint64_t count() const noexcept;

  friend bool operator==(const metric_sample&, const metric_sample&) = default;
};

/// All existing series, by metric and labels. Plain data.
struct metrics_snapshot {
  std::vector<metric_sample> samples{};

  /// Returns the sum over all series of a metric with the given labels; for histograms, of the
  /// measurements.
  [[nodiscard]] double total(metric what, const metric_labels& of = {}) const noexcept;
  /// Returns the number of measurements of these series of a histogram.
  [[nodiscard]] std::uint64_t count(metric what, const metric_labels& of = {}) const noexcept;
};

/// Counts in memory, without locks once a series exists. Values are exact up to 2^53. When
/// `max_series` series exist, further ones of a metric are merged into one with all labels "other":
/// this bounds the memory of a program that keeps creating names of tables or stages. Thread-safe.
class memory_metrics final : public metrics_recorder {
 public:
  explicit memory_metrics(std::size_t max_series = 10'000);
  ~memory_metrics() override;

  [[nodiscard]] std::shared_ptr<metric_series> series(metric what,
                                                      const metric_labels& of) noexcept override;
  /// Returns all series. Each value is correct at some moment during the call, not all at the same
  /// moment.
  [[nodiscard]] metrics_snapshot snapshot() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo
