// From an expression's text to its syntax tree.
#pragma once

#include "engine/expression/syntax.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Refuses with "Invalid FilterExpression: ..." and the like.
[[noreturn]] void refuse_expression(std::string_view role, const std::string& why);

struct written_condition {
  syntax_tree nodes{};
  std::uint32_t root = 0;
};
struct written_update {
  syntax_tree nodes{};
  std::vector<written_action> actions{};
};
struct written_projection {
  syntax_tree nodes{};
  std::vector<std::uint32_t> paths{};
};

/// Each refuses, with DynamoDB's sentences, what breaks the grammar, what is beyond the limits of
/// 4096 bytes and 300 operators, reserved words as names, indexes beyond what DynamoDB takes,
/// functions that do not exist or may not be where they are, and doubled parentheses. `role`
/// is the name of the request's parameter.
[[nodiscard]] written_condition parse_condition(std::string_view text, std::string_view role);
[[nodiscard]] written_update parse_update(std::string_view text, std::string_view role);
[[nodiscard]] written_projection parse_projection(std::string_view text, std::string_view role);

}  // namespace dynamo::engine
