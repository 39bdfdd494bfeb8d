// A condition ready for evaluation.
#pragma once

#include "engine/expression/comparison.hpp"
#include "engine/expression/document_path.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// A path or a value, or the size of one.
struct condition_operand {
  document_path path{};
  const value_view* value = nullptr;  ///< of the request; null: the path
  bool size = false;

  [[nodiscard]] bool is_path() const noexcept { return value == nullptr && !size; }
};

enum class condition_kind : std::uint8_t {
  compare,
  between,
  in,
  all_of,
  any_of,
  negation,
  attribute_exists,
  attribute_not_exists,
  attribute_type,
  begins_with,
  contains,
};

struct condition_node {
  condition_kind kind{};
  comparator how{};                           ///< of `compare`
  value_type type{};                          ///< of `attribute_type`
  std::vector<condition_operand> operands{};  ///< those of comparisons and functions
  std::vector<condition_node> children{};     ///< those of AND, OR and NOT
};

/// The name of the operator or function in messages: "BETWEEN", "<=".
[[nodiscard]] std::string_view name_of(const condition_node& node);

/// Parses a condition; refuses operands that its operators and functions do not accept.
[[nodiscard]] condition_node build_condition(std::string_view text, std::string_view role,
                                             substitutes& with);

}  // namespace dynamo::engine
