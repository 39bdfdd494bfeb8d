#include <dynamo/core/log.hpp>
#include <dynamo/core/printable.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace dynamo {
namespace {

constexpr std::array<std::string_view, 5> level_names = {"error", "warn", "info", "debug", "trace"};

struct described_event {
  log_event event;
  std::string_view name;
  log_level level;
};
// The guide has the same table; a test compares them.
constexpr std::array described_events = {
    described_event{log_event::endpoint_resolved, "endpoint_resolved", log_level::info},
    described_event{log_event::credentials_refreshed, "credentials_refreshed", log_level::info},
    described_event{log_event::credentials_failed, "credentials_failed", log_level::error},
    described_event{log_event::request_sent, "request_sent", log_level::trace},
    described_event{log_event::request_answered, "request_answered", log_level::trace},
    described_event{log_event::request_retried, "request_retried", log_level::warn},
    described_event{log_event::request_failed, "request_failed", log_level::error},
    described_event{log_event::request_served, "request_served", log_level::trace},
    described_event{log_event::connections_full, "connections_full", log_level::warn},
    described_event{log_event::segment_started, "segment_started", log_level::debug},
    described_event{log_event::segment_complete, "segment_complete", log_level::debug},
    described_event{log_event::budget_wait, "budget_wait", log_level::debug},
    described_event{log_event::checkpoint_saved, "checkpoint_saved", log_level::debug},
    described_event{log_event::checkpoint_failed, "checkpoint_failed", log_level::error},
    described_event{log_event::scan_ended, "scan_ended", log_level::info},
    described_event{log_event::stage_crashed, "stage_crashed", log_level::warn},
    described_event{log_event::stage_restarted, "stage_restarted", log_level::info},
    described_event{log_event::records_lost, "records_lost", log_level::warn},
    described_event{log_event::keys_exposed, "keys_exposed", log_level::warn},
};
static_assert([] {
  for (std::size_t i = 0; i < described_events.size(); ++i) {
    if (static_cast<std::size_t>(described_events[i].event) != i) return false;
  }
  return true;
}());

const described_event& described(log_event event) noexcept {
  return described_events[static_cast<std::size_t>(event)];
}

// What needs no quotes.
bool is_plain(unsigned char c) {
  return c > ' ' && c != '"' && c != '=' && c != '\\' && c < 0x7F;
}

// What comes from outside, an error's message say, must not begin a line of its own.
void append_value(std::string& line, std::string_view key, std::string_view value) {
  line.append(1, ' ').append(key).append(1, '=');
  if (value.empty()) {
    line += '-';
    return;
  }
  if (std::ranges::all_of(value, [](char c) { return is_plain(static_cast<unsigned char>(c)); })) {
    line += value;
    return;
  }
  std::string quoted;
  quoted.reserve(value.size());
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  line.append(1, '"').append(printable(quoted)).append(1, '"');
}

}  // namespace

std::string_view to_string(log_level level) noexcept {
  return level_names[static_cast<std::size_t>(level)];
}

std::optional<log_level> log_level_named(std::string_view name) noexcept {
  const auto at = std::ranges::find(level_names, name);
  if (at == level_names.end()) return std::nullopt;
  return static_cast<log_level>(at - level_names.begin());
}

std::string_view to_string(log_event event) noexcept {
  return described(event).name;
}

log_level level_of(log_event event) noexcept {
  return described(event).level;
}

std::string to_line(const log_record& record) {
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(record.time);
  const auto thousandths = (whole.time_since_epoch() % std::chrono::seconds(1)).count();
  std::string line = fmt::format(
      "{:%FT%T}.{:03}Z {:<5} {}", std::chrono::floor<std::chrono::seconds>(whole),
      thousandths < 0 ? 0 : thousandths, to_string(record.level()), to_string(record.event));
  append_value(line, "table", record.table);
  append_value(line, "segment", record.segment ? std::to_string(*record.segment) : "");
  append_value(line, "attempt", record.attempt != 0 ? std::to_string(record.attempt) : "");
  append_value(line, "request_id", record.request_id);
  if (!record.cause.empty()) append_value(line, "cause", record.cause);
  if (record.delay) {
    append_value(line, "seconds",
                 fmt::format("{:.3f}", std::chrono::duration<double>(*record.delay).count()));
  }
  if (!record.detail.empty()) append_value(line, "detail", record.detail);
  return line;
}

}  // namespace dynamo
