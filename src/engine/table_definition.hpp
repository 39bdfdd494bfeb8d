// The definition of a table.
#pragma once

#include <dynamo/model/table_description.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The id of the rows of one table or one index within a database. Never reused.
using row_set = std::uint64_t;

/// A secondary index and the row set of its rows.
struct table_index {
  std::string name{};
  bool global = true;
  key_schema key{};
  index_projection projection = index_projection::all;
  std::vector<std::string> included{};  ///< with index_projection::include: besides keys
  std::optional<provisioned_throughput> throughput{};  ///< of a global index in a provisioned table
  row_set rows = 0;
};

/// True if the key has an attribute of this name.
[[nodiscard]] inline bool has_attribute(const key_schema& key, std::string_view name) {
  return key.partition_key.name == name || (key.sort_key && key.sort_key->name == name);
}

/// A table as it was created and later changed. A value; the database returns shared constants.
struct table_definition {
  std::string name{};
  std::string id{};  ///< a UUID; a table that is created again gets another one
  key_schema key{};
  std::vector<table_index> indexes{};
  std::optional<provisioned_throughput> throughput{};  ///< unset: billed per request
  std::optional<stream_view> stream{};                 ///< unset: no stream
  std::string stream_label{};  ///< when the stream was last enabled; empty: never
  std::string time_to_live{};  ///< the attribute; empty: items do not expire
  bool deletion_protection = false;
  std::chrono::system_clock::time_point created{};
  row_set rows = 0;
  row_set stream_rows = 0;  ///< the records of the stream; 0: no records

  /// Null if the index does not exist.
  [[nodiscard]] const table_index* find_index(std::string_view index) const {
    for (const table_index& each : indexes) {
      if (each.name == index) return &each;
    }
    return nullptr;
  }
  /// True if the index has an attribute of this name: a key attribute or a projected one.
  [[nodiscard]] bool projects(const table_index& index, std::string_view attribute) const {
    return index.projection == index_projection::all || has_attribute(key, attribute) ||
           has_attribute(index.key, attribute) ||
           (index.projection == index_projection::include &&
            std::ranges::find(index.included, attribute) != index.included.end());
  }
};

}  // namespace dynamo::engine
