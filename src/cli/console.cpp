#include "cli/console.hpp"

#include <dynamo/core/printable.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace dynamo::cli {
namespace {

constexpr std::chrono::milliseconds redraw_interval(200);
// A command that is done by then shows no progress line.
constexpr std::chrono::milliseconds first_draw(400);

// All output to standard error goes through this function. Write errors are ignored: there is no
// other place to report them.
void write_to_stderr(std::string_view message) {
  const std::string safe = message_text(message);
  std::string_view text = safe;
  while (!text.empty()) {
    const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::size_t terminal_width() {
  constexpr std::size_t usual = 80;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return size.ws_col;
}

}  // namespace

console process_console(bool quiet, std::stop_token stop) {
  struct stat out{};
  return {.out = STDOUT_FILENO,
          .err = write_to_stderr,
          .shows_progress = !quiet && ::isatty(STDERR_FILENO) == 1,
          .out_is_file = ::fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(out.st_mode),
          .width = terminal_width,
          .time = system_clock_source(),
          .stop = std::move(stop),
          .quiet = quiet};
}

std::string one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return printable(line);
}

std::string message_text(std::string_view text) {
  const bool over_progress = text.starts_with(erase_line);
  if (over_progress) text.remove_prefix(erase_line.size());
  return std::string(over_progress ? erase_line : "") + printable(text, "\n");
}

std::string time_text(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     std::chrono::time_point_cast<std::chrono::seconds>(time));
}

progress_display::progress_display(const console& on, std::function<progress_counts()> counts)
    : console_(on), counts_(std::move(counts)), meter_(on.time->now()) {
  if (on.shows_progress) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
}

progress_display::~progress_display() {
  end();
}

void progress_display::run(const std::stop_token& stop) {
  auto next = console_.time->now() + first_draw;
  while (console_.time->sleep_until(next, stop)) {
    const auto now = console_.time->now();
    // The last column stays empty: some terminals wrap when it is written.
    const std::string line = meter_.line(now, counts_(), console_.width() - 1);
    console_.err(std::string(erase_line) + line);
    drawn_ = true;
    next = now + redraw_interval;
  }
}

void progress_display::end() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (drawn_) console_.err(erase_line);
}

void progress_display::finish() {
  if (!thread_.joinable()) return;
  end();
  console_.err(meter_.summary(console_.time->now(), counts_()) + "\n");
}

}  // namespace dynamo::cli
