#include "engine/expression/update_actions.hpp"

#include "engine/expression/parser.hpp"
#include "engine/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::string_view role = "UpdateExpression";

// Type names in messages about ADD and DELETE, which differ from all other messages.
std::string_view long_name(value_type type) {
  switch (type) {
    case value_type::null:
      return "NULL";
    case value_type::boolean:
      return "BOOLEAN";
    case value_type::string:
      return "STRING";
    case value_type::number:
      return "NUMBER";
    case value_type::binary:
      return "BINARY";
    case value_type::list:
      return "LIST";
    case value_type::map:
      return "MAP";
    case value_type::string_set:
      return "STRING_SET";
    case value_type::number_set:
      return "NUMBER_SET";
    case value_type::binary_set:
      return "BINARY_SET";
  }
  return "";
}

bool is_set(value_type type) {
  return type == value_type::string_set || type == value_type::number_set ||
         type == value_type::binary_set;
}

void require_count(const syntax_node& function, std::size_t count) {
  if (function.operands.size() == count) return;
  refuse_expression(role, fmt::format("Incorrect number of operands for operator or function; "
                                      "operator or function: {}, number of operands: {}",
                                      function.text, function.operands.size()));
}

void require_type(const update_value& bound, value_type wanted, std::string_view of) {
  for (const update_value& operand : bound.operands) {
    if (operand.value == nullptr || operand.value->type() == wanted) continue;
    refuse_expression(role, fmt::format("Incorrect operand type for operator or function; operator "
                                        "or function: {}, operand type: {}",
                                        of, wire_name(operand.value->type())));
  }
}

update_value_kind kind_of(const syntax_node& node) {
  switch (node.kind) {
    case syntax_kind::path:
      return update_value_kind::path;
    case syntax_kind::value:
      return update_value_kind::value;
    case syntax_kind::function:
      return node.text == "list_append" ? update_value_kind::list_append
                                        : update_value_kind::if_not_exists;
    default:
      return node.text == "+" ? update_value_kind::plus : update_value_kind::minus;
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser's limit at most
update_value bind(const syntax_tree& nodes, std::uint32_t at, substitutes& with) {
  const syntax_node& node = nodes[at];
  update_value out{.kind = kind_of(node)};
  for (const std::uint32_t operand : node.operands) {
    out.operands.push_back(bind(nodes, operand, with));
  }
  switch (out.kind) {
    case update_value_kind::path:
      out.path = resolve_path(node.path, role, with);
      break;
    case update_value_kind::value:
      out.value = &with.value(node.text, role);
      break;
    case update_value_kind::if_not_exists:
      require_count(node, 2);
      if (out.operands[0].kind != update_value_kind::path) {
        refuse_expression(role, fmt::format("Operator or function requires a document path; "
                                            "operator or function: {}",
                                            node.text));
      }
      if (out.operands[1].kind == update_value_kind::path &&
          out.operands[1].path == out.operands[0].path) {
        refuse_expression(
            role, fmt::format("The first operand must be distinct from the remaining operands for "
                              "this operator or function; operator: {}, first operand: {}",
                              node.text, to_text(out.operands[0].path)));
      }
      break;
    case update_value_kind::list_append:
      require_count(node, 2);
      require_type(out, value_type::list, node.text);
      break;
    case update_value_kind::plus:
    case update_value_kind::minus:
      require_type(out, value_type::number, node.text);
      break;
  }
  return out;
}

void check_operand(action_kind what, const update_value& operand) {
  if (what != action_kind::add && what != action_kind::erase) return;
  const value_type type = operand.value->type();
  if (is_set(type) || (what == action_kind::add && type == value_type::number)) return;
  const std::string_view name = what == action_kind::add ? "ADD" : "DELETE";
  refuse_expression(role, fmt::format("Incorrect operand type for operator or function; operator: "
                                      "{}, operand type: {}, typeSet: ALLOWED_FOR_{}_OPERAND",
                                      name, long_name(type), name));
}

}  // namespace

update_actions build_update(std::string_view text, substitutes& with) {
  const written_update written = parse_update(text, role);
  update_actions out;
  out.actions.reserve(written.actions.size());
  for (const written_action& each : written.actions) {
    out.paths.add(resolve_path(written.nodes[each.path].path, role, with), role);
  }
  for (const written_action& each : written.actions) {
    update_action action{.what = each.what};
    if (each.what != action_kind::remove) {
      action.operand = bind(written.nodes, each.operand, with);
      check_operand(each.what, action.operand);
      if (each.what == action_kind::erase) out.deleted.add(*action.operand.value);
    }
    out.actions.push_back(std::move(action));
  }
  return out;
}

}  // namespace dynamo::engine
