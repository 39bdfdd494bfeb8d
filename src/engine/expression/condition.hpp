// Conditions and filters: what they say, and whether they hold for an item.
#pragma once

#include "engine/expression/substitutes.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Values of the request are referred to: it must not outlive its `substitutes`. Reading is
/// thread-safe.
class condition {
 public:
  /// `role` is the parameter's name, for sentences: "ConditionExpression", "FilterExpression".
  /// Refuses what is not a condition, and what is beyond the limits: 4096 bytes, 300 operators, 100
  /// operands of IN, and 32 steps of a path (developer guide, expression limits).
  static condition parse(std::string_view text, std::string_view role, substitutes& with);
  condition(condition&&) noexcept;
  condition& operator=(condition&&) noexcept;
  ~condition();

  /// An item that is not there has no attributes. Operands of types that an operator does not take
  /// make it false. The item is in the one spelling of stored items. Each operand costs time that
  /// is linear in its size, whatever it holds; comparing scalars does not allocate.
  [[nodiscard]] bool holds(const item& of) const;
  /// Names at the beginning of its paths: a filter must not name keys of what a Query reads.
  [[nodiscard]] std::vector<std::string_view> top_level_names() const;

 private:
  struct tree;
  explicit condition(std::unique_ptr<tree> parsed);
  std::unique_ptr<tree> tree_;
};

}  // namespace dynamo::engine
