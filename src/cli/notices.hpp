// Messages on standard error without --verbose: warnings, and retries with their reason.
#pragma once

#include "cli/console.hpp"

#include <dynamo/core/log.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::cli {

/// Selects the retries to print: those of requests that failed at least three times, and at most
/// one in five seconds. A service throttles many segments at a time, and most failures pass at
/// once. The caller passes the time.
///
/// Thread safety: none.
class retry_notices {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Returns "retrying: <why>; attempt 4 in 3.1 s" without control characters, or nothing if the
  /// retry is not to be printed. Requires a record of log_event::request_retried.
  [[nodiscard]] std::optional<std::string> line(const log_record& retried, time_point now);

 private:
  std::optional<time_point> last_;
};

/// Returns a sink for a logger at log_level::warn. It writes warnings to standard error, and
/// retries if that is a terminal, one line each, in place of the progress line.
///
/// Lifetime: `on` must outlive it.
[[nodiscard]] std::shared_ptr<log_sink> notices(const console& on);

}  // namespace dynamo::cli
