#include "engine/operation/index_entry.hpp"

#include <dynamo/value/json_writer.hpp>

#include <algorithm>
#include <string>

namespace dynamo::engine {
namespace {

bool is_key(const key_schema& key, std::string_view name) {
  return key.partition_key.name == name || (key.sort_key && key.sort_key->name == name);
}

}  // namespace

bool is_projected(const table_definition& table, const table_index& index, std::string_view name) {
  return index.projection == index_projection::all || is_key(index.key, name) ||
         is_key(table.key, name) || std::ranges::find(index.included, name) != index.included.end();
}

stored_item index_entry(const table_definition& table, const table_index& index,
                        const stored_item& of) {
  if (index.projection == index_projection::all) return stored_item(of.json());
  std::string text = "{";
  for (const auto& [name, value] : of.view()) {
    if (!is_projected(table, index, name)) continue;
    detail::append_json_key(text, name);
    append_json(text, value.to_owned());
  }
  text += '}';
  return stored_item(text);
}

}  // namespace dynamo::engine
