// Logs: structured records for a sink of the program.
#pragma once

#include <dynamo/core/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

enum class log_level : std::uint8_t {
  error,  ///< something failed
  warn,   ///< something failed and is retried, or the library continues without it
  info,   ///< events that occur few times in a run
  debug,  ///< events once per segment, save or wait
  trace,  ///< events once per request
};

/// Returns the enumerator's name: "error", "warn", "info", "debug", "trace".
[[nodiscard]] std::string_view to_string(log_level level) noexcept;
/// Returns the level with this name; nothing if it does not exist.
[[nodiscard]] std::optional<log_level> log_level_named(std::string_view name) noexcept;

/// The events. The guide docs/guide/observing.md lists when each is logged and with which members.
enum class log_event : std::uint8_t {
  endpoint_resolved,
  credentials_refreshed,
  credentials_failed,
  request_sent,
  request_answered,
  request_retried,
  request_failed,
  request_served,
  connections_full,
  segment_started,
  segment_complete,
  budget_wait,
  checkpoint_saved,
  checkpoint_failed,
  scan_ended,
  stage_crashed,
  stage_restarted,
  records_lost,
  keys_exposed,
};

/// Returns the enumerator's name.
[[nodiscard]] std::string_view to_string(log_event event) noexcept;
/// Returns the level of an event. Each event has one level.
[[nodiscard]] log_level level_of(log_event event) noexcept;

/// One logged event. Members that do not apply are empty. Never contains secrets, keys of the table
/// or contents of items.
struct log_record {
  log_event event = log_event::request_sent;
  /// Set by the logger.
  std::chrono::system_clock::time_point time{};
  std::string table{};
  std::optional<std::uint32_t> segment{};  ///< for a scan with several segments
  unsigned attempt = 0;      ///< number of a request's attempt, from 1; 0: none was sent
  std::string request_id{};  ///< the service's request id
  std::string cause{};       ///< the cause, as a word for programs to search for
  std::optional<std::chrono::milliseconds> delay{};  ///< until it continues, or how long it took
  std::string detail{};                              ///< details for people: one sentence or a name

  [[nodiscard]] log_level level() const noexcept { return level_of(event); }
};

/// Returns the record as one line without a line end: time in UTC, level, event, then table,
/// segment, attempt and request_id, each "-" if empty, then the other members that are set. Values
/// with spaces are in quotation marks; control characters and quotation marks are escaped as in
/// JSON.
[[nodiscard]] std::string to_line(const log_record& record);

/// The destination of records.
class log_sink {
 public:
  virtual ~log_sink() = default;
  /// Writes a record. Called on the logger's own thread, one record at a time, in order. May block:
  /// records are queued meanwhile, and lost when the queue is full, but the scan is not delayed.
  /// Must not destroy the logger.
  virtual void write(const log_record& record) noexcept = 0;
};

/// Passes records to a sink, on its own thread. Up to `capacity` records are queued; further ones
/// are lost, and `records_lost` reports how many. One logger may serve any number of clients and
/// supervisors. The destructor writes the queued records. Thread-safe.
class logger {
 public:
  static constexpr std::size_t capacity = 4096;

  /// Records with a more verbose level than `level` are not created. `time`: null for the system's
  /// clock. Throws errc::invalid_argument if `to` is null.
  logger(log_level level, std::shared_ptr<log_sink> to, std::shared_ptr<clock> time = nullptr);
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;
  ~logger();

  [[nodiscard]] bool wants(log_event event) const noexcept { return level_of(event) <= level_; }
  /// Queues the record if its level is enabled, and returns at once.
  void write(log_record record);
  /// Blocks until all queued records were passed to the sink. Must not be called on the sink's
  /// thread.
  void flush();

 private:
  struct state;
  const log_level level_;
  std::unique_ptr<state> state_;
};

/// Returns true if `by` logs such records; check it before creating one.
[[nodiscard]] inline bool wanted(const std::shared_ptr<logger>& by, log_event event) noexcept {
  return by && by->wants(event);
}

}  // namespace dynamo
