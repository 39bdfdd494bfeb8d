// Whoever watches a run: its log, and its figures for Prometheus.
#pragma once

#include "cli/console.hpp"
#include "cli/metrics_file.hpp"
#include "cli/options.hpp"

#include <dynamo/core/log.hpp>
#include <dynamo/core/memory_metrics.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/sink/prometheus.hpp>

#include <memory>
#include <optional>

namespace dynamo::cli {

/// The level that is wanted: --verbose once is info, twice debug, three times trace; without, what
/// DYNAMO_LOG says (`variable`; null or empty: unset). Nothing: no log. errc::configuration if the
/// variable is no level.
[[nodiscard]] result<std::optional<log_level>> wanted_level(unsigned verbose, const char* variable);

/// Writes records to standard error, a line each, over the line of progress where there is one.
[[nodiscard]] std::shared_ptr<log_sink> console_log(const console& on);

/// Made before the client, and ended behind it. `on` must outlive it.
class observation {
 public:
  /// Listens and writes the file for the first time, if that is wanted.
  static result<std::unique_ptr<observation>> open(const invocation& run, const char* dynamo_log,
                                                   const console& on);

  /// Null where nobody watches.
  [[nodiscard]] std::shared_ptr<metrics_recorder> metrics() const { return metrics_; }
  [[nodiscard]] const std::shared_ptr<logger>& log() const noexcept { return log_; }

  /// The run is over: writes the file for the last time, and what is left of the log.
  result<void> finish();

 private:
  std::shared_ptr<logger> log_;
  std::shared_ptr<memory_metrics> metrics_;
  std::optional<metrics_server> server_;
  std::unique_ptr<metrics_file> file_;
};

}  // namespace dynamo::cli
