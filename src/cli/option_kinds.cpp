#include "cli/option_kinds.hpp"

#include "cli/output_format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace dynamo::cli {
namespace {

constexpr double longest_timeout = 10.0 * 365 * 24 * 3600;
constexpr double most_rcu = 1e9;
constexpr double highest_price = 1e9;

// `most` is far above useful values: it prevents overflow in conversions.
CLI::Validator real_number(bool also_zero, double most, std::string_view wanted) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        double value = 0;
        const char* const end = text.data() + text.size();
        const auto [last, failure] = std::from_chars(text.data(), end, value);
        if (failure == std::errc{} && last == end && (value > 0 || (also_zero && value == 0)) &&
            value <= most) {
          return {};
        }
        return fmt::format("'{}' is not a number {}", text, wanted);
      },
      "");
}

CLI::Option* positive_option(CLI::App& app, const std::string& name, std::optional<double>& target,
                             const std::string& text, const std::string& type, double most) {
  return app
      .add_option_function<std::string>(
          name, [&target](const std::string& value) { target = std::stod(value); }, text)
      ->type_name(type)
      ->check(real_number(false, most, type == "SECONDS" ? "of seconds above 0" : "above 0"));
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        std::uint64_t value = 0;
        const char* const end = text.data() + text.size();
        const auto [last, failure] = std::from_chars(text.data(), end, value);
        if (failure == std::errc{} && last == end && value >= least && value <= most) return {};
        if (most == std::numeric_limits<std::uint64_t>::max()) {
          return fmt::format("'{}' is not a whole number of {} or more", text, least);
        }
        return fmt::format("'{}' is not a whole number from {} to {}", text, least, most);
      },
      "");
}

CLI::Validator seconds_from_zero() {
  return real_number(true, longest_timeout, "of seconds, 0 or more");
}

CLI::Validator share_of_one() {
  return real_number(true, 1, "from 0 to 1");
}

CLI::Validator not_empty() {
  return CLI::Validator(
      [](std::string& text) { return text.empty() ? "the name is empty" : std::string(); }, "");
}

CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](std::string& text) -> std::string {
        if (std::ranges::find(words, text) != words.end()) return {};
        return fmt::format("'{}' is not one of {}", text, fmt::join(words, ", "));
      },
      "");
}

result<std::vector<std::string>> split_columns(std::string_view text) {
  std::vector<std::string> columns;
  for (;;) {
    const auto comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    error failure;
    failure.kind = errc::invalid_argument;
    if (name.empty()) failure.message = "--columns has an empty name: write --columns id,email";
    if (std::ranges::find(columns, name) != columns.end()) {
      failure.message = "--columns names '" + std::string(name) + "' twice";
    }
    if (!failure.message.empty()) return failure;
    columns.emplace_back(name);
    if (comma == std::string_view::npos) return columns;
    text.remove_prefix(comma + 1);
  }
}

void text_option(CLI::App& app, const std::string& name, std::string& target,
                 const std::string& text, const std::string& type) {
  app.add_option(name, target, text)->type_name(type);
}

void table_argument(CLI::App& app, std::string& target) {
  app.add_option("TABLE", target, "name or ARN of the table")
      ->type_name("")
      ->required()
      ->check(not_empty());
}

constexpr std::string_view scan_group = "Reading";

void add_scan_options(CLI::App& app, scan_arguments& scan, bool with_attributes,
                      std::string_view segments) {
  constexpr auto unbounded = std::numeric_limits<std::uint64_t>::max();
  constexpr auto most = std::uint64_t{std::numeric_limits<std::uint32_t>::max()};
  constexpr auto page = std::uint64_t{std::numeric_limits<std::int32_t>::max()};
  table_argument(app, scan.table);
  app.option_defaults()->group(std::string(scan_group));
  text_option(app, "--filter", scan.filter,
              "condition on items: age >= :min; does not reduce the cost", "EXPR");
  if (with_attributes) {
    text_option(app, "--projection", scan.projection, "attributes to read: id, address.city",
                "EXPR");
  }
  text_option(app, "--names", scan.names, R"(attribute names for placeholders: '{"#s":"status"}')",
              "JSON");
  text_option(app, "--values", scan.values,
              R"(values for placeholders, DynamoDB JSON: '{":min":{"N":"18"}}')", "JSON");
  text_option(app, "--index", scan.index, "read this index instead of the table", "NAME");
  app.add_flag("--consistent", scan.consistent, "use strongly consistent reads, at twice the cost");
  number_option(app, "--limit", scan.limit, "stop after N items", 1, unbounded);
  number_option(app, "--segments", scan.segments,
                fmt::format("number of segments to read in parallel (default: {})", segments), 1,
                max_segments);
  number_option(app, "--max-concurrency", scan.max_concurrency,
                "maximum requests at a time (default: one per segment, at most 64)", 1, most);
  number_option(app, "--page-size", scan.page_size,
                "items evaluated per request (default: as many as fit into 1 MB)", 1, page);
  number_option(app, "--max-buffer-mb", scan.max_buffer_mb, "memory for pages, in MB (default: 8)",
                1, std::uint64_t{1} << 20);
  positive_option(app, "--max-rcu", scan.max_rcu,
                  "maximum read units per second (default: unlimited)", "N", most_rcu);
  number_option(app, "--max-bytes", scan.max_bytes, "stop after N bytes of responses", 1,
                unbounded);
  positive_option(app, "--timeout", scan.timeout_seconds,
                  "stop after this time and exit with status 124", "SECONDS", longest_timeout);
  text_option(app, "--report", scan.report,
              "write a JSON report of each segment to FILE, which is replaced", "FILE");
  text_option(app, "--metrics-file", scan.metrics_file,
              "write Prometheus metrics to FILE every 5 seconds and at the end", "FILE");
  for (const char* const written : {"--report", "--metrics-file"}) {
    app.get_option(written)->check(CLI::Validator(
        [](std::string& text) -> std::string {
          if (text.empty() || text == "-") return "a file name is required";
          return compression_problem(text);
        },
        ""));
  }
  text_option(app, "--metrics-listen", scan.metrics_listen,
              "serve Prometheus metrics at http://ADDRESS/metrics: 127.0.0.1:9100 or\n"
              "a port; with port 0 the free port is printed",
              "ADDRESS");
  CLI::Option* const estimate =
      app.add_flag("--estimate", scan.estimate,
                   "print items, size, read units, cost and time, and read nothing");
  positive_option(app, "--price-per-million", scan.price_per_million,
                  "price of a million read units in your region, for --estimate", "PRICE",
                  highest_price)
      ->needs(estimate);
  app.option_defaults()->group("Options");
}

}  // namespace dynamo::cli
