#include "differential/requests.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace dynamo::differential {
namespace {

struct share {
  operation op;
  std::size_t weight;
};
// Of all requests.
constexpr std::array<share, 18> shares{{{operation::put_item, 150},
                                        {operation::update_item, 200},
                                        {operation::delete_item, 50},
                                        {operation::get_item, 70},
                                        {operation::query, 160},
                                        {operation::scan, 90},
                                        {operation::batch_write_item, 60},
                                        {operation::batch_get_item, 50},
                                        {operation::transact_write_items, 70},
                                        {operation::transact_get_items, 30},
                                        {operation::create_table, 22},
                                        {operation::update_table, 14},
                                        {operation::delete_table, 8},
                                        {operation::describe_table, 16},
                                        {operation::list_tables, 10},
                                        {operation::update_time_to_live, 6},
                                        {operation::describe_time_to_live, 4},
                                        {operation::describe_limits, 1}}};

json odd_value(random_choices& random) {
  switch (random.below(9)) {
    case 0:
      return {};
    case 1:
      return 5;
    case 2:
      return "text";
    case 3:
      return json::object{};
    case 4:
      return json::array{};
    case 5:
      return true;
    case 6:
      return -1;
    case 7:
      return json::number{"1.5"};
    default:
      return "";
  }
}

// A random value below `of` that is a member or an element, and what it is in.
json* some_place(json& of, random_choices& random, json*& parent) {
  json* at = nullptr;
  for (json* next = &of; next != nullptr;) {
    json* const within = next;
    next = nullptr;
    if (auto* const members = within->as<json::object>(); members != nullptr && !members->empty()) {
      next = &(*members)[random.below(members->size())].second;
    } else if (auto* const elements = within->as<json::array>();
               elements != nullptr && !elements->empty()) {
      next = &(*elements)[random.below(elements->size())];
    }
    if (next != nullptr) {
      parent = within;
      at = next;
      if (random.once_in(3)) break;
    }
  }
  return at;
}

}  // namespace

void mutate(json& request, random_choices& random) {
  json* parent = nullptr;
  json* const at = some_place(request, random, parent);
  if (at == nullptr) {
    request.set("Unknown", odd_value(random));
    return;
  }
  auto* const members = parent->as<json::object>();
  if (members == nullptr || random.once_in(2)) {
    *at = odd_value(random);
    return;
  }
  const auto member =
      std::ranges::find_if(*members, [&](auto& each) { return &each.second == at; });
  switch (random.below(4)) {
    case 0:
      member->first += random.once_in(2) ? "x" : "";
      parent->set("Unknown", odd_value(random));
      break;
    case 1:
      member->first = member->first.empty() ? "a" : member->first.substr(1);
      break;
    default:
      members->erase(member);
  }
}

step request_writer::next() {
  if (tables_.tables().size() < 2) return of(operation::create_table);
  std::size_t sum = 0;
  for (const share& each : shares) sum += each.weight;
  std::size_t at = random_.below(sum);
  for (const share& each : shares) {
    if (at < each.weight) return of(each.op);
    at -= each.weight;
  }
  return of(operation::put_item);
}

step request_writer::of(operation op) {
  step made;
  switch (op) {
    case operation::query:
      made = query();
      break;
    case operation::scan:
      made = scan();
      break;
    case operation::put_item:
      made.body = put();
      break;
    case operation::update_item:
      made.body = update();
      break;
    case operation::delete_item:
      made.body = remove();
      break;
    case operation::get_item:
      made.body = get();
      break;
    case operation::batch_write_item:
      made.body = batch_write();
      break;
    case operation::batch_get_item:
      made.body = batch_get();
      break;
    case operation::transact_write_items:
      made.body = transact_write();
      break;
    case operation::transact_get_items:
      made.body = transact_get();
      break;
    case operation::create_table:
      made.body = create_table();
      break;
    case operation::update_table:
      made.body = update_table();
      break;
    case operation::update_time_to_live:
      made.body = time_to_live();
      break;
    case operation::list_tables:
      made.body = list_tables();
      break;
    case operation::delete_table:
    case operation::describe_table:
    case operation::describe_time_to_live:
      made.body = table_alone();
      break;
    case operation::describe_limits:
    case operation::describe_endpoints:
      break;
  }
  made.op = op;
  if (random_.once_in(14)) {
    mutate(made.body, random_);
    made.mutated = true;
    made.read = {.made_up_start = made.body.find("ExclusiveStartKey") != nullptr,
                 .large_items = large_items_};
  }
  return made;
}

const table_shape* request_writer::some_table(std::string& name, bool alone) {
  if (tables_.tables().empty() || random_.once_in(80)) {
    name = random_.of({"missing", "no.such-table", "ab", "a b", "", "\xC3\xBC\xC3\xBC\xC3\xBC"});
    return nullptr;
  }
  auto at = tables_.tables().begin();
  std::advance(at, random_.below(tables_.tables().size()));
  name = at->first;
  if (alone && random_.once_in(60)) name = "arn:aws:dynamodb:ddblocal:000000000000:table/" + name;
  return &at->second;
}

void request_writer::add_capacity(json& request) {
  if (!random_.once_in(4)) return;
  request.set("ReturnConsumedCapacity",
              random_.once_in(40) ? "SOME" : random_.of({"NONE", "TOTAL", "INDEXES", "INDEXES"}));
}

}  // namespace dynamo::differential
