// Metrics: the table of their names, and the interface of recorders.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace dynamo {

enum class metric_kind : std::uint8_t {
  counter,    ///< only grows
  gauge,      ///< the current value
  histogram,  ///< counts of measurements up to each bound: see `histogram_bounds`
};

/// The labels of time series. All are bounded: tables of the account, operations and outcomes known
/// to the library, stages of the program. Never a segment, never a key.
enum class metric_label : std::uint8_t { table, operation, outcome, cause, stage };
inline constexpr std::array<std::string_view, 5> metric_label_names = {"table", "operation",
                                                                       "outcome", "cause", "stage"};

/// The metrics. Each is described in `metric_definitions`, in this order.
enum class metric : std::uint8_t {
  requests,
  request_attempt_seconds,
  request_retries,
  request_throttles,
  credentials_refreshes,
  scans,
  scan_pages,
  scan_items,
  scan_scanned_items,
  scan_bytes,
  scan_read_units,
  scan_segments_complete,
  scan_budget_waits,
  scan_budget_wait_seconds,
  scan_backpressure_waits,
  scan_queued_bytes,
  scan_page_permits,
  scan_page_memory_bytes,
  checkpoint_saves,
  stage_queue_length,
  stage_events,
  stage_crashes,
  stage_restarts,
};

/// The definition of a metric, as used by Prometheus and the guide.
struct metric_definition {
  metric what;
  std::string_view name;  ///< base units; a counter's ends in _total
  metric_kind kind;
  std::array<metric_label, 3> label_list;
  std::size_t label_count;
  std::string_view help;  ///< one sentence, without line ends

  [[nodiscard]] constexpr std::span<const metric_label> labels() const noexcept {
    return std::span(label_list).first(label_count);
  }
};

namespace detail {

template <class... Labels>
constexpr metric_definition define_metric(metric what, std::string_view name, metric_kind kind,
                                          std::string_view help, Labels... labels) {
  static_assert(sizeof...(Labels) <= 3);
  return {what, name, kind, {labels...}, sizeof...(Labels), help};
}

}  // namespace detail

/// All metrics. The guide docs/guide/observing.md lists the same; a test compares them.
inline constexpr auto metric_definitions = [] {
  using enum metric_kind;
  using enum metric_label;
  using detail::define_metric;
  return std::array{
      define_metric(metric::requests, "dynamo_requests_total", counter,
                    "Operations that ended, with all their attempts.", table, operation, outcome),
      define_metric(metric::request_attempt_seconds, "dynamo_request_attempt_seconds", histogram,
                    "Time from sending an attempt to the end of its response or its failure.",
                    table, operation),
      define_metric(metric::request_retries, "dynamo_request_retries_total", counter,
                    "Attempts that failed and were followed by another one.", table, operation,
                    cause),
      define_metric(metric::request_throttles, "dynamo_request_throttles_total", counter,
                    "Attempts that the service throttled.", table, operation),
      define_metric(metric::credentials_refreshes, "dynamo_credentials_refreshes_total", counter,
                    "Attempts to obtain new credentials.", outcome),
      define_metric(metric::scans, "dynamo_scans_total", counter, "Scans that ended.", table,
                    outcome),
      define_metric(metric::scan_pages, "dynamo_scan_pages_total", counter,
                    "Pages received and delivered.", table),
      define_metric(metric::scan_items, "dynamo_scan_items_total", counter,
                    "Items in these pages, without a limit's surplus.", table),
      define_metric(metric::scan_scanned_items, "dynamo_scan_scanned_items_total", counter,
                    "Items that the service evaluated for these pages, before the filter.", table),
      define_metric(metric::scan_bytes, "dynamo_scan_bytes_total", counter,
                    "Bytes of the bodies of these pages.", table),
      define_metric(metric::scan_read_units, "dynamo_scan_read_units_total", counter,
                    "Read units reported by the service, including pages received too late.",
                    table),
      define_metric(metric::scan_segments_complete, "dynamo_scan_segments_complete_total", counter,
                    "Segments whose last page was received.", table),
      define_metric(metric::scan_budget_waits, "dynamo_scan_budget_waits_total", counter,
                    "Times that a scan had to wait for read units.", table),
      define_metric(metric::scan_budget_wait_seconds, "dynamo_scan_budget_wait_seconds_total",
                    counter, "Time in these waits.", table),
      define_metric(metric::scan_backpressure_waits, "dynamo_scan_backpressure_waits_total",
                    counter, "Times that a response waited for memory, its transfer paused.",
                    table),
      define_metric(metric::scan_queued_bytes, "dynamo_scan_queued_bytes", gauge,
                    "Bytes of pages that wait for a consumer.", table),
      define_metric(metric::scan_page_permits, "dynamo_scan_page_permits", gauge,
                    "Pages in memory: being received, waiting, or with consumers.", table),
      define_metric(metric::scan_page_memory_bytes, "dynamo_scan_page_memory_bytes", gauge,
                    "Memory of these pages.", table),
      define_metric(metric::checkpoint_saves, "dynamo_checkpoint_saves_total", counter,
                    "Attempts to save a checkpoint.", table, outcome),
      define_metric(metric::stage_queue_length, "dynamo_stage_queue_length", gauge,
                    "Events that wait in a stage: to be handled, or for demand.", stage),
      define_metric(metric::stage_events, "dynamo_stage_events_total", counter,
                    "Events that a stage has handled.", stage),
      define_metric(metric::stage_crashes, "dynamo_stage_crashes_total", counter,
                    "Calls of a stage's functions that threw.", stage),
      define_metric(metric::stage_restarts, "dynamo_stage_restarts_total", counter,
                    "Restarts of a stage, after its own crashes and those of others.", stage),
  };
}();

