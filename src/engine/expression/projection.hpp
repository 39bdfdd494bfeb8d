// Selects the attributes of an item for a response.
#pragma once

#include "engine/expression/path_tree.hpp"
#include "engine/expression/substitutes.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// Must not outlive its `substitutes`. Reading is thread-safe.
class projection {
 public:
  /// Refuses an invalid projection, and overlapping paths.
  static projection parse(std::string_view text, substitutes& with);

  /// Appends the selected values of the item as an object in DynamoDB JSON. Selected list elements
  /// are moved together: of [a, b, c] the path list[2] gives [c].
  void append(std::string& out, const item& of) const { paths_.append_selection(out, of); }
  [[nodiscard]] std::vector<std::string_view> top_level_names() const {
    return paths_.top_level_names();
  }

 private:
  explicit projection(path_tree paths) : paths_(std::move(paths)) {}
  path_tree paths_;
};

}  // namespace dynamo::engine
