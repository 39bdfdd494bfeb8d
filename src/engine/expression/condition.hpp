// Parses and evaluates conditions and filters.
#pragma once

#include "engine/expression/substitutes.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Refers to values of the request: must not outlive its `substitutes`. Reading is thread-safe.
class condition {
 public:
  /// `role` is the parameter's name, for messages: "ConditionExpression", "FilterExpression".
  /// Refuses invalid conditions, and those beyond the limits: 4096 bytes, 300 operators, 100
  /// operands of IN, and 32 steps of a path (developer guide, expression limits).
  static condition parse(std::string_view text, std::string_view role, substitutes& with);
  condition(condition&&) noexcept;
  condition& operator=(condition&&) noexcept;
  ~condition();

  /// True if the condition holds. A missing item has no attributes. Operands of types that an
  /// operator does not accept make it false. The item must be in canonical form. Each operand costs
  /// time linear in its size; comparing scalars does not allocate.
  [[nodiscard]] bool holds(const item& of) const;
  /// The first names of its paths: a filter must not name keys of the table or index that a Query
  /// reads.
  [[nodiscard]] std::vector<std::string_view> top_level_names() const;

 private:
  struct tree;
  explicit condition(std::unique_ptr<tree> parsed);
  std::unique_ptr<tree> tree_;
};

}  // namespace dynamo::engine
