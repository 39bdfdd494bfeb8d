// The log and the Prometheus metrics of a run.
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

/// Returns the log level: --verbose once is info, twice debug, three times or more trace; otherwise
/// DYNAMO_LOG (`variable`; null or empty: unset). Returns nothing for no log, errc::configuration
/// if the variable is not a level.
[[nodiscard]] result<std::optional<log_level>> wanted_level(unsigned verbose, const char* variable);

/// Returns a sink that writes records to standard error, one line each, in place of the progress
/// line if there is one.
[[nodiscard]] std::shared_ptr<log_sink> console_log(const console& on);

/// The log, the metrics server and the metrics file of a run.
///
/// Lifetime: constructed before the client and destroyed after it. `on` must outlive it.
class observation {
 public:
  /// Starts the metrics server and writes the metrics file for the first time, if the options ask
  /// for them.
  static result<std::unique_ptr<observation>> open(const invocation& run, const char* dynamo_log,
                                                   const console& on);

  /// Null without --metrics-file and --metrics-listen.
  [[nodiscard]] std::shared_ptr<metrics_recorder> metrics() const { return metrics_; }
  [[nodiscard]] const std::shared_ptr<logger>& log() const noexcept { return log_; }

  /// Flushes the log and writes the metrics file for the last time. Call at the end of the run.
  result<void> finish();

 private:
  std::shared_ptr<logger> log_;
  std::shared_ptr<memory_metrics> metrics_;
  std::optional<metrics_server> server_;
  std::unique_ptr<metrics_file> file_;
};

}  // namespace dynamo::cli
