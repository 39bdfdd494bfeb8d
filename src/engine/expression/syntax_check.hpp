// Rules for expressions beyond the grammar.
#pragma once

#include "engine/expression/syntax.hpp"

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// The position of a part of an expression.
enum class place : std::uint8_t {
  condition,  ///< evaluates to true or false
  operand,    ///< of an operator or function of a condition
  set_value,  ///< the whole text after the "=" of SET
  set_part,   ///< within that, or an action's path
};

/// Refuses reserved words, indexes beyond DynamoDB's maximum, and unknown or misplaced functions,
/// in `node` and all nodes below it, in text order.
void check_syntax(const syntax_tree& nodes, std::uint32_t node, place where, std::string_view role);

}  // namespace dynamo::engine
