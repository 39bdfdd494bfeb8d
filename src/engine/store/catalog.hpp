// The table definitions of a database.
#pragma once

#include "engine/store/sqlite.hpp"
#include "engine/table_definition.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine::store {

/// Reads definitions through one connection and caches them parsed. Used by the thread that has the
/// connection.
class catalog {
 public:
  explicit catalog(connection& on) : on_(&on) {}

  /// Null if the table does not exist.
  [[nodiscard]] std::shared_ptr<const table_definition> find(std::string_view name);
  /// At most `limit` names, in order, starting after `after`.
  [[nodiscard]] std::vector<std::string> names(std::string_view after, std::size_t limit);
  void insert(const table_definition& table);
  void update(const table_definition& table);
  void erase(std::string_view name);

 private:
  struct parsed {
    std::string json;
    std::shared_ptr<const table_definition> table;
  };

  connection* on_;
  std::map<std::string, parsed, std::less<>> parsed_;
};

/// The next number of a counter; never returned again once the transaction is committed.
[[nodiscard]] std::uint64_t next_of(connection& on, std::string_view counter);

}  // namespace dynamo::engine::store
