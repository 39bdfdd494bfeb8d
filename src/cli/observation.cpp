#include "cli/observation.hpp"

#include "cli/notices.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace dynamo::cli {
namespace {

class console_sink final : public log_sink {
 public:
  explicit console_sink(const console& on) : console_(on) {}

  void write(const log_record& record) noexcept override {
    // In one write: another thread writes the progress line.
    const std::string_view over = console_.shows_progress ? erase_line : "";
    console_.err(std::string(over) + to_line(record) + "\n");
  }

 private:
  const console& console_;
};

// Only commands that read a table have metrics.
const scan_arguments* read_by(const command& what) {
  return std::visit(
      [](const auto& each) -> const scan_arguments* {
        if constexpr (requires { each.scan.metrics_file; }) {
          return &each.scan;
        } else {
          return nullptr;
        }
      },
      what);
}

}  // namespace

result<std::optional<log_level>> wanted_level(unsigned verbose, const char* variable) {
  using level = std::optional<log_level>;
  const std::string_view named = variable != nullptr ? variable : "";
  level from_variable = log_level_named(named);
  if (!named.empty() && !from_variable) {
    error failure;
    failure.kind = errc::configuration;
    failure.message =
        "invalid DYNAMO_LOG '" + std::string(named) + "': use error, warn, info, debug or trace";
    return failure;
  }
  if (verbose == 0) return from_variable;
  return level(verbose == 1 ? log_level::info : verbose == 2 ? log_level::debug : log_level::trace);
}

std::shared_ptr<log_sink> console_log(const console& on) {
  return std::make_shared<console_sink>(on);
}

result<std::unique_ptr<observation>> observation::open(const invocation& run,
                                                       const char* dynamo_log, const console& on) {
  auto watchers = std::make_unique<observation>();
  auto level = wanted_level(run.verbose, dynamo_log);
  if (!level) return std::move(level).error();
  if (*level) {
    watchers->log_ = std::make_shared<logger>(**level, console_log(on), on.time);
  } else if (!on.quiet) {
    watchers->log_ = std::make_shared<logger>(log_level::warn, notices(on), on.time);
  }
  const scan_arguments* const scan = read_by(run.command);
  if (scan == nullptr || (scan->metrics_file.empty() && scan->metrics_listen.empty())) {
    return watchers;
  }
  watchers->metrics_ = std::make_shared<memory_metrics>();
  if (!scan->metrics_listen.empty()) {
    auto server = metrics_server::try_listen(scan->metrics_listen, [metrics = watchers->metrics_] {
      return prometheus_text(metrics->snapshot());
    });
    if (!server) {
      error failure = std::move(server).error();
      failure.message = "--metrics-listen: " + failure.message;
      return failure;
    }
    watchers->server_ = *std::move(server);
    // With port 0 the user does not know the port.
    if (scan->metrics_listen == "0" || scan->metrics_listen.ends_with(":0")) {
      on.err("dynamo: metrics at " + watchers->server_->url() + "\n");
    }
  }
  if (!scan->metrics_file.empty()) {
    auto file = metrics_file::open(scan->metrics_file, watchers->metrics_, on.time);
    if (!file) return std::move(file).error();
    watchers->file_ = *std::move(file);
  }
  return watchers;
}

result<void> observation::finish() {
  if (log_) log_->flush();
  return file_ ? file_->finish() : result<void>();
}

}  // namespace dynamo::cli
