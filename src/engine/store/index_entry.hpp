// The row of an item in an index.
#pragma once

#include "engine/store/row_table.hpp"
#include "engine/stored_item.hpp"
#include "engine/table_definition.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine::store {

/// Appends an object with the members of an item's stored JSON whose names `wanted` accepts.
void append_members(std::string& out, std::string_view json,
                    const std::function<bool(std::string_view)>& wanted);

/// Refers to its item, which must outlive it.
class index_entry {
 public:
  /// Nothing if the item has no row in the index.
  static std::optional<index_entry> of(const table_definition& table, const table_index& index,
                                       const stored_item& item);

  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  [[nodiscard]] row_contents contents() const noexcept {
    const stored_item& item = projected_ ? *projected_ : *whole_;
    return {item.json(), item.size()};
  }

 private:
  index_entry(std::string key, const stored_item& whole) : key_(std::move(key)), whole_(&whole) {}

  std::string key_;
  const stored_item* whole_;
  std::optional<stored_item> projected_;  // if the index does not have all attributes
};

}  // namespace dynamo::engine::store
