// Queries and scans.
#include "differential/requests.hpp"
#include "differential/values.hpp"

#include <utility>

namespace dynamo::differential {

void request_writer::add_read_options(step& made, const table_shape* table,
                                      const index_shape* index, expression_writer& words) {
  json& body = made.body;
  if (index != nullptr) body.set("IndexName", index->name);
  if (random_.once_in(100)) body.set("IndexName", random_.of({"missing", "no", ""}));
  if (random_.once_in(3)) body.set("FilterExpression", words.condition());
  if (random_.once_in(3)) body.set("ProjectionExpression", words.projection());
  if (random_.once_in(8)) {
    body.set("Select", random_.of({"COUNT", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES",
                                   "SPECIFIC_ATTRIBUTES", "SOME"}));
  }
  if (random_.once_in(2)) {
    body.set("Limit", random_.once_in(40) ? json(0) : json(random_.between(1, 7)));
  }
  if (random_.once_in(index != nullptr && index->global ? 40 : 4)) {
    body.set("ConsistentRead", random_.once_in(2));
  }
  add_capacity(body);
  made.read.large_items = large_items_;
  made.read.pages = random_.once_in(4) ? random_.between(1, 2) : to_the_end;
  if (table != nullptr && random_.once_in(25)) {
    json start = key_of(*table, random_);
    if (index != nullptr && !random_.once_in(8)) {
      start.set(index->partition.name, key_value(index->partition.type, random_));
      if (index->sort) start.set(index->sort->name, key_value(index->sort->type, random_));
    }
    body.set("ExclusiveStartKey", std::move(start));
    made.read.made_up_start = true;
  }
}

step request_writer::query() {
  std::string name;
  const table_shape* const table = some_table(name);
  const index_shape* index = nullptr;
  if (table != nullptr && !table->indexes.empty() && random_.once_in(2)) {
    index = &random_.of(table->indexes);
  }
  step made;
  made.body = json::object{{"TableName", name}};
  expression_writer words(table, random_);
  if (!random_.once_in(80)) {
    made.body.set("KeyConditionExpression", words.key_condition(index));
  }
  add_read_options(made, table, index, words);
  words.add_substitutes(made.body);
  if (random_.once_in(3)) made.body.set("ScanIndexForward", random_.once_in(2));
  return made;
}

step request_writer::scan() {
  std::string name;
  const table_shape* const table = some_table(name);
  const index_shape* index = nullptr;
  if (table != nullptr && !table->indexes.empty() && random_.once_in(3)) {
    index = &random_.of(table->indexes);
  }
  step made;
  made.body = json::object{{"TableName", name}};
  expression_writer words(table, random_);
  add_read_options(made, table, index, words);
  words.add_substitutes(made.body);
  if (random_.once_in(4)) {
    made.body.set("TotalSegments", random_.between(1, 5));
    if (made.read.pages == to_the_end && !made.read.made_up_start) {
      made.read.each_segment = true;
    } else {
      made.body.set("Segment", random_.below(5));
    }
  } else if (random_.once_in(60)) {
    made.body.set(random_.of({"Segment", "TotalSegments"}), random_.below(3));
  }
  return made;
}

}  // namespace dynamo::differential
