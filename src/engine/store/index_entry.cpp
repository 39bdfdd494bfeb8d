#include "engine/store/index_entry.hpp"

#include <dynamo/value/json_cursor.hpp>

#include <utility>

namespace dynamo::engine::store {

void append_members(std::string& out, std::string_view json,
                    const std::function<bool(std::string_view)>& wanted) {
  out += '{';
  const std::size_t begin = out.size();
  detail::json_cursor cursor(json.data());
  std::string unescaped;
  cursor.object([&](const detail::raw_string& raw) {
    std::string_view name = raw.text;
    if (raw.escaped) {
      if (!detail::unescape(raw.text, unescaped)) return false;
      name = unescaped;
    }
    const char* const value = cursor.position();
    if (!cursor.skip_value()) return false;
    if (!wanted(name)) return true;
    if (out.size() != begin) out += ',';
    ((out += '"').append(raw.text) += "\":").append(value, cursor.position());
    return true;
  });
  out += '}';
}

std::optional<index_entry> index_entry::of(const table_definition& table, const table_index& index,
                                           const stored_item& item) {
  std::optional<std::string> key = row_key(table, index, item.view());
  if (!key) return std::nullopt;
  index_entry entry(std::move(*key), item);
  if (index.projection == index_projection::all) return entry;
  std::string projected;
  append_members(projected, item.json(),
                 [&](std::string_view name) { return table.projects(index, name); });
  entry.projected_.emplace(projected);
  return entry;
}

}  // namespace dynamo::engine::store