[[nodiscard]] constexpr const metric_definition& definition_of(metric what) noexcept {
  return metric_definitions[static_cast<std::size_t>(what)];
}
static_assert([] {
  for (std::size_t i = 0; i < metric_definitions.size(); ++i) {
    if (static_cast<std::size_t>(metric_definitions[i].what) != i) return false;
  }
  return true;
}());

/// Upper bounds of a histogram's buckets, in seconds; one more bucket has no bound.
inline constexpr std::array<double, 14> histogram_bounds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

/// Label values of a series; those that its metric does not have are ignored.
struct metric_labels {
  std::string_view table{};
  std::string_view operation{};
  std::string_view outcome{};
  std::string_view cause{};
  std::string_view stage{};

  [[nodiscard]] constexpr std::string_view operator[](metric_label label) const noexcept {
    switch (label) {
      case metric_label::table:
        return table;
      case metric_label::operation:
        return operation;
      case metric_label::outcome:
        return outcome;
      case metric_label::cause:
        return cause;
      case metric_label::stage:
        return stage;
    }
    return {};
  }
};

/// One time series: a metric with values for its labels. Thread-safe.
class metric_series {
 public:
  virtual ~metric_series() = default;
  /// Adds to a counter (0 or more) or a gauge (also less than 0), or records one measurement of a
  /// histogram. Called where the event occurs: on the network thread, and under locks of the
  /// library. It must be quick, must not block and must not call the library.
  virtual void add(double amount) noexcept = 0;
};

/// Records metrics, once per page or request, never once per item. `memory_metrics` implements it;
/// for custom recorders the rules of `metric_series::add` apply. Thread-safe.
class metrics_recorder {
 public:
  virtual ~metrics_recorder() = default;
  /// Returns the series with these labels, the same one for equal labels; null if it is not
  /// recorded. `of` is valid during the call.
  [[nodiscard]] virtual std::shared_ptr<metric_series> series(metric what,
                                                              const metric_labels& of) noexcept = 0;
};

/// A series, or null: recording then does nothing.
class meter {
 public:
  meter() = default;
  meter(const std::shared_ptr<metrics_recorder>& to, metric what, const metric_labels& of)
      : series_(to ? to->series(what, of) : nullptr) {}

  void add(double amount = 1) const noexcept {
    if (series_) series_->add(amount);
  }

 private:
  std::shared_ptr<metric_series> series_;
};

}  // namespace dynamo
