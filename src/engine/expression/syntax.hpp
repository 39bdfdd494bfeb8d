// The syntax tree of an expression, before placeholders are resolved.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// One step of a path as written: `name`, `#name` or `[3]`.
struct written_step {
  enum class kind : std::uint8_t { bare, placeholder, index } how{};
  std::string_view text{};  ///< with the "#", without the brackets
};

enum class syntax_kind : std::uint8_t {
  path,
  value,     ///< ":v"
  function,  ///< with its arguments
  compare,   ///< =, <>, <, <=, >, >=
  between,
  in,
  all_of,      ///< AND
  any_of,      ///< OR
  negation,    ///< NOT
  arithmetic,  ///< + or -
};

/// A node of a `syntax_tree`; it refers to its operands by index.
struct syntax_node {
  syntax_kind kind{};
  /// The function's name, the placeholder, or the operator: "BETWEEN", "<=".
  std::string_view text{};
  std::vector<written_step> path{};
  std::vector<std::uint32_t> operands{};
  bool parenthesised = false;
  bool redundantly = false;  ///< by more than one pair of parentheses
};

/// Refers to the expression's text.
using syntax_tree = std::vector<syntax_node>;

/// What SET, ADD and DELETE do to a path; REMOVE has no operand.
enum class action_kind : std::uint8_t { set, remove, add, erase };
struct written_action {
  action_kind what{};
  std::uint32_t path = 0;
  std::uint32_t operand = 0;
};

}  // namespace dynamo::engine
