#include "cli/notices.hpp"

#include <fmt/format.h>

namespace dynamo::cli {
namespace {

constexpr unsigned failures_before_the_first = 3;
constexpr std::chrono::seconds between(5);

class notice_sink final : public log_sink {
 public:
  explicit notice_sink(const console& on) : console_(on) {}

  void write(const log_record& record) noexcept override {
    if (record.event == log_event::keys_exposed) {
      write_line("warning: " + one_line(record.detail));
    } else if (record.event == log_event::request_retried && console_.shows_progress) {
      if (const auto line = retries_.line(record, console_.time->now())) write_line(*line);
    }
  }

 private:
  // In one write: another thread writes the progress line.
  void write_line(const std::string& text) const {
    console_.tell((console_.shows_progress ? "\r\x1b[Kdynamo: " : "dynamo: ") + text + "\n");
  }

  const console& console_;
  retry_notices retries_;
};

}  // namespace

std::optional<std::string> retry_notices::line(const log_record& retried, time_point now) {
  if (retried.attempt < failures_before_the_first) return std::nullopt;
  if (last_ && now - *last_ < between) return std::nullopt;
  last_ = now;
  const std::chrono::duration<double> delay = retried.delay.value_or(std::chrono::milliseconds(0));
  return one_line(fmt::format("retrying: {}; attempt {} in {:.1f} s", retried.detail,
                              retried.attempt + 1, delay.count()));
}

std::shared_ptr<log_sink> notices(const console& on) {
  return std::make_shared<notice_sink>(on);
}

}  // namespace dynamo::cli
