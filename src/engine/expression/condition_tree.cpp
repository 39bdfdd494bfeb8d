#include "engine/expression/condition_tree.hpp"

#include "engine/expression/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t max_choices = 100;
constexpr std::array<std::string_view, 6> comparator_names{"=", "<>", "<", "<=", ">", ">="};
// In the order of condition_kind, from attribute_exists on.
constexpr std::array<std::string_view, 5> function_names{
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"};
constexpr std::array<value_type, 10> all_types{
    value_type::number,     value_type::binary_set, value_type::list,   value_type::binary,
    value_type::null,       value_type::map,        value_type::string, value_type::string_set,
    value_type::number_set, value_type::boolean};

std::string all_type_names() {
  std::string out = "{";
  for (const value_type type : all_types) {
    out += wire_name(type);
    out += type == all_types.back() ? '}' : ',';
  }
  return out;
}

// The type that an operand has in every item.
std::optional<value_type> known_type(const condition_operand& operand) {
  if (operand.size) return value_type::number;
  if (operand.value != nullptr) return operand.value->type();
  return std::nullopt;
}

class builder {
 public:
  builder(const syntax_tree& nodes, std::string_view role, substitutes& with)
      : nodes_(nodes), role_(role), with_(with) {}

  condition_node build(std::uint32_t at);

 private:
  [[noreturn]] void refuse(const std::string& why) const { refuse_expression(role_, why); }
  [[noreturn]] void refuse_type(std::string_view of, std::string_view type) const {
    refuse(
        fmt::format("Incorrect operand type for operator or function; operator or function: {}, "
                    "operand type: {}",
                    of, type));
  }

  void append_flat(std::uint32_t at, syntax_kind kind, std::vector<condition_node>& out);
  condition_node build_comparison(const syntax_node& node);
  condition_node build_between(const syntax_node& node);
  condition_node build_choice(const syntax_node& node);
  condition_node build_function(const syntax_node& node);

  std::vector<condition_operand> bind_all(const syntax_node& node);
  condition_operand bind(std::uint32_t at);
  void require_count(const syntax_node& function, std::size_t count) const;
  void require_order(const condition_node& node) const;
  void require_texts(const condition_node& node) const;
  void require_distinct(const condition_node& node) const;
  [[nodiscard]] value_type type_named(const condition_node& node) const;

  const syntax_tree& nodes_;
  std::string_view role_;
  substitutes& with_;
};

// NOLINTBEGIN(misc-no-recursion): as deep as the parser's limit at most
condition_node builder::build(std::uint32_t at) {
  const syntax_node& node = nodes_[at];
  condition_node out;
  switch (node.kind) {
    case syntax_kind::all_of:
    case syntax_kind::any_of:
      out.kind = node.kind == syntax_kind::all_of ? condition_kind::all_of : condition_kind::any_of;
      append_flat(at, node.kind, out.children);
      return out;
    case syntax_kind::negation:
      out.kind = condition_kind::negation;
      out.children.push_back(build(node.operands[0]));
      return out;
    case syntax_kind::compare:
      return build_comparison(node);
    case syntax_kind::between:
      return build_between(node);
    case syntax_kind::in:
      return build_choice(node);
    default:
      return build_function(node);
  }
}

// a AND b AND c is one node, however long.
void builder::append_flat(std::uint32_t at, syntax_kind kind, std::vector<condition_node>& out) {
  std::vector<std::uint32_t> parts;
  for (; nodes_[at].kind == kind; at = nodes_[at].operands[0]) {
    parts.push_back(nodes_[at].operands[1]);
  }
  out.push_back(build(at));
  for (const std::uint32_t part : std::views::reverse(parts)) out.push_back(build(part));
}

condition_operand builder::bind(std::uint32_t at) {
  const syntax_node& node = nodes_[at];
  condition_operand out;
  if (node.kind == syntax_kind::path) {
    out.path = resolve_path(node.path, role_, with_);
  } else if (node.kind == syntax_kind::value) {
    out.value = &with_.value(node.text, role_);
  } else {
    // `size`, the only function that is an operand.
    std::vector<condition_operand> inner = bind_all(node);
    require_count(node, 1);
    const std::optional<value_type> type = known_type(inner[0]);
    if (inner[0].size || (type && !size_in_conditions(*inner[0].value))) {
      refuse_type(node.text, wire_name(*type));
    }
    out = std::move(inner[0]);
    out.size = true;
  }
  return out;
}

std::vector<condition_operand> builder::bind_all(const syntax_node& node) {
  std::vector<condition_operand> out;
  out.reserve(node.operands.size());
  for (const std::uint32_t operand : node.operands) out.push_back(bind(operand));
  return out;
}
// NOLINTEND(misc-no-recursion)

void builder::require_count(const syntax_node& function, std::size_t count) const {
  if (function.operands.size() == count) return;
  refuse(
      fmt::format("Incorrect number of operands for operator or function; operator or function: "
                  "{}, number of operands: {}",
                  function.text, function.operands.size()));
}

void builder::require_order(const condition_node& node) const {
  for (const condition_operand& operand : node.operands) {
    const std::optional<value_type> type = known_type(operand);
    if (type && !has_order(*type)) refuse_type(name_of(node), wire_name(*type));
  }
}

void builder::require_texts(const condition_node& node) const {
  for (const condition_operand& operand : node.operands) {
    const std::optional<value_type> type = known_type(operand);
    if (type && *type != value_type::string && *type != value_type::binary) {
      refuse_type(name_of(node), wire_name(*type));
    }
  }
}

void builder::require_distinct(const condition_node& node) const {
  const condition_operand& first = node.operands[0];
  if (!first.is_path()) return;
  for (std::size_t i = 1; i < node.operands.size(); ++i) {
    if (node.operands[i].is_path() && node.operands[i].path == first.path) {
      refuse(
          fmt::format("The first operand must be distinct from the remaining operands for this "
                      "operator or function; operator: {}, first operand: {}",
                      name_of(node), to_text(first.path)));
    }
  }
}

value_type builder::type_named(const condition_node& node) const {
  const condition_operand& named = node.operands[1];
  const std::optional<value_type> type = known_type(named);
  if (type != value_type::string) {
    refuse_type(name_of(node), type ? std::string(wire_name(*type)) : all_type_names());
  }
  const std::string_view name = named.value->as_string();
  const auto found =
      std::ranges::find_if(all_types, [&](value_type each) { return wire_name(each) == name; });
  if (found == all_types.end()) {
    refuse(fmt::format("Invalid attribute type name found; type: {}, valid types: {}", name,
                       all_type_names()));
  }
  return *found;
}

condition_node builder::build_comparison(const syntax_node& node) {
  condition_node out{.kind = condition_kind::compare, .operands = bind_all(node)};
  const auto found = std::ranges::find(comparator_names, node.text);
  out.how = static_cast<comparator>(found - comparator_names.begin());
  if (out.how != comparator::equal && out.how != comparator::not_equal) require_order(out);
  require_distinct(out);
  return out;
}

condition_node builder::build_between(const syntax_node& node) {
  condition_node out{.kind = condition_kind::between, .operands = bind_all(node)};
  require_order(out);
  require_distinct(out);
  const value_view* const low = out.operands[1].size ? nullptr : out.operands[1].value;
  const value_view* const high = out.operands[2].size ? nullptr : out.operands[2].value;
  if (low == nullptr || high == nullptr) return out;
  const comparable bottom(low);
  const comparable top(high);
  const char* const fault =
      low->type() != high->type() ? "same data type for lower and upper bounds"
      : *order(bottom, top) > 0   ? "upper bound to be greater than or equal to lower bound"
                                  : nullptr;
  if (fault != nullptr) {
    refuse(fmt::format(
        "The BETWEEN operator requires {}; lower bound operand: AttributeValue: "
        "{{{}:{}}}, upper bound operand: AttributeValue: {{{}:{}}}",
        fault, wire_name(low->type()), bottom.text(), wire_name(high->type()), top.text()));
  }
  return out;
}

condition_node builder::build_choice(const syntax_node& node) {
  condition_node out{.kind = condition_kind::in, .operands = bind_all(node)};
  const std::size_t choices = out.operands.size() - 1;
  if (choices > max_choices) {
    refuse(fmt::format("The IN operator is provided with too many operands; number of operands: {}",
                       choices));
  }
  require_distinct(out);
  return out;
}

condition_node builder::build_function(const syntax_node& node) {
  condition_node out{.operands = bind_all(node)};
  const auto found = std::ranges::find(function_names, node.text);
  out.kind = static_cast<condition_kind>(static_cast<int>(condition_kind::attribute_exists) +
                                         (found - function_names.begin()));
  const bool of_path = out.kind == condition_kind::attribute_exists ||
                       out.kind == condition_kind::attribute_not_exists;
  require_count(node, of_path ? 1 : 2);
  if (of_path && !out.operands[0].is_path()) {
    refuse(fmt::format("Operator or function requires a document path; operator or function: {}",
                       node.text));
  }
  require_distinct(out);
  if (out.kind == condition_kind::begins_with) require_texts(out);
  if (out.kind == condition_kind::attribute_type) out.type = type_named(out);
  return out;
}

}  // namespace

std::string_view name_of(const condition_node& node) {
  switch (node.kind) {
    case condition_kind::compare:
      return comparator_names[static_cast<std::size_t>(node.how)];
    case condition_kind::between:
      return "BETWEEN";
    case condition_kind::in:
      return "IN";
    case condition_kind::all_of:
      return "AND";
    case condition_kind::any_of:
      return "OR";
    case condition_kind::negation:
      return "NOT";
    default:
      return function_names[static_cast<std::size_t>(node.kind) -
                            static_cast<std::size_t>(condition_kind::attribute_exists)];
  }
}

condition_node build_condition(std::string_view text, std::string_view role, substitutes& with) {
  const written_condition written = parse_condition(text, role);
  return builder(written.nodes, role, with).build(written.root);
}

}  // namespace dynamo::engine
