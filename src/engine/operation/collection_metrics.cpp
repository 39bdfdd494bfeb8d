#include "engine/operation/collection_metrics.hpp"

#include "engine/operation/batch_response.hpp"

#include <dynamo/value/json_writer.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr std::uint64_t gigabyte = std::uint64_t{1} << 30;

std::uint64_t bytes_of(const snapshot& in, row_set rows, const key_range& range) {
  std::uint64_t sum = 0;
  in.visit(rows, range, true, [&](const row& each) {
    sum += each.size;
    return true;
  });
  return sum;
}

}  // namespace

bool append_collection_metrics(std::string& out, const snapshot& in, const table_definition& table,
                               const item& of) {
  const auto is_local = [](const table_index& index) { return !index.global; };
  if (std::ranges::none_of(table.indexes, is_local)) return false;
  const auto now = in.find_table(table.name);
  if (!now || now->rows != table.rows) return false;
  const key_attribute& attribute = table.key.partition_key;
  const value_view& partition = of[attribute.name];
  const key_condition whole{partition, std::nullopt};

  std::uint64_t bytes = bytes_of(in, table.rows, range_of(table.key, whole));
  for (const table_index& index : table.indexes) {
    if (is_local(index)) bytes += bytes_of(in, index.rows, range_of(index.key, whole));
  }
  const std::uint64_t gigabytes = bytes / gigabyte;
  out += '{';
  detail::append_json_key(out, "ItemCollectionKey");
  out += '{';
  detail::append_json_key(out, attribute.name);
  append_json(out, partition.to_owned());
  out += '}';
  detail::append_json_key(out, "SizeEstimateRangeGB");
  out += '[' + std::to_string(gigabytes) + ".0," + std::to_string(gigabytes + 1) + ".0]}";
  return true;
}

void collection_metrics::note(const snapshot& in, const table_definition& table, const item& of) {
  std::string partition;
  append_json(partition, of[table.key.partition_key.name].to_owned());
  const auto known = by_table_.find(table.name);
  if (known != by_table_.end() && known->second.contains(partition)) return;
  std::string one;
  if (!append_collection_metrics(one, in, table, of)) return;
  by_table_[table.name].emplace(std::move(partition), std::move(one));
}

void collection_metrics::append(std::string& out) const {
  if (by_table_.empty()) return;
  detail::append_json_key(out, "ItemCollectionMetrics");
  out += '{';
  for (const auto& [table, all] : by_table_) {
    detail::append_json_key(out, table);
    append_json_list(out, all, [&](const auto& each) { out += each.second; });
  }
  out += '}';
}

}  // namespace dynamo::engine
