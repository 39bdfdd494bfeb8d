#include "differential/comparison.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::differential {
namespace {

// Members of tables that are times, ids, or only there while something is under way.
constexpr std::array<std::string_view, 11> left_open{
    "CreationDateTime",     "TableId",
    "LastIncreaseDateTime", "LastDecreaseDateTime",
    "LatestStreamLabel",    "LastUpdateToPayPerRequestDateTime",
    "Backfilling",          "IndexStatus",
    "LatestStreamArn",      "TableStatus",
    "SizeEstimateRangeGB"};

// Everywhere: sets are sorted; members sorted by name, so that equal objects have equal text.
void sort_open_orders(json& of) {
  if (auto* const elements = of.as<json::array>()) {
    for (json& each : *elements) sort_open_orders(each);
    return;
  }
  auto* const members = of.as<json::object>();
  if (members == nullptr) return;
  for (auto& [name, value] : *members) {
    sort_open_orders(value);
    if (name != "SS" && name != "NS" && name != "BS") continue;
    if (auto* const elements = value.as<json::array>()) std::ranges::sort(*elements);
  }
  std::ranges::sort(*members, [](auto& left, auto& right) { return left.first < right.first; });
}

void clean_table(json& of) {
  if (auto* const elements = of.as<json::array>()) {
    for (json& each : *elements) clean_table(each);
    return;
  }
  auto* const members = of.as<json::object>();
  if (members == nullptr) return;
  std::erase_if(*members, [](const auto& member) {
    return std::ranges::find(left_open, member.first) != left_open.end();
  });
  for (auto& [name, value] : *members) {
    clean_table(value);
    // Regions and accounts are the sides' own.
    if (name == "TableArn" || name == "IndexArn") {
      const auto* const arn = value.as<std::string>();
      if (arn != nullptr) value = arn->substr(std::min(arn->find(":table/"), arn->size()));
    }
    if (name == "GlobalSecondaryIndexes" || name == "LocalSecondaryIndexes" ||
        name == "AttributeDefinitions" || name == "NonKeyAttributes") {
      if (auto* const each = value.as<json::array>()) std::ranges::sort(*each);
    }
  }
}

json error_of(const answer& of) {
  json made = json::object{{"status", of.status}, {"type", of.error_type()}};
  for (const json& reason : of.body.elements_of("CancellationReasons")) {
    json kept = json::object{{"Code", reason.text_of("Code")}};
    if (const json* const item = reason.find("Item")) kept.set("Item", *item);
    json* reasons = made.find("reasons");
    if (reasons == nullptr) reasons = made.set("reasons", json::array{}).find("reasons");
    reasons->push(std::move(kept));
  }
  if (const json* const item = of.body.find("Item")) made.set("Item", *item);
  sort_open_orders(made);
  return made;
}

// Beyond so many there is nothing new to learn.
constexpr std::size_t most_differences = 40;

void note(std::vector<difference>& all, std::string where, const json& left, const json& right) {
  if (all.size() < most_differences) all.push_back({std::move(where), left.text(), right.text()});
}

constexpr const char* absent = "(absent)";

void add_differences(const json& left, const json& right, const std::string& where,
                     std::vector<difference>& all) {
  if (left == right) return;
  const auto* const members = left.as<json::object>();
  const auto* const others = right.as<json::object>();
  if (members != nullptr && others != nullptr) {
    for (const auto& [name, value] : *members) {
      const json* const other = right.find(name);
      if (other == nullptr) {
        note(all, where + "." + name, value, absent);
      } else {
        add_differences(value, *other, where + "." + name, all);
      }
    }
    for (const auto& [name, value] : *others) {
      if (left.find(name) == nullptr) note(all, where + "." + name, absent, value);
    }
    return;
  }
  const auto* const elements = left.as<json::array>();
  const auto* const other_elements = right.as<json::array>();
  if (elements != nullptr && other_elements != nullptr) {
    if (elements->size() != other_elements->size()) return note(all, where + "[]", left, right);
    for (std::size_t i = 0; i < elements->size(); ++i) {
      add_differences((*elements)[i], (*other_elements)[i], where + "[]", all);
    }
    return;
  }
  const auto* const number = left.as<json::number>();
  const auto* const other_number = right.as<json::number>();
  // Numbers of JSON, not DynamoDB's, which are strings: 1 and 1.0 are the same.
  if (number != nullptr && other_number != nullptr &&
      std::strtod(number->text.c_str(), nullptr) ==
          std::strtod(other_number->text.c_str(), nullptr)) {
    return;
  }
  note(all, where, left, right);
}

std::string in_short(const answer& of) {
  return std::to_string(of.status) + (of.succeeded() ? "" : " " + of.error_type());
}

// True if they are of one status and type.
bool compare_outcomes(const answer& left, const answer& right, std::vector<difference>& all) {
  if (left.status == right.status && left.error_type() == right.error_type()) return true;
  note(all, in_short(left) + ", " + in_short(right), left.body, right.body);
  return false;
}

json all_items(const outcome& of) {
  json::array all;
  for (const answer& page : of.pages) {
    for (json item : page.body.elements_of("Items")) {
      sort_open_orders(item);
      all.push_back(std::move(item));
    }
  }
  return all;
}

long long sum(const outcome& of, std::string_view member) {
  long long all = 0;
  for (const answer& page : of.pages) all += page.body.count_of(member);
  return all;
}

// The same items, in any order.
void compare_as_bags(json::array& items, json::array& others, std::vector<difference>& all) {
  std::ranges::sort(items);
  std::ranges::sort(others);
  json::array only_left;
  json::array only_right;
  std::ranges::set_difference(items, others, std::back_inserter(only_left));
  std::ranges::set_difference(others, items, std::back_inserter(only_right));
  if (only_left.empty() && only_right.empty()) return;
  if (only_left.size() != only_right.size()) {
    return note(all, "other items of all pages", only_left, only_right);
  }
  add_differences(only_left, only_right, "Items of all pages", all);
}

json values_of(const json& items, const std::string& name) {
  json::array values;
  for (const json& item : *items.as<json::array>()) {
    const json* const value = item.find(name);
    values.push_back(value != nullptr ? *value : json());
  }
  return values;
}

void compare_unordered(const step& asked, const std::string& sort_key, const outcome& left,
                       const outcome& right, std::vector<difference>& all) {
  // Which segment a key is in is the sides' own affair.
  if (asked.read.made_up_start && asked.body.find("TotalSegments") != nullptr) return;
  const answer& left_end = left.pages.back();
  const answer& right_end = right.pages.back();
  if (!compare_outcomes(left_end, right_end, all)) return;
  if (!left_end.succeeded() || asked.read.made_up_start) return;
  const json* const segments = asked.body.find("TotalSegments");
  if (segments != nullptr && !asked.read.each_segment) return;
  if (asked.read.large_items && (!left.whole || !right.whole)) return;
  if (asked.body.find("Limit") != nullptr && segments == nullptr && !asked.read.large_items) {
    for (std::size_t i = 0; i < std::min(left.pages.size(), right.pages.size()); ++i) {
      const long long read = left.pages[i].body.count_of("ScannedCount");
      const long long other = right.pages[i].body.count_of("ScannedCount");
      if (read != other) return note(all, "ScannedCount of a page", read, other);
    }
  }
  if (left.whole != right.whole) return note(all, "is all there is", left.whole, right.whole);
  if (!left.whole) return;
  json items = all_items(left);
  json others = all_items(right);
  if (!sort_key.empty()) {
    add_differences(values_of(items, sort_key), values_of(others, sort_key),
                    "order of the sort key", all);
  }
  compare_as_bags(*items.as<json::array>(), *others.as<json::array>(), all);
  for (const char* const member : {"Count", "ScannedCount"}) {
    if (sum(left, member) != sum(right, member)) {
      note(all, std::string(member) + " of all pages", sum(left, member), sum(right, member));
    }
  }
  if (left.pages.size() != 1 || right.pages.size() != 1) return;
  const auto without_items = [&](const answer& page) {
    json made = normalised(asked.op, page);
    if (made.find("Items") != nullptr) made.set("Items", "compared");
    return made;
  };
  add_differences(without_items(left_end), without_items(right_end), "", all);
}

}  // namespace

