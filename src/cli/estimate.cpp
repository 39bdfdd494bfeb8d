#include "cli/estimate.hpp"

#include "cli/commands.hpp"
#include "cli/table_size.hpp"

#include <dynamo/scan/scan_estimate.hpp>

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace dynamo::cli {
namespace {

// In seconds. Longer times are printed as "more than 30 years"; it also prevents overflow.
constexpr double longest_time = 1e9;

// The rate of read units and its origin; 0 if there is no limit.
struct pace {
  double rcu = 0;
  std::string_view by{};
};

pace pace_of(const scan_arguments& given, const table_description& table) {
  pace found;
  if (given.max_rcu) found = {*given.max_rcu, "--max-rcu"};
  // The description does not contain the provisioned throughput of an index.
  if (table.throughput && given.index.empty()) {
    const auto provisioned = static_cast<double>(table.throughput->read_units);
    if (provisioned > 0 && (!given.max_rcu || provisioned < found.rcu)) {
      found = {provisioned, "provisioned"};
    }
  }
  return found;
}

std::string cost_text(double cost, double price, const table_description& table) {
  if (table.throughput) return "no extra cost: the table's capacity is provisioned";
  const std::string sum = cost < 0.01 ? "less than 0.01" : fmt::format("{:.2f}", cost);
  return fmt::format("{}, at {} per million", sum, price);
}

std::string estimate_text(const scan_arguments& given, const scan_options& options,
                          const table_description& table, const scan_estimate& about) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{:<10} {}\n", name, one_line(value));
  };
  const auto units = [](double number) {
    return grouped(static_cast<std::uint64_t>(std::llround(std::ceil(number))));
  };
  line(given.index.empty() ? "Table" : "Index", given.index.empty() ? table.name : given.index);
  line("Items", grouped(about.items) + " (approximate: refreshed about every six hours)");
  line("Size", readable_bytes(static_cast<double>(about.bytes)));
  line("Read units",
       fmt::format("{} ({} reads; a filter does not lower them)", units(about.read_units),
                   options.consistent_read ? "consistent" : "eventually consistent"));
  if (given.price_per_million) {
    line("Cost", cost_text(about.cost(*given.price_per_million), *given.price_per_million, table));
  }
  const pace at = pace_of(given, table);
  if (at.rcu > 0) {
    const double time = std::ceil(about.time_at(at.rcu).count());
    line("Time", time > longest_time
                     ? std::string("more than 30 years")
                     : fmt::format("{} or more, at {} read units a second ({})",
                                   readable_duration(std::chrono::seconds(std::llround(time))),
                                   at.rcu, at.by));
  } else {
    line("Time", "unknown without --max-rcu");
  }
  line("Segments", std::to_string(*options.segments));
  return text;
}

}  // namespace

result<void> estimate(const scan_arguments& given, scan_options options, const client& db,
                      const console& on) {
  auto table =
      db.try_describe_table(given.table, {.stop = options.stop, .deadline = options.deadline});
  if (!table) return std::move(table).error();
  const auto about = estimate_scan(*table, options);
  if (!about) {
    return error{.kind = errc::not_found,
                 .message = "the index '" + given.index + "' does not exist",
                 .table = given.table};
  }
  choose_segments(options, given, *table);
  return print(on, estimate_text(given, options, *table, *about));
}

}  // namespace dynamo::cli
