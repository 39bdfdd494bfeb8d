#include "engine/operation/table_description_json.hpp"
#include "engine/operation/table_operations.hpp"
#include "engine/refusal.hpp"
#include "engine/request/table_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace dynamo::engine {
namespace {

void refuse_same(const std::optional<provisioned_throughput>& current,
                 const provisioned_throughput& wanted, std::string_view what) {
  if (!current || *current != wanted) return;
  refuse_invalid(
      fmt::format("The provisioned throughput for the {0} will not change. The requested value "
                  "equals the current value. Current ReadCapacityUnits provisioned for the {0}: "
                  "{1}. Requested ReadCapacityUnits: {1}. Current WriteCapacityUnits provisioned "
                  "for the {0}: {2}. Requested WriteCapacityUnits: {2}. Refer to the Amazon "
                  "DynamoDB Developer Guide for current limits and how to request higher limits.",
                  what, wanted.read_units, wanted.write_units));
}

void change_billing(table_definition& table, const update_table_call& call) {
  const bool per_request = call.per_request.value_or(!table.throughput);
  if (per_request && call.throughput) {
    refuse_values(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (per_request) {
    table.throughput.reset();
    for (table_index& index : table.indexes) index.throughput.reset();
    return;
  }
  if (call.throughput) {
    refuse_same(table.throughput, *call.throughput, "table");
    table.throughput = call.throughput;
  }
  if (!table.throughput) {
    refuse_values(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
}

std::map<std::string, key_type> types_in_use(const table_definition& table) {
  std::map<std::string, key_type> types;
  const auto add = [&](const key_schema& key) {
    types.emplace(key.partition_key.name, key.partition_key.type);
    if (key.sort_key) types.emplace(key.sort_key->name, key.sort_key->type);
  };
  add(table.key);
  for (const table_index& index : table.indexes) add(index.key);
  return types;
}

void check_types(const table_definition& table, const std::map<std::string, key_type>& given) {
  const std::map<std::string, key_type> used = types_in_use(table);
  for (const auto& [name, type] : given) {
    const auto found = used.find(name);
    if (found == used.end() || found->second == type) continue;
    refuse_values(fmt::format("Attribute {} is part of a key already, with the type {}", name,
                              to_string(found->second)));
  }
}

void add_index(table_definition& table, const table_index& index) {
  if (table.find_index(index.name) != nullptr) {
    refuse_invalid(
        fmt::format("Attempting to create an index which already exists: {}", index.name));
  }
  table.indexes.push_back(index);
}

void change_index(table_definition& table, const table_index& wanted) {
  const auto found = std::ranges::find(table.indexes, wanted.name, &table_index::name);
  if (found == table.indexes.end() || !found->global) {
    refuse_invalid(fmt::format("Invalid global secondary index name: {}", wanted.name));
  }
  refuse_same(found->throughput, *wanted.throughput, "index");
  found->throughput = wanted.throughput;
}

void remove_index(table_definition& table, const std::string& name) {
  const auto found = std::ranges::find(table.indexes, name, &table_index::name);
  if (found == table.indexes.end()) {
    throw refusal("ResourceNotFoundException",
                  fmt::format("Requested resource not found: Index: {} not found", name));
  }
  if (!found->global) {
    refuse_invalid("Cannot delete an index that is not a GlobalSecondaryIndex");
  }
  table.indexes.erase(found);
}

void change_indexes(table_definition& table, const update_table_call& call) {
  if (std::ranges::any_of(call.indexes, [](const index_change& change) {
        return change.what == index_change::kind::create;
      })) {
    check_types(table, call.attributes);
  }
  for (const index_change& change : call.indexes) {
    switch (change.what) {
      case index_change::kind::create:
        add_index(table, change.index);
        break;
      case index_change::kind::update:
        change_index(table, change.index);
        break;
      case index_change::kind::remove:
        remove_index(table, change.index.name);
        break;
    }
  }
  for (const table_index& index : table.indexes) check_index_throughput(index, !table.throughput);
  check_indexes(table.indexes);
}

void switch_stream(table_definition& table, const update_table_call& call,
                   std::chrono::system_clock::time_point now) {
  if (!call.stream_enabled) return;
  if (*call.stream_enabled && table.stream) {
    refuse_invalid(fmt::format("Table already has an enabled stream: TableName: {}", table.name));
  }
  if (!*call.stream_enabled && !table.stream) {
    refuse_invalid(fmt::format("Table has no stream to disable: TableName: {}", table.name));
  }
  table.stream = call.stream;
  if (!table.stream) return;
  // Stream labels of a table are unique, even if streams are enabled in quick succession.
  std::string label = stream_label_of(now);
  while (label == table.stream_label) label = stream_label_of(now += std::chrono::milliseconds(1));
  table.stream_label = std::move(label);
}

}  // namespace

void update_table(operation_context& with, const update_table_call& call, body_buffer& answer) {
  std::string out = "{\"TableDescription\":";
  const auto now = with.options.time->wall_time();
  with.store.write([&](transaction& in) {
    table_definition table = *require_named_table(in, call.table);
    change_billing(table, call);
    change_indexes(table, call);
    switch_stream(table, call, now);
    table.deletion_protection = call.deletion_protection.value_or(table.deletion_protection);
    in.update_table(table);
    append_table_description(out, in, *in.find_table(table.name));
  });
  out += '}';
  answer.append(out);
}

}  // namespace dynamo::engine
