// Parses an expression's text into a syntax tree.
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

/// Each refuses, with DynamoDB's messages, violations of the grammar, texts beyond the limits of
/// 4096 bytes and 300 operators, reserved words as names, indexes beyond DynamoDB's maximum,
/// unknown or misplaced functions, and doubled parentheses. `role` is the name of the request's
/// parameter.
[[nodiscard]] written_condition parse_condition(std::string_view text, std::string_view role);
[[nodiscard]] written_update parse_update(std::string_view text, std::string_view role);
[[nodiscard]] written_projection parse_projection(std::string_view text, std::string_view role);

}  // namespace dynamo::engine
