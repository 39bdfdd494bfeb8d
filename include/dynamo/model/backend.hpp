// THE seam: everything above knows a DynamoDB only as a backend.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/core/clock.hpp>
#include <dynamo/core/result.hpp>
#include <dynamo/model/operation.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace dynamo {

class logger;
class metrics_recorder;

/// One operation to carry out: its name, its JSON body as on the wire, and how long to try.
struct backend_request {
  operation op = operation::scan;
  std::string body{};                          ///< JSON, as the DynamoDB API defines it
  std::string table{};                         ///< for errors
  std::optional<std::uint32_t> segment{};      ///< for errors
  std::stop_token stop{};                      ///< ends the request with errc::cancelled
  std::optional<dynamo::deadline> deadline{};  ///< ends it with errc::deadline_exceeded
  /// How long failures that may pass are retried; unset: the backend's own budget.
  std::optional<std::chrono::milliseconds> retry_budget{};
  std::shared_ptr<body_gate> gate{};  ///< admits the response body; may be null
  /// Told of each attempt that the service throttles, before the completion; may be null. It is
  /// called as a completion is.
  std::function<void()> throttled{};
};

/// A successful answer.
struct backend_response {
  body_buffer body{};        ///< JSON with padding behind it, checked against its CRC-32
  std::string request_id{};  ///< empty if the backend gave none
  unsigned attempts = 1;     ///< requests sent, first included
};

/// Called exactly once, on a thread of the backend's or, if the answer is there at once, within
/// `submit`; must be quick and must not throw. A backend's destructor returns only after every
/// completion has returned.
using backend_completion = std::function<void(result<backend_response>)>;

/// Carries out operations of the DynamoDB API: over the wire, in this process, or scripted by a
/// test. Thread-safe. Retries transient failures; nothing above it retries.
class backend {
 public:
  virtual ~backend() = default;
  /// Does not throw: failures are reported to `done`.
  virtual void submit(backend_request request, backend_completion done) = 0;

  /// Monotonic time, as `schedule` goes by it.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const {
    return std::chrono::steady_clock::now();
  }
  /// Runs `task` once, as soon as `when` has come, as a completion is called; tasks that still wait
  /// when the backend ends run then, or never. The default refuses with errc::invalid_argument: a
  /// backend without timers serves whatever has no `max_rcu`.
  virtual result<void> schedule(std::chrono::steady_clock::time_point when,
                                std::function<void()> task);

  /// Who is told what is counted, and what happens, of whatever goes through this backend: scans
  /// ask it once, when they are opened. Null: nobody.
  [[nodiscard]] virtual std::shared_ptr<metrics_recorder> metrics() const { return nullptr; }
  [[nodiscard]] virtual std::shared_ptr<logger> log() const { return nullptr; }
};

}  // namespace dynamo
