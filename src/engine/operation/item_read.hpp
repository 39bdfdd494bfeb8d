// A read of one item by its key: what GetItem does, alone, in a batch and in a transaction.
#pragma once

#include "engine/expression/projection.hpp"
#include "engine/operation/capacity.hpp"
#include "engine/store/database.hpp"

#include <optional>
#include <set>
#include <string>

namespace dynamo::engine {

/// What an answer has of each item: all of it, or a projection.
class item_shape {
 public:
  /// Refuses what is no projection, and substitutes without use. Refers to `with` no longer.
  item_shape(const std::optional<std::string>& text, const substitutions& with);
  void append(std::string& out, const stored_item& of) const;
  /// Refuses paths that go into the table's keys.
  void check_paths(const table_definition& table) const;

 private:
  substitutes with_;
  std::optional<projection> projection_;
};

/// The row of a key: refuses a key that is not its table's.
[[nodiscard]] std::string checked_row_key(const table_definition& table, const owned_item& key);

/// What reading one item costs that may not be there.
[[nodiscard]] capacity_units read_units(const std::optional<stored_item>& found, read_kind kind);

}  // namespace dynamo::engine
