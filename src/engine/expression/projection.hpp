// Which attributes of an item an answer has.
#pragma once

#include "engine/expression/substitutes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

struct projection_node;

/// Reading is thread-safe.
class projection {
 public:
  /// Refuses what is not a projection, and paths that overlap.
  static projection parse(std::string_view text, substitutes& with);
  projection(projection&&) noexcept;
  projection& operator=(projection&&) noexcept;
  ~projection();

  /// Appends what the item has of it as an object in DynamoDB JSON. Elements of lists move
  /// together: of [a, b, c] the path list[2] gives [c].
  void append(std::string& out, const item& of) const;
  [[nodiscard]] std::vector<std::string_view> top_level_names() const;

 private:
  explicit projection(std::vector<projection_node> roots);
  std::vector<projection_node> roots_;
};

}  // namespace dynamo::engine
