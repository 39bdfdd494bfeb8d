// Requests for single items, batches and transactions.
#include "differential/requests.hpp"
#include "differential/values.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::differential {
namespace {

const table_shape& unknown_table() {
  static const table_shape made{.name = "missing", .partition = {"pk", "S"}};
  return made;
}
const table_shape& shape_of(const table_shape* table) {
  return table != nullptr ? *table : unknown_table();
}

}  // namespace

void request_writer::add_condition(json& request, const table_shape* table) {
  if (!random_.once_in(3)) return;
  expression_writer words(table, random_);
  request.set("ConditionExpression", words.condition());
  words.add_substitutes(request);
}

void request_writer::add_returns(json& request, bool of_update) {
  if (random_.once_in(2)) {
    request.set("ReturnValues",
                of_update || random_.once_in(20)
                    ? random_.of({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"})
                    : random_.of({"NONE", "ALL_OLD"}));
  }
  if (random_.once_in(4)) {
    request.set("ReturnValuesOnConditionCheckFailure",
                random_.once_in(20) ? "ALL_NEW" : random_.of({"ALL_OLD", "ALL_OLD", "NONE"}));
  }
  if (random_.once_in(15)) {
    request.set("ReturnItemCollectionMetrics", random_.of({"SIZE", "NONE", "SOME"}));
  }
  add_capacity(request);
}

json request_writer::put(bool alone) {
  std::string name;
  const table_shape* const table = some_table(name, alone);
  json request =
      json::object{{"TableName", name}, {"Item", item_for(shape_of(table), random_, large_items_)}};
  add_condition(request, table);
  add_returns(request, false);
  return request;
}

json request_writer::update(bool alone) {
  std::string name;
  const table_shape* const table = some_table(name, alone);
  json request = json::object{{"TableName", name}, {"Key", key_of(shape_of(table), random_)}};
  expression_writer words(table, random_);
  if (!random_.once_in(30)) request.set("UpdateExpression", words.update());
  if (random_.once_in(4)) request.set("ConditionExpression", words.condition());
  words.add_substitutes(request);
  add_returns(request, true);
  return request;
}

json request_writer::remove(bool alone) {
  std::string name;
  const table_shape* const table = some_table(name, alone);
  json request = json::object{{"TableName", name}, {"Key", key_of(shape_of(table), random_)}};
  add_condition(request, table);
  add_returns(request, false);
  return request;
}

json request_writer::get(bool alone) {
  std::string name;
  const table_shape* const table = some_table(name, alone);
  json request = json::object{{"TableName", name}, {"Key", key_of(shape_of(table), random_)}};
  if (random_.once_in(2)) {
    expression_writer words(table, random_);
    request.set("ProjectionExpression", words.projection());
    words.add_substitutes(request);
  }
  if (random_.once_in(3)) request.set("ConsistentRead", random_.once_in(2));
  add_capacity(request);
  return request;
}

json request_writer::batch_write() {
  json tables = json::object{};
  std::size_t left = random_.once_in(40) ? 26 : random_.between(1, 8);
  if (random_.once_in(60)) left = 0;
  for (std::size_t more = random_.between(1, 3); more > 0; --more) {
    std::string name;
    const table_shape* const table = some_table(name, false);
    json::array entries;
    json::array taken;
    for (; left > 0 && (more == 1 || !random_.once_in(3)); --left) {
      json item = item_for(shape_of(table), random_, large_items_);
      json key = json::object{};
      for (const key_shape& each : shape_of(table).keys()) {
        const bool primary = each.name == shape_of(table).partition.name ||
                             (shape_of(table).sort && each.name == shape_of(table).sort->name);
        const json* const value = item.find(each.name);
        if (primary && value != nullptr) key.set(each.name, *value);
      }
      // Twice the same key is refused: rarely wanted.
      if (std::ranges::find(taken, key) != taken.end() && !random_.once_in(30)) continue;
      taken.push_back(key);
      if (random_.once_in(3)) {
        entries.push_back(json::object{{"DeleteRequest", json::object{{"Key", std::move(key)}}}});
      } else {
        entries.push_back(json::object{{"PutRequest", json::object{{"Item", std::move(item)}}}});
      }
    }
    if (!entries.empty() || random_.once_in(60)) tables.set(name, std::move(entries));
  }
  json request = json::object{{"RequestItems", std::move(tables)}};
  add_capacity(request);
  if (random_.once_in(15)) request.set("ReturnItemCollectionMetrics", "SIZE");
  return request;
}

json request_writer::batch_get() {
  json tables = json::object{};
  for (std::size_t more = random_.between(1, 3); more > 0; --more) {
    std::string name;
    const table_shape* const table = some_table(name, false);
    json::array keys;
    std::size_t wanted = random_.once_in(60) ? 101 : random_.between(1, 6);
    for (; wanted > 0; --wanted) {
      json key = key_of(shape_of(table), random_);
      if (std::ranges::find(keys, key) == keys.end() || random_.once_in(30)) {
        keys.push_back(std::move(key));
      }
    }
    json wants = json::object{{"Keys", std::move(keys)}};
    if (random_.once_in(3)) {
      expression_writer words(table, random_);
      wants.set("ProjectionExpression", words.projection());
      words.add_substitutes(wants);
      // Values have no place here.
      if (!random_.once_in(20)) wants.remove("ExpressionAttributeValues");
    }
    if (random_.once_in(4)) wants.set("ConsistentRead", random_.once_in(2));
    tables.set(name, std::move(wants));
  }
  json request = json::object{{"RequestItems", std::move(tables)}};
  add_capacity(request);
  return request;
}

json request_writer::transact_write() {
  json::array actions;
  std::size_t wanted = random_.once_in(60) ? 0 : random_.between(1, 4);
  if (random_.once_in(150)) wanted = 101;
  for (; wanted > 0; --wanted) {
    json action;
    const char* kind = random_.of({"Put", "Update", "Delete", "ConditionCheck"});
    switch (kind[0]) {
      case 'P':
        action = put(false);
        break;
      case 'U':
        action = update(false);
        break;
      default:
        action = remove(false);
        if (kind[0] == 'C' && action.find("ConditionExpression") == nullptr &&
            !random_.once_in(20)) {
          action.set("ConditionExpression",
                     random_.of({"attribute_exists(pk)", "attribute_not_exists(pk)",
                                 "attribute_not_exists(a) OR a < b"}));
        }
    }
    for (const char* const other :
         {"ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"}) {
      if (!random_.once_in(150)) action.remove(other);
    }
    actions.push_back(json::object{{kind, std::move(action)}});
  }
  json request = json::object{{"TransactItems", std::move(actions)}};
  if (random_.once_in(10)) {
    request.set("ClientRequestToken",
                random_.once_in(20)
                    ? json(random_.of({"", "a-token-of-more-than-thirty-six-characters"}))
                    : json(token_ + random_.of({"-1", "-2"})));
  }
  add_capacity(request);
  if (random_.once_in(15)) request.set("ReturnItemCollectionMetrics", "SIZE");
  return request;
}

json request_writer::transact_get() {
  json::array gets;
  for (std::size_t wanted = random_.once_in(60) ? 0 : random_.between(1, 4); wanted > 0; --wanted) {
    json one = get(false);
    for (const char* const other : {"ConsistentRead", "ReturnConsumedCapacity"}) {
      if (!random_.once_in(60)) one.remove(other);
    }
    gets.push_back(json::object{{"Get", std::move(one)}});
  }
  json request = json::object{{"TransactItems", std::move(gets)}};
  add_capacity(request);
  return request;
}

}  // namespace dynamo::differential
