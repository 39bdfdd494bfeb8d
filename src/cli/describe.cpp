#include "cli/commands.hpp"
#include "cli/progress.hpp"

#include <dynamo/value/json_writer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace dynamo::cli {
namespace {

using detail::append_json_key;
using detail::append_json_number;
using detail::append_json_text;

constexpr std::string_view freshness = "refreshed by the service about every six hours";

std::string key_text(const key_attribute& key) {
  return fmt::format("{} ({})", one_line(key.name), to_string(key.type));
}

std::string schema_text(const key_schema& key) {
  std::string text = "partition key " + key_text(key.partition_key);
  if (key.sort_key) text += ", sort key " + key_text(*key.sort_key);
  return text;
}

std::string_view kind_text(const index_description& index) {
  return index.global ? "global" : "local";
}

std::string for_people(const table_description& table) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{:<9} {}\n", name, one_line(value));
  };
  line("Table", table.name);
  line("ARN", table.arn);
  line("Status", table.status_text);
  line("Key", schema_text(table.key));
  for (const index_description& index : table.indexes) {
    line("Index",
         fmt::format("{} ({}, {}): {}; {} items, {}", index.name, kind_text(index),
                     to_string(index.status), schema_text(index.key), grouped(index.item_count),
                     readable_bytes(static_cast<double>(index.size_bytes))));
  }
  line("Items", fmt::format("{} ({})", grouped(table.item_count), freshness));
  line("Size",
       fmt::format("{} ({})", readable_bytes(static_cast<double>(table.size_bytes)), freshness));
  line("Billing", table.throughput
                      ? fmt::format("provisioned: {} read units, {} write units a second",
                                    grouped(table.throughput->read_units),
                                    grouped(table.throughput->write_units))
                      : "on demand");
  line("Stream", table.stream
                     ? fmt::format("{}, {}", to_string(*table.stream), table.latest_stream_arn)
                     : "none");
  if (table.created) line("Created", time_text(*table.created));
  return text;
}

void append_schema(std::string& out, const key_schema& key) {
  const auto append = [&](std::string_view role, const key_attribute& attribute) {
    append_json_key(out, role);
    out += '{';
    append_json_text(out, "name", attribute.name);
    append_json_text(out, "type", to_string(attribute.type));
    out += '}';
  };
  append("partition_key", key.partition_key);
  if (key.sort_key) append("sort_key", *key.sort_key);
}

std::string for_programs(const table_description& table) {
  std::string out = "{";
  append_json_text(out, "name", table.name);
  append_json_text(out, "arn", table.arn);
  append_json_text(out, "status", table.status_text);
  append_schema(out, table.key);
  append_json_key(out, "indexes");
  out += '[';
  for (const index_description& index : table.indexes) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_json_text(out, "name", index.name);
    append_json_text(out, "kind", kind_text(index));
    append_json_text(out, "status", to_string(index.status));
    append_schema(out, index.key);
    append_json_number(out, "item_count", index.item_count);
    append_json_number(out, "size_bytes", index.size_bytes);
    out += '}';
  }
  out += ']';
  append_json_number(out, "item_count", table.item_count);
  append_json_number(out, "size_bytes", table.size_bytes);
  append_json_text(out, "billing", table.throughput ? "provisioned" : "on_demand");
  if (table.throughput) {
    append_json_number(out, "read_units", table.throughput->read_units);
    append_json_number(out, "write_units", table.throughput->write_units);
  }
  if (table.stream) {
    append_json_text(out, "stream", to_string(*table.stream));
    append_json_text(out, "stream_arn", table.latest_stream_arn);
  }
  if (table.created) append_json_text(out, "created", time_text(*table.created));
  out += "}\n";
  return out;
}

}  // namespace

result<void> run(const describe_command& what, const client& db, const console& on) {
  auto table = db.try_describe_table(what.table, {.stop = on.stop, .deadline = {}});
  if (!table) return std::move(table).error();
  return print(on, what.json ? for_programs(*table) : for_people(*table));
}

}  // namespace dynamo::cli
