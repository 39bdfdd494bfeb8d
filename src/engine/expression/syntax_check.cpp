#include "engine/expression/syntax_check.hpp"

#include "core/ascii.hpp"
#include "engine/expression/parser.hpp"
#include "engine/expression/reserved_words.hpp"

#include <fmt/format.h>

#include <array>

namespace dynamo::engine {
namespace {

struct known_function {
  std::string_view name;
  bool of_conditions;
  /// It is a condition by itself, not an operand.
  bool is_condition;
};
constexpr std::array<known_function, 8> functions{{
    {"attribute_exists", true, true},
    {"attribute_not_exists", true, true},
    {"attribute_type", true, true},
    {"begins_with", true, true},
    {"contains", true, true},
    {"size", true, false},
    {"if_not_exists", false, false},
    {"list_append", false, false},
}};

const known_function* find_function(std::string_view name) {
  for (const known_function& each : functions) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

void check_function(std::string_view name, place where, std::string_view role) {
  const known_function* const found = find_function(name);
  if (found == nullptr) {
    refuse_expression(role, fmt::format("Invalid function name; function: {}", name));
  }
  const bool in_condition = where == place::condition || where == place::operand;
  if (found->of_conditions != in_condition) {
    refuse_expression(role,
                      fmt::format("The function is not allowed in {} expression; function: {}",
                                  in_condition ? "a condition" : "an update", name));
  }
  const bool fits = in_condition ? found->is_condition == (where == place::condition)
                                 : where == place::set_value || name != "list_append";
  if (!fits) {
    refuse_expression(role, fmt::format("The function is not allowed to be used this way in an "
                                        "expression; function: {}",
                                        name));
  }
}

void check_path(const std::vector<written_step>& path, std::string_view role) {
  for (const written_step& step : path) {
    if (step.how == written_step::kind::bare && is_reserved(step.text)) {
      refuse_expression(
          role,
          fmt::format("Attribute name is a reserved keyword; reserved keyword: {}", step.text));
    }
    if (step.how == written_step::kind::index && !ascii::number_in<std::int32_t>(step.text)) {
      refuse_expression(
          role,
          fmt::format("List index is not within the allowable range; index: [{}]", step.text));
    }
  }
}

place place_below(const syntax_node& node, place where) {
  if (where == place::set_value || where == place::set_part) return place::set_part;
  const bool logical = node.kind == syntax_kind::all_of || node.kind == syntax_kind::any_of ||
                       node.kind == syntax_kind::negation;
  return logical ? place::condition : place::operand;
}

}  // namespace

// As deep as the parser's limit at most.
// NOLINTNEXTLINE(misc-no-recursion)
void check_syntax(const syntax_tree& nodes, std::uint32_t node, place where,
                  std::string_view role) {
  const syntax_node& here = nodes[node];
  if (here.kind == syntax_kind::function) check_function(here.text, where, role);
  check_path(here.path, role);
  for (const std::uint32_t operand : here.operands) {
    check_syntax(nodes, operand, place_below(here, where), role);
  }
}

}  // namespace dynamo::engine
