// The log of the library: structured records for a sink that the program provides.
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
  error,  ///< something ended with a failure
  warn,   ///< something went wrong and is tried again, or goes on without
  info,   ///< what happens few times in a run
  debug,  ///< what happens once a segment, a save or a wait
  trace,  ///< what happens once a request
};

/// "error", "warn", "info", "debug", "trace".
[[nodiscard]] std::string_view to_string(log_level level) noexcept;
/// The level of that name; nothing if it does not exist.
[[nodiscard]] std::optional<log_level> log_level_named(std::string_view name) noexcept;

/// What happened. The guide docs/guide/observing.md says of each when it is told and with what.
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

/// The enumerator's name.
[[nodiscard]] std::string_view to_string(log_event event) noexcept;
/// Each event has one level.
[[nodiscard]] log_level level_of(log_event event) noexcept;

/// One thing that happened. Members that do not apply are empty. Never holds a secret, a key of the
/// table or contents of items.
struct log_record {
  log_event event = log_event::request_sent;
  /// Set by the logger.
  std::chrono::system_clock::time_point time{};
  std::string table{};
  std::optional<std::uint32_t> segment{};            ///< of a scan in several
  unsigned attempt = 0;                              ///< of a request, from 1 on; 0: none was sent
  std::string request_id{};                          ///< the service's
  std::string cause{};                               ///< why: a word for programs to look for
  std::optional<std::chrono::milliseconds> delay{};  ///< until it goes on, or how long it took
  std::string detail{};                              ///< more, for people: one sentence or a name

  [[nodiscard]] log_level level() const noexcept { return level_of(event); }
};

/// The record as one line without its end: time in UTC, level, event, then table, segment, attempt
/// and request_id, each "-" where there is none, then what else there is. Values with spaces are in
/// quotation marks; control characters and quotation marks are escaped as in JSON.
[[nodiscard]] std::string to_line(const log_record& record);

/// Where records go.
class log_sink {
 public:
  virtual ~log_sink() = default;
  /// Called by one logger's own thread, one record at a time, in their order. May block: records
  /// wait meanwhile, and beyond some are lost, but the scan is not held up. Must not end the
  /// logger.
  virtual void write(const log_record& record) noexcept = 0;
};

/// Brings records to a sink, on a thread of its own. Up to `capacity` records wait; more are lost,
/// and a `records_lost` event reports how many. One logger may serve any number of clients and
/// supervisors. Thread-safe. The destructor writes what waits.
class logger {
 public:
  static constexpr std::size_t capacity = 4096;

  /// Records above `level`, that is more talkative ones, are not made. Throws
  /// errc::invalid_argument if `to` is null. `time`: null for the machine's.
  logger(log_level level, std::shared_ptr<log_sink> to, std::shared_ptr<clock> time = nullptr);
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;
  ~logger();

  [[nodiscard]] bool wants(log_event event) const noexcept { return level_of(event) <= level_; }
  /// Takes the record, if it is wanted, and returns at once.
  void write(log_record record);
  /// Blocks until all that was taken is with the sink. Not on the sink's thread.
  void flush();

 private:
  struct state;
  const log_level level_;
  std::unique_ptr<state> state_;
};

/// True if there is somebody for such records: to be asked before one is made.
[[nodiscard]] inline bool wanted(const std::shared_ptr<logger>& by, log_event event) noexcept {
  return by && by->wants(event);
}

}  // namespace dynamo
