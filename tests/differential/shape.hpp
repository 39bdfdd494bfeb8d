// What the test knows of the tables that there are: enough to ask for something that meets.
#pragma once

#include "differential/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::differential {

struct key_shape {
  std::string name{};
  std::string type{};  ///< "S", "N" or "B"
};

struct index_shape {
  std::string name{};
  bool global = true;
  key_shape partition{};
  std::optional<key_shape> sort{};
};

struct table_shape {
  std::string name{};
  key_shape partition{};
  std::optional<key_shape> sort{};
  std::vector<index_shape> indexes{};
  bool provisioned = false;
  bool streamed = false;  ///< now or before

  [[nodiscard]] const index_shape* find_index(std::string_view of) const;
  /// All attributes that are a key of it or of an index, each once.
  [[nodiscard]] std::vector<key_shape> keys() const;
};

/// Tables by their names, as a side described them last.
class world {
 public:
  /// Learns from what CreateTable, UpdateTable or DescribeTable answered.
  void described(const json& table);
  void gone(const std::string& table) { tables_.erase(table); }
  void clear() { tables_.clear(); }

  [[nodiscard]] const table_shape* find(std::string_view table) const;
  [[nodiscard]] const std::map<std::string, table_shape, std::less<>>& tables() const {
    return tables_;
  }

 private:
  std::map<std::string, table_shape, std::less<>> tables_;
};

}  // namespace dynamo::differential
