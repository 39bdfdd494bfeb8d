// Rules for expressions that grammar alone does not have.
#pragma once

#include "engine/expression/syntax.hpp"

#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// Where a part of an expression stands.
enum class place : std::uint8_t {
  condition,  ///< what is true or false
  operand,    ///< of an operator or function of a condition
  set_value,  ///< behind the "=" of SET, whole
  set_part,   ///< within that, or an action's path
};

/// Refuses reserved words, indexes beyond what DynamoDB takes, and unknown or misplaced functions,
/// in `node` and all below it, in the order of the text.
void check_syntax(const syntax_tree& nodes, std::uint32_t node, place where, std::string_view role);

}  // namespace dynamo::engine
