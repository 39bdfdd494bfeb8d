// A read of one item by its key: GetItem, alone, in a batch or in a transaction.
#pragma once

#include "engine/expression/projection.hpp"
#include "engine/operation/capacity.hpp"
#include "engine/store/database.hpp"

#include <optional>
#include <set>
#include <string>

namespace dynamo::engine {

/// The part of each item that a response contains: the whole item, or a projection.
class item_shape {
 public:
  /// Refuses an invalid projection, and unused substitutes. Does not keep a reference to `with`.
  item_shape(const std::optional<std::string>& text, const substitutions& with);
  void append(std::string& out, const stored_item& of) const;
  /// Refuses paths that go into the table's keys.
  void check_paths(const table_definition& table) const;

 private:
  substitutes with_;
  std::optional<projection> projection_;
};

/// The row of a key; refuses a key that does not match its table.
[[nodiscard]] std::string checked_row_key(const table_definition& table, const owned_item& key);

/// The cost of reading one item, which may not exist.
[[nodiscard]] capacity_units read_units(const std::optional<stored_item>& found, read_kind kind);

}  // namespace dynamo::engine