json normalised(operation op, const answer& of) {
  if (!of.succeeded()) return error_of(of);
  json made = of.body;
  sort_open_orders(made);
  switch (op) {
    case operation::create_table:
    case operation::update_table:
    case operation::delete_table:
    case operation::describe_table:
      clean_table(made);
      break;
    case operation::batch_get_item:
      if (json* const responses = made.find("Responses")) {
        if (auto* const tables = responses->as<json::object>()) {
          for (auto& [table, items] : *tables) {
            if (auto* const all = items.as<json::array>()) std::ranges::sort(*all);
          }
        }
      }
      [[fallthrough]];
    case operation::batch_write_item:
    case operation::transact_write_items:
    case operation::transact_get_items:
      if (json* const consumed = made.find("ConsumedCapacity")) {
        if (auto* const each = consumed->as<json::array>()) {
          std::ranges::sort(*each, {}, [](const json& cost) { return cost.text_of("TableName"); });
        }
      }
      break;
    default:
      break;
  }
  if (json* const metrics = made.find("ItemCollectionMetrics")) clean_table(*metrics);
  return made;
}

std::vector<difference> compare(const step& asked, const std::string& index_sort_key,
                                const outcome& left, const outcome& right) {
  std::vector<difference> all;
  const bool ordered = asked.op != operation::scan &&
                       (asked.op != operation::query || asked.body.find("IndexName") == nullptr);
  if (!ordered) {
    compare_unordered(asked, index_sort_key, left, right, all);
    return all;
  }
  for (std::size_t i = 0; i < std::min(left.pages.size(), right.pages.size()); ++i) {
    const answer& one = left.pages[i];
    const answer& other = right.pages[i];
    if (!compare_outcomes(one, other, all)) return all;
    add_differences(normalised(asked.op, one), normalised(asked.op, other), "", all);
  }
  if (left.pages.size() != right.pages.size()) {
    note(all, "number of pages", left.pages.size(), right.pages.size());
  }
  return all;
}

}  // namespace dynamo::differential
