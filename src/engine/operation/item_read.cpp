#include "engine/operation/item_read.hpp"

#include "engine/operation/key_check.hpp"

namespace dynamo::engine {

item_shape::item_shape(const std::optional<std::string>& text, const substitutions& with)
    : with_(with) {
  if (text) projection_ = projection::parse(*text, with_);
  with_.check_all_used(text.has_value());
}

void item_shape::append(std::string& out, const stored_item& of) const {
  if (projection_) {
    projection_->append(out, of.view());
  } else {
    out += of.json();
  }
}

void item_shape::check_paths(const table_definition& table) const {
  check_scalar_keys(table, with_.nested_names());
}

std::string checked_row_key(const table_definition& table, const owned_item& key) {
  const stored_item given(key);
  check_key(table, given.view());
  return row_key(table.key, given.view());
}

capacity_units read_units(const std::optional<stored_item>& found, read_kind kind) {
  return read_units(found ? found->size() : 0, kind);
}

}  // namespace dynamo::engine
