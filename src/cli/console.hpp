// Standard output and standard error as commands use them.
#pragma once

#include "cli/progress.hpp"

#include <dynamo/core/clock.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace dynamo::cli {

/// What a command uses of the process. Tests replace it by pipes and strings.
struct console {
  int out = 1;                                  ///< descriptor of standard output
  std::function<void(std::string_view)> err{};  ///< writes to standard error, unbuffered
  bool shows_progress = false;                  ///< standard error is a terminal, without --quiet
  bool out_is_file = false;                     ///< standard output is a regular file
  std::function<std::size_t()> width{};         ///< width of the terminal, in characters
  std::shared_ptr<clock> time{};
  std::stop_token stop{};  ///< requested by Ctrl-C, SIGTERM or SIGHUP
  bool quiet = false;      ///< print errors only

  /// Writes a message that is not an error to standard error, unless `quiet`.
  void tell(std::string_view text) const {
    if (!quiet) err(text);
  }
};

/// Returns the console of this process. `quiet`: print no progress and no notices.
[[nodiscard]] console process_console(bool quiet, std::stop_token stop);

/// Erases the progress line. Only the tool itself puts it at the beginning of a message.
inline constexpr std::string_view erase_line = "\r\x1b[K";

/// Returns the text as one line that is safe to show: line ends and tabs become spaces, then
/// `printable` applies.
[[nodiscard]] std::string one_line(std::string_view text);

/// Returns `text` as it is written to standard error: `printable`, but line feeds are kept. Only an
/// `erase_line` at the beginning can control a terminal, so a message must not begin with foreign
/// text.
[[nodiscard]] std::string message_text(std::string_view text);

/// Returns the time in UTC, to the second: "2026-01-31T12:00:00Z".
[[nodiscard]] std::string time_text(std::chrono::system_clock::time_point time);

/// Redraws a progress line five times a second on its own thread, if the console shows progress;
/// otherwise does nothing. `counts` is called on that thread, and once by `finish`. The destructor
/// removes the line.
class progress_display {
 public:
  progress_display(const console& on, std::function<progress_counts()> counts);
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;
  ~progress_display();

  /// Replaces the line by the summary. Call at most once.
  void finish();

 private:
  void run(const std::stop_token& stop);
  void end();

  const console& console_;
  std::function<progress_counts()> counts_;
  progress_meter meter_;
  bool drawn_ = false;
  std::jthread thread_;
};

}  // namespace dynamo::cli
