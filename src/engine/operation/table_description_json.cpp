#include "engine/operation/table_description_json.hpp"

#include "engine/operation/batch_response.hpp"
#include "engine/refusal.hpp"

#include <dynamo/value/json_writer.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <map>

namespace dynamo::engine {
namespace {

using detail::append_json_key;
using detail::append_json_number;
using detail::append_json_text;

void append_flag(std::string& out, std::string_view key, bool value) {
  append_json_key(out, key);
  out += value ? "true" : "false";
}

void append_definitions(std::string& out, const table_definition& table) {
  std::map<std::string_view, key_type> types;
  const auto add = [&](const key_schema& key) {
    types.emplace(key.partition_key.name, key.partition_key.type);
    if (key.sort_key) types.emplace(key.sort_key->name, key.sort_key->type);
  };
  add(table.key);
  for (const table_index& index : table.indexes) add(index.key);
  append_json_key(out, "AttributeDefinitions");
  append_json_list(out, types, [&](const auto& definition) {
    out += '{';
    append_json_text(out, "AttributeName", definition.first);
    append_json_text(out, "AttributeType", to_string(definition.second));
    out += '}';
  });
}

void append_key_schema(std::string& out, const key_schema& key) {
  append_json_key(out, "KeySchema");
  out += "[{";
  append_json_text(out, "AttributeName", key.partition_key.name);
  append_json_text(out, "KeyType", "HASH");
  if (key.sort_key) {
    out += "},{";
    append_json_text(out, "AttributeName", key.sort_key->name);
    append_json_text(out, "KeyType", "RANGE");
  }
  out += "}]";
}

// Zeros with on-demand billing.
void append_throughput(std::string& out, const std::optional<provisioned_throughput>& units) {
  append_json_key(out, "ProvisionedThroughput");
  out += '{';
  append_json_number(out, "NumberOfDecreasesToday", 0);
  append_json_number(out, "ReadCapacityUnits", units ? units->read_units : 0);
  append_json_number(out, "WriteCapacityUnits", units ? units->write_units : 0);
  out += '}';
}

void append_index(std::string& out, const snapshot& in, const table_definition& table,
                  const table_index& index) {
  const row_counts counts = in.counts(index.rows);
  out += '{';
  append_json_text(out, "IndexName", index.name);
  append_key_schema(out, index.key);
  append_json_key(out, "Projection");
  out += '{';
  append_json_text(out, "ProjectionType", to_string(index.projection));
  if (index.projection == index_projection::include) {
    append_json_key(out, "NonKeyAttributes");
    append_json_list(out, index.included,
                     [&](const std::string& name) { detail::append_json_string(out, name); });
  }
  out += '}';
  if (index.global) {
    append_json_text(out, "IndexStatus", "ACTIVE");
    append_throughput(out, index.throughput);
  }
  append_json_number(out, "IndexSizeBytes", counts.bytes);
  append_json_number(out, "ItemCount", counts.items);
  append_json_text(out, "IndexArn", fmt::format("{}/index/{}", table_arn(table.name), index.name));
  out += '}';
}

void append_indexes(std::string& out, const snapshot& in, const table_definition& table,
                    bool global) {
  std::vector<const table_index*> indexes;
  for (const table_index& index : table.indexes) {
    if (index.global == global) indexes.push_back(&index);
  }
  if (indexes.empty()) return;
  append_json_key(out, global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");
  append_json_list(out, indexes,
                   [&](const table_index* index) { append_index(out, in, table, *index); });
}

void append_stream(std::string& out, const table_definition& table) {
  if (table.stream) {
    append_json_key(out, "StreamSpecification");
    out += '{';
    append_flag(out, "StreamEnabled", true);
    append_json_text(out, "StreamViewType", to_string(*table.stream));
    out += '}';
  }
  // The records of a disabled stream can still be read for a day.
  if (table.stream_label.empty()) return;
  append_json_text(out, "LatestStreamLabel", table.stream_label);
  append_json_text(out, "LatestStreamArn",
                   fmt::format("{}/stream/{}", table_arn(table.name), table.stream_label));
}

}  // namespace

void append_table_description(std::string& out, const snapshot& in, const table_definition& table,
                              std::string_view status) {
  const row_counts counts = in.counts(table.rows);
  const auto created =
      std::chrono::duration_cast<std::chrono::milliseconds>(table.created.time_since_epoch());
  out += '{';
  append_definitions(out, table);
  append_json_text(out, "TableName", table.name);
  append_key_schema(out, table.key);
  append_json_text(out, "TableStatus", status);
  append_json_key(out, "CreationDateTime");
  fmt::format_to(std::back_inserter(out), "{}.{:03}", created.count() / 1000,
                 created.count() % 1000);
  append_throughput(out, table.throughput);
  append_json_number(out, "TableSizeBytes", counts.bytes);
  append_json_number(out, "ItemCount", counts.items);
  append_json_text(out, "TableArn", table_arn(table.name));
  append_json_text(out, "TableId", table.id);
  if (!table.throughput) {
    append_json_key(out, "BillingModeSummary");
    out += '{';
    append_json_text(out, "BillingMode", "PAY_PER_REQUEST");
    out += '}';
  }
  append_indexes(out, in, table, false);
  append_indexes(out, in, table, true);
  append_stream(out, table);
  append_flag(out, "DeletionProtectionEnabled", table.deletion_protection);
  out += '}';
}

std::string stream_label_of(std::chrono::system_clock::time_point when) {
  const auto since =
      std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}",
                     fmt::gmtime(static_cast<std::time_t>(since / 1000)), since % 1000);
}

std::string table_arn(std::string_view table) {
  return fmt::format("arn:aws:dynamodb:local:000000000000:table/{}", table);
}

std::shared_ptr<const table_definition> require_named_table(const snapshot& in,
                                                            const std::string& name) {
  auto found = in.find_table(name);
  if (!found) {
    throw refusal("ResourceNotFoundException",
                  fmt::format("Requested resource not found: Table: {} not found", name));
  }
  return found;
}

}  // namespace dynamo::engine
