#include "differential/shape.hpp"

#include <algorithm>

namespace dynamo::differential {
namespace {

// The schema of a table or index, with types from its table's definitions.
template <class Shape>
void read_key(const json& schema, const json& definitions, Shape& out) {
  for (const json& each : schema.elements_of("KeySchema")) {
    key_shape key{std::string(each.text_of("AttributeName")), {}};
    for (const json& definition : definitions.elements_of("AttributeDefinitions")) {
      if (definition.text_of("AttributeName") == key.name) {
        key.type = definition.text_of("AttributeType");
      }
    }
    if (each.text_of("KeyType") == "HASH") {
      out.partition = std::move(key);
    } else {
      out.sort = std::move(key);
    }
  }
}

}  // namespace

const index_shape* table_shape::find_index(std::string_view of) const {
  const auto found = std::ranges::find(indexes, of, &index_shape::name);
  return found != indexes.end() ? &*found : nullptr;
}

std::vector<key_shape> table_shape::keys() const {
  std::vector<key_shape> all;
  const auto add = [&](const key_shape& key) {
    if (std::ranges::find(all, key.name, &key_shape::name) == all.end()) all.push_back(key);
  };
  add(partition);
  if (sort) add(*sort);
  for (const index_shape& index : indexes) {
    add(index.partition);
    if (index.sort) add(*index.sort);
  }
  return all;
}

void world::described(const json& table) {
  table_shape made;
  made.name = table.text_of("TableName");
  read_key(table, table, made);
  const json* const billing = table.find("BillingModeSummary");
  made.provisioned = billing == nullptr || billing->text_of("BillingMode") != "PAY_PER_REQUEST";
  made.streamed = table.find("LatestStreamArn") != nullptr;
  for (const char* const kind : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    for (const json& each : table.elements_of(kind)) {
      if (each.text_of("IndexStatus") == "DELETING") continue;
      index_shape index;
      index.name = each.text_of("IndexName");
      index.global = kind[0] == 'G';
      read_key(each, table, index);
      made.indexes.push_back(std::move(index));
    }
  }
  tables_.insert_or_assign(made.name, std::move(made));
}

const table_shape* world::find(std::string_view table) const {
  const auto found = tables_.find(table);
  return found != tables_.end() ? &found->second : nullptr;
}

}  // namespace dynamo::differential
