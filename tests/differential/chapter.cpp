#include "differential/chapter.hpp"

#include "differential/deviations.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dynamo::differential {
namespace {

// How often the tables are compared as a whole, and behind writes of many steps.
constexpr std::size_t steps_between_checks = 40;

// The table's bare name, of a name or an ARN.
std::string table_of(const step& of) {
  const std::string_view name = of.body.text_of("TableName");
  return std::string(name.substr(name.find('/') + 1));
}

void learn_table(world& tables, const step& done, const answer& answered) {
  if (!answered.succeeded()) return;
  switch (done.op) {
    case operation::create_table:
    case operation::update_table:
      if (const json* const table = answered.body.find("TableDescription")) {
        tables.described(*table);
      }
      break;
    case operation::delete_table:
      tables.gone(table_of(done));
      break;
    default:
      break;
  }
}

bool settle_behind(side& of, const step& done) {
  if (done.op != operation::create_table && done.op != operation::update_table) return true;
  return settle(of, table_of(done));
}

// Tokens are remembered behind the end of a table: each replay needs its own.
step replayed(step of, std::size_t replay) {
  const std::string_view token = of.body.text_of("ClientRequestToken");
  if (!token.empty() && token.size() <= 30) {
    of.body.set("ClientRequestToken", std::string(token) + "-" + std::to_string(replay));
  }
  return of;
}

// Whether the difference shows behind these steps.
bool shows(side& left, side& right, const std::vector<step>& history, const finding& wanted) {
  static std::size_t replays = 0;
  ++replays;
  clear(left);
  clear(right);
  world tables;
  for (const step& original : history) {
    const step each = replayed(original, replays);
    const outcome done = carry_out(left, each);
    (void)carry_out(right, each);
    learn_table(tables, each, done.pages.back());
    if (!settle_behind(left, each) || !settle_behind(right, each)) return false;
  }
  const step asked = replayed(wanted.asked, replays);
  const outcome one = carry_out(left, asked);
  const outcome other = carry_out(right, asked);
  const auto found = compare(wanted.asked, index_sort_key(wanted.asked, tables), one, other);
  return std::ranges::find(found, wanted.what.where, &difference::where) != found.end();
}

}  // namespace

std::string index_sort_key(const step& of, const world& tables) {
  const table_shape* const table = tables.find(table_of(of));
  if (of.op != operation::query || table == nullptr) return {};
  const index_shape* const index = table->find_index(of.body.text_of("IndexName"));
  const json* const selected = of.body.find("ProjectionExpression");
  if (index == nullptr || !index->sort || selected != nullptr) return {};
  return index->sort->name;
}

chapter::chapter(side& left, side& right, std::uint64_t seed, tally& counts)
    : left_(left), right_(right), counts_(counts), random_(seed) {
  clear(left_);
  clear(right_);
}

std::vector<finding> chapter::run(std::size_t requests) {
  const std::size_t end = counts_.requests + requests;
  for (std::size_t steps = 1; counts_.requests < end; ++steps) {
    step next = writer_.next();
    const bool of_many =
        next.op == operation::batch_write_item || next.op == operation::transact_write_items;
    if (!take(std::move(next))) return std::move(found_);
    if ((of_many && random_.once_in(3)) || steps % steps_between_checks == 0) {
      if (!compare_tables()) return std::move(found_);
    }
  }
  (void)compare_tables();
  return std::move(found_);
}

bool chapter::compare_tables() {
  for (const auto& [name, table] : tables_.tables()) {
    step all{.op = operation::scan, .body = json::object{{"TableName", name}}};
    all.read = {.pages = to_the_end, .large_items = writer_.has_large_items()};
    if (!take(all)) return false;
    for (const index_shape& index : table.indexes) {
      all.body.set("IndexName", index.name);
      if (!take(all)) return false;
    }
    if (!take({.op = operation::describe_table, .body = json::object{{"TableName", name}}})) {
      return false;
    }
  }
  return true;
}

bool chapter::take(step next) {
  const outcome left = carry_out(left_, next);
  const outcome right = carry_out(right_, next);
  counts_.requests += left.pages.size();
  count(next, left, right);
  const bool one_refused = left.pages.back().succeeded() != right.pages.back().succeeded();
  bool same_state = !changes_state(next.op) || !one_refused;
  bool new_here = true;
  for (const difference& each : compare(next, index_sort_key(next, tables_), left, right)) {
    const deviation* const meant =
        find_deviation({.asked = next, .local = left, .engine = right, .found = each});
    if (meant != nullptr) {
      ++counts_.deviations[std::string(meant->name)];
      if (meant->states_differ) same_state = false;
    } else if (std::exchange(new_here, false)) {
      found_.push_back({each, next, left, right, history_});
    }
  }
  if (!same_state) return false;
  if (!settle_behind(left_, next)) {
    ++counts_.deviations["an index of DynamoDB Local is made or removed without end"];
    return false;
  }
  if (!settle_behind(right_, next)) {
    throw std::runtime_error("an index stays as it is behind " + next.body.text());
  }
  learn(next, left.pages.back());
  return true;
}

void chapter::learn(const step& done, const answer& answered) {
  learn_table(tables_, done, answered);
  if (changes_state(done.op) && answered.succeeded()) history_.push_back(done);
}

void chapter::count(const step& done, const outcome& left, const outcome& right) {
  const answer& one = left.pages.back();
  const answer& other = right.pages.back();
  const std::string operation(wire_name(done.op));
  ++counts_.answers[operation + " " + (one.succeeded() ? "200" : one.error_type())];
  if (!one.succeeded() && one.error_type() == other.error_type() &&
      one.message() != other.message()) {
    ++counts_.wordings[{operation + ": " + std::string(one.message().substr(0, 300)),
                        std::string(other.message().substr(0, 300))}];
  }
}

std::vector<step> shortest_history(side& left, side& right, const finding& of,
                                   std::chrono::seconds budget) {
  const auto end = std::chrono::steady_clock::now() + budget;
  std::vector<step> history = of.history;
  if (budget.count() == 0 || !shows(left, right, history, of)) return history;
  for (std::size_t size = history.size(); size > 0;) {
    bool shorter = false;
    for (std::size_t at = 0; at < history.size();) {
      if (std::chrono::steady_clock::now() > end) return history;
      std::vector<step> without = history;
      const auto first = without.begin() + static_cast<std::ptrdiff_t>(at);
      without.erase(first,
                    first + static_cast<std::ptrdiff_t>(std::min(size, history.size() - at)));
      if (shows(left, right, without, of)) {
        history = std::move(without);
        shorter = true;
      } else {
        at += size;
      }
    }
    if (!shorter || size > history.size()) size /= 2;
  }
  return history;
}

}  // namespace dynamo::differential
