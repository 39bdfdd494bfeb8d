#include "engine/expression/key_condition.hpp"

#include "engine/expression/condition_tree.hpp"
#include "engine/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

constexpr std::string_view here = "KeyConditionExpression";

// One condition on one attribute.
struct part {
  std::string_view name{};
  sort_condition how{};
};

bool is_allowed(const condition_node& node) {
  switch (node.kind) {
    case condition_kind::all_of:
    case condition_kind::between:
    case condition_kind::begins_with:
      return true;
    case condition_kind::compare:
      return node.how != comparator::not_equal;
    default:
      return false;
  }
}

sort_condition::comparison comparison_of(comparator how, bool turned) {
  using sort = sort_condition::comparison;
  switch (how) {
    case comparator::less:
      return turned ? sort::greater : sort::less;
    case comparator::less_or_equal:
      return turned ? sort::greater_or_equal : sort::less_or_equal;
    case comparator::greater:
      return turned ? sort::less : sort::greater;
    case comparator::greater_or_equal:
      return turned ? sort::less_or_equal : sort::greater_or_equal;
    default:
      return sort::equal;
  }
}

std::string_view name_in(const condition_operand& operand) {
  if (operand.path.size() > 1) {
    refuse_invalid(
        fmt::format("Key attributes must be scalars; list random access '[]' and map "
                    "lookup '.' are not allowed: Key: {}",
                    operand.path.front().name));
  }
  return operand.path.front().name;
}

void check_operands(const condition_node& node) {
  std::size_t paths = 0;
  for (const condition_operand& operand : node.operands) {
    if (operand.size) refuse_invalid(fmt::format("{}s cannot contain nested operations", here));
    if (operand.is_path()) ++paths;
  }
  const bool first = node.operands[0].is_path();
  if (!first && node.kind != condition_kind::compare && paths != 0) {
    refuse_invalid(
        fmt::format("Invalid condition in {}: {} operator must have the key attribute as "
                    "its first operand",
                    here, name_of(node)));
  }
  if (paths != 1) {
    refuse_invalid(fmt::format("Invalid condition in {}: {}", here,
                               paths == 0 ? "No key attribute specified"
                                          : "Multiple attribute names used in one condition"));
  }
}

part part_of(const condition_node& node) {
  check_operands(node);
  const bool turned = !node.operands[0].is_path();
  part out;
  out.name = name_in(node.operands[turned ? 1 : 0]);
  out.how.low = *node.operands[turned ? 0 : 1].value;
  if (node.kind == condition_kind::between) {
    out.how.how = sort_condition::comparison::between;
    out.how.high = *node.operands[2].value;
  } else if (node.kind == condition_kind::begins_with) {
    out.how.how = sort_condition::comparison::begins_with;
  } else {
    out.how.how = comparison_of(node.how, turned);
  }
  return out;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser's limit at most
void collect(const condition_node& node, std::vector<part>& out) {
  if (!is_allowed(node)) {
    refuse_invalid(fmt::format("Invalid operator used in {}: {}", here, name_of(node)));
  }
  if (node.kind != condition_kind::all_of) {
    const part found = part_of(node);
    if (std::ranges::any_of(out, [&](const part& each) { return each.name == found.name; })) {
      refuse_invalid(fmt::format("{}s must only contain one condition per key", here));
    }
    out.push_back(found);
    return;
  }
  for (const condition_node& child : node.children) collect(child, out);
}

void check_value(const key_attribute& key, const value_view& value) {
  constexpr std::array<value_type, 3> types{value_type::string, value_type::number,
                                            value_type::binary};
  if (value.type() != types[static_cast<std::size_t>(key.type)]) {
    refuse_invalid(
        "One or more parameter values were invalid: Condition parameter type does not match schema "
        "type");
  }
  if (key.type != key_type::number && comparable(&value).text().empty()) {
    refuse_invalid(
        fmt::format("One or more parameter values are not valid. The AttributeValue for "
                    "a key attribute cannot contain an empty {} value. Key: {}",
                    key.type == key_type::string ? "string" : "binary", key.name));
  }
}

}  // namespace

key_condition key_condition::parse(std::string_view text, const key_schema& key,
                                   substitutes& with) {
  const condition_node root = build_condition(text, here, with);
  std::vector<part> parts;
  collect(root, parts);
  if (parts.size() > 2) refuse_invalid("Conditions can be of length 1 or 2 only");

  const auto find_part = [&](std::string_view name) -> const part* {
    const auto found = std::ranges::find(parts, name, [](const part& each) { return each.name; });
    return found == parts.end() ? nullptr : &*found;
  };
  const auto refuse_missing = [](const std::string& name) {
    refuse_invalid(fmt::format("Query condition missed key schema element: {}", name));
  };
  const part* const partition = find_part(key.partition_key.name);
  if (partition == nullptr) refuse_missing(key.partition_key.name);
  const bool two = parts.size() == 2;
  if (partition->how.how != sort_condition::comparison::equal || (two && !key.sort_key)) {
    refuse_invalid("Query key condition not supported");
  }
  key_condition out{.partition = partition->how.low, .sort = std::nullopt};
  check_value(key.partition_key, out.partition);
  if (!two) return out;
  const part* const sort = find_part(key.sort_key->name);
  if (sort == nullptr) refuse_missing(key.sort_key->name);
  check_value(*key.sort_key, sort->how.low);
  if (sort->how.how == sort_condition::comparison::between) {
    check_value(*key.sort_key, sort->how.high);
  }
  if (sort->how.how == sort_condition::comparison::begins_with &&
      key.sort_key->type == key_type::number) {
    refuse_invalid("Query key condition not supported");
  }
  out.sort = sort->how;
  return out;
}

}  // namespace dynamo::engine
