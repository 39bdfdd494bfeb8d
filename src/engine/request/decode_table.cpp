// Operations on tables.
#include "engine/refusal.hpp"
#include "engine/request/decode.hpp"
#include "engine/request/table_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::int64_t most_tables = 100;
constexpr std::size_t most_attribute_name = 255;

void check_name(const std::optional<std::string>& table, constraints& rules) {
  if (!table) return rules.missing("tableName");
  rules.table_name(bare_table_name(*table), "tableName");
}

void check_indexes_members(const std::optional<std::vector<read_index>>& of,
                           std::string_view member, constraints& rules) {
  if (!of) return;
  for (std::size_t i = 0; i < of->size(); ++i) {
    check_index((*of)[i], fmt::format("{}.{}.member.", member, i + 1), rules);
  }
}

void add_indexes(const std::optional<std::vector<read_index>>& of, bool global,
                 std::vector<table_index>& out) {
  if (!of) return;
  if (of->empty()) {
    refuse_values(fmt::format("List of {}SecondaryIndexes is empty", global ? "Global" : "Local"));
  }
  for (const read_index& each : *of) out.push_back(index_of(each, global));
}

void check_local_index(const table_index& index, const key_schema& table) {
  if (index.global) return;
  if (!table.sort_key) {
    refuse_values(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex");
  }
  if (!index.key.sort_key) {
    refuse_values(
        fmt::format("Index KeySchema does not have a range key for index: {}", index.name));
  }
  if (index.key.partition_key.name != table.partition_key.name) {
    refuse_values(
        fmt::format("Index KeySchema does not have the same leading hash key as table KeySchema "
                    "for index: {}. index hash key: {}, table hash key: {}",
                    index.name, index.key.partition_key.name, table.partition_key.name));
  }
}

// Every defined attribute must be part of a key.
void check_used(const table_definition& table, const attribute_types& types) {
  std::set<std::string> used;
  const auto use = [&](const key_schema& key) {
    used.insert(key.partition_key.name);
    if (key.sort_key) used.insert(key.sort_key->name);
  };
  use(table.key);
  for (const table_index& index : table.indexes) use(index.key);
  if (used.size() == types.size()) return;
  if (table.indexes.empty()) {
    refuse_values(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  std::vector<std::string> defined;
  for (const auto& [name, type] : types) defined.push_back(name);
  refuse_values(
      fmt::format("Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: "
                  "[{}]",
                  fmt::join(defined, ", "), fmt::join(used, ", ")));
}

void check_update(const read_index_update& of, const std::string& place, constraints& rules) {
  if (of.create) check_index(*of.create, place + "create.", rules);
  if (of.update) {
    if (!of.update->name) rules.missing(place + "update.indexName");
    rules.table_name(of.update->name, place + "update.indexName");
    if (!of.update->throughput) rules.missing(place + "update.provisionedThroughput");
    check_throughput(of.update->throughput, place + "update.", rules);
  }
  if (of.remove) {
    if (!of.remove->name) rules.missing(place + "delete.indexName");
    rules.table_name(of.remove->name, place + "delete.indexName");
  }
}

index_change change_of(const read_index_update& of) {
  const int given = (of.create ? 1 : 0) + (of.update ? 1 : 0) + (of.remove ? 1 : 0);
  if (given == 0) {
    refuse_values(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null");
  }
  if (given > 1) {
    refuse_values(
        "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete may be specified");
  }
  index_change change;
  if (of.create) {
    change.what = index_change::kind::create;
    change.index = index_of(*of.create, true);
  } else if (of.update) {
    change.what = index_change::kind::update;
    change.index.name = *of.update->name;
    change.index.throughput = throughput_of(of.update->throughput);
  } else {
    change.what = index_change::kind::remove;
    change.index.name = *of.remove->name;
  }
  return change;
}

std::vector<index_change> changes_of(const std::vector<read_index_update>& of) {
  std::vector<index_change> changes;
  std::set<std::string> names;
  std::size_t online = 0;
  for (const read_index_update& each : of) {
    index_change& change = changes.emplace_back(change_of(each));
    if (!names.insert(change.index.name).second) {
      refuse_values(
          fmt::format("Only one global secondary index update per index is allowed "
                      "simultaneously. Index: {}",
                      change.index.name));
    }
    if (change.what != index_change::kind::update) ++online;
  }
  if (online > 1) {
    throw refusal("LimitExceededException",
                  "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                  "simultaneously per table");
  }
  return changes;
}

}  // namespace

create_table_call decode_create_table(const body_buffer& request) {
  const table_members of = read_table_body(request);
  constraints rules;
  check_name(of.table, rules);
  if (!of.definitions) rules.missing("attributeDefinitions");
  if (of.definitions) check_definitions(*of.definitions, rules);
  check_key(of.key, "", rules);
  const bool per_request = per_request_of(of.billing, rules).value_or(false);
  check_throughput(of.throughput, "", rules);
  check_indexes_members(of.global_indexes, "globalSecondaryIndexes", rules);
  check_indexes_members(of.local_indexes, "localSecondaryIndexes", rules);
  check_stream(of.stream, rules);
  rules.check();

  create_table_call out;
  table_definition& table = out.table;
  table.name = bare_table_name(*of.table);
  table.throughput = throughput_of(of.throughput);
  if (per_request && table.throughput) {
    refuse_values(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (!per_request && !table.throughput) {
    refuse_values(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  const attribute_types types = types_of(*of.definitions);
  table.key = key_of(*of.key);
  complete_key(table.key, types);
  add_indexes(of.local_indexes, false, table.indexes);
  add_indexes(of.global_indexes, true, table.indexes);
  for (table_index& index : table.indexes) {
    check_local_index(index, table.key);
    check_index_throughput(index, per_request);
    complete_key(index.key, types);
  }
  check_indexes(table.indexes);
  check_used(table, types);
  table.stream = stream_of(of.stream);
  table.deletion_protection = of.deletion_protection.value_or(false);
  return out;
}

update_table_call decode_update_table(const body_buffer& request) {
  const table_members of = read_table_body(request);
  constraints rules;
  update_table_call out;
  check_name(of.table, rules);
  if (of.definitions) check_definitions(*of.definitions, rules);
  out.per_request = per_request_of(of.billing, rules);
  check_throughput(of.throughput, "", rules);
  if (of.index_updates) {
    for (std::size_t i = 0; i < of.index_updates->size(); ++i) {
      check_update((*of.index_updates)[i],
                   fmt::format("globalSecondaryIndexUpdates.{}.member.", i + 1), rules);
    }
  }
  check_stream(of.stream, rules);
  rules.check();

  out.table = bare_table_name(*of.table);
  if (of.definitions) out.attributes = types_of(*of.definitions);
  out.throughput = throughput_of(of.throughput);
  out.stream = stream_of(of.stream);
  if (of.stream) out.stream_enabled = of.stream->enabled;
  out.deletion_protection = of.deletion_protection;
  if (of.index_updates) out.indexes = changes_of(*of.index_updates);
  for (index_change& change : out.indexes) {
    if (change.what == index_change::kind::create) complete_key(change.index.key, out.attributes);
  }
  if (!out.per_request && !out.throughput && !out.stream_enabled && !out.deletion_protection &&
      out.indexes.empty()) {
    refuse_invalid(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or DeletionProtectionEnabled is required");
  }
  return out;
}

list_tables_call decode_list_tables(const body_buffer& request) {
  std::optional<std::int64_t> limit;
  list_tables_call out;
  json_reader in(request);
  in.body([&](std::string_view name) {
    if (name == "ExclusiveStartTableName") {
      out.start = in.text();
    } else if (name == "Limit") {
      limit = in.integer();
    } else {
      in.skip();
    }
  });
  constraints rules;
  rules.table_name(out.start, "exclusiveStartTableName");
  rules.at_least(limit, "limit", 1);
  rules.at_most(limit, "limit", most_tables);
  rules.check();
  out.limit = static_cast<std::uint32_t>(limit.value_or(most_tables));
  return out;
}

time_to_live_call decode_update_time_to_live(const body_buffer& request) {
  std::optional<std::string> table;
  std::optional<std::string> attribute;
  std::optional<bool> enabled;
  bool specified = false;
  json_reader in(request);
  in.body([&](std::string_view member) {
    if (member == "TableName") {
      table = in.text();
    } else if (member == "TimeToLiveSpecification") {
      specified = true;
      in.object_without_nulls([&](std::string_view name) {
        if (name == "AttributeName") {
          attribute = in.text();
        } else if (name == "Enabled") {
          enabled = in.flag();
        } else {
          in.skip();
        }
      });
    } else {
      in.skip();
    }
  });
  constraints rules;
  check_name(table, rules);
  if (!specified) {
    rules.missing("timeToLiveSpecification");
  } else {
    if (!enabled) rules.missing("timeToLiveSpecification.enabled");
    if (!attribute) rules.missing("timeToLiveSpecification.attributeName");
    rules.length(attribute, "timeToLiveSpecification.attributeName", 1, most_attribute_name);
  }
  rules.check();
  return {bare_table_name(*std::move(table)), *std::move(attribute), *enabled};
}

table_call decode_table(const body_buffer& request) {
  std::optional<std::string> table;
  json_reader in(request);
  in.body([&](std::string_view name) {
    if (name == "TableName") {
      table = in.text();
    } else {
      in.skip();
    }
  });
  constraints rules;
  check_name(table, rules);
  rules.check();
  return {bare_table_name(*std::move(table))};
}

void decode_nothing(const body_buffer& request) {
  json_reader in(request);
  in.body([&](std::string_view) { in.skip(); });
}

}  // namespace dynamo::engine
