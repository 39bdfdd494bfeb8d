// What a run says on standard error without --verbose: that it waits for the service and why, and
// warnings.
#pragma once

#include "cli/console.hpp"

#include <dynamo/core/log.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::cli {

/// Which retries a person hears of: those of requests that failed three times in a row, and one in
/// five seconds. A service throttles many segments at a time, and most failures pass at once. Takes
/// the time from its caller. Not thread-safe.
class retry_notices {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// "retrying: <why>; attempt 4 in 3.1 s", without control characters; nothing: not worth a line.
  /// Requires a record of log_event::request_retried.
  [[nodiscard]] std::optional<std::string> line(const log_record& retried, time_point now);

 private:
  std::optional<time_point> last_;
};

/// For a logger at log_level::warn: writes warnings to standard error, and retries where that is a
/// terminal, a line each, over the line of progress. `on` must outlive it.
[[nodiscard]] std::shared_ptr<log_sink> notices(const console& on);

}  // namespace dynamo::cli
