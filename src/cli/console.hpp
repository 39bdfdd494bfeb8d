// Standard output and standard error, as a command sees them.
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

/// What a command has of the process around it. Tests put pipes and strings here.
struct console {
  int out = 1;                                  ///< descriptor of standard output
  std::function<void(std::string_view)> err{};  ///< writes to standard error, at once
  bool shows_progress = false;                  ///< standard error is a terminal, not --quiet
  bool out_is_file = false;                     ///< standard output is a regular file
  std::function<std::size_t()> width{};         ///< of the terminal, in characters
  std::shared_ptr<clock> time{};
  std::stop_token stop{};  ///< Ctrl-C
  bool quiet = false;      ///< errors only

  /// Writes what is no error to standard error.
  void tell(std::string_view text) const {
    if (!quiet) err(text);
  }
};

/// The process's own, with its signals. `quiet`: no progress.
[[nodiscard]] console process_console(bool quiet, std::stop_token stop);

/// Erases the line of progress. The tool's own, at the beginning of what goes to standard error.
inline constexpr std::string_view erase_line = "\r\x1b[K";

/// The text as one line that is safe to show: line ends and tabs become spaces, the rest is
/// `printable`.
[[nodiscard]] std::string one_line(std::string_view text);

/// What the process's standard error is given for `text`: `printable`, with its line feeds. Nothing
/// but an `erase_line` at the beginning controls a terminal, so a message must not begin with text
/// from elsewhere.
[[nodiscard]] std::string message_text(std::string_view text);

/// In UTC, to the second: "2026-01-31T12:00:00Z".
[[nodiscard]] std::string time_text(std::chrono::system_clock::time_point time);

/// Redraws a progress line five times a second, on a thread of its own, where the console shows
/// progress; does nothing where not. Its end removes the line. `counts` is called on that thread.
class progress_display {
 public:
  progress_display(const console& on, std::function<progress_counts()> counts);
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;
  ~progress_display();

  /// Removes the line and writes the summary instead. Call at most once.
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
