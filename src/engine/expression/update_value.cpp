#include "engine/expression/update_actions.hpp"
#include "engine/refusal.hpp"
#include "value/decimal.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>

namespace dynamo::engine {
namespace {

using detail::decimal;

[[noreturn]] void refuse_type() {
  refuse_invalid("An operand in the update expression has an incorrect data type");
}

// What is there already, without a copy.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser's limit at most
const value_view& look_up(const update_value& what, const item& in) {
  if (what.kind == update_value_kind::value) return *what.value;
  const document_path& path =
      what.kind == update_value_kind::path ? what.path : what.operands[0].path;
  const value_view* const found = find(in, path);
  if (what.kind == update_value_kind::if_not_exists) {
    // Must be there even if it is not needed.
    const value_view& otherwise = look_up(what.operands[1], in);
    return found != nullptr ? *found : otherwise;
  }
  if (found != nullptr) return *found;
  refuse_invalid("The provided expression refers to an attribute that does not exist in the item");
}

decimal number_in(const value_view& value) {
  if (value.type() != value_type::number) refuse_type();
  decimal number;
  decimal::parse(value.number_text(), number);
  return number;
}

attribute number_of(const decimal& result) {
  switch (result.limits()) {
    case decimal::fault::none:
      break;
    case decimal::fault::underflow:
      refuse_invalid(
          "Number underflow. Attempting to store a number with magnitude smaller than supported "
          "range");
    case decimal::fault::digits:  // for which DynamoDB has the same sentence
    case decimal::fault::overflow:
      refuse_invalid(
          "Number overflow. Attempting to store a number with magnitude larger than supported "
          "range");
  }
  return number(result.plain_text());
}

attribute appended(const value_view& first, const value_view& second) {
  if (first.type() != value_type::list || second.type() != value_type::list) refuse_type();
  attribute_list list;
  list.reserve(first.elements().size() + second.elements().size());
  for (const value_view* const part : {&first, &second}) {
    for (const value_view& element : part->elements()) list.push_back(element.to_owned());
  }
  return list;
}

// Elements of sets are spelt in one way each: as their texts.
std::string_view text_of(const value_view& element) {
  switch (element.type()) {
    case value_type::number:
      return element.number_text();
    case value_type::binary:
      return element.base64();
    default:
      return element.as_string();
  }
}

std::unordered_set<std::string_view> texts_of(std::span<const value_view> elements) {
  std::unordered_set<std::string_view> texts;
  texts.reserve(elements.size());
  for (const value_view& element : elements) texts.insert(text_of(element));
  return texts;
}

attribute set_of(value_type type, const std::vector<const value_view*>& elements) {
  const auto fill = [&](auto set, auto copy) {
    set.values.reserve(elements.size());
    for (const value_view* const element : elements) set.values.push_back(copy(*element));
    return attribute(std::move(set));
  };
  if (type == value_type::number_set) {
    return fill(number_set{}, [](const value_view& element) { return element.as_number(); });
  }
  if (type == value_type::binary_set) {
    return fill(binary_set{}, [](const value_view& element) { return element.as_binary(); });
  }
  return fill(string_set{},
              [](const value_view& element) { return std::string(element.as_string()); });
}

}  // namespace

attribute evaluate(const update_value& what, const item& in) {
  const auto operand = [&](std::size_t i) -> const value_view& {
    return look_up(what.operands[i], in);
  };
  switch (what.kind) {
    case update_value_kind::list_append:
      return appended(operand(0), operand(1));
    case update_value_kind::plus:
      return number_of(number_in(operand(0)) + number_in(operand(1)));
    case update_value_kind::minus:
      return number_of(number_in(operand(0)) - number_in(operand(1)));
    default:
      return look_up(what, in).to_owned();
  }
}

attribute added(const value_view& to, const value_view& operand) {
  if (to.type() != operand.type()) refuse_type();
  if (to.type() == value_type::number) return number_of(number_in(to) + number_in(operand));
  const auto known = texts_of(to.elements());
  std::vector<const value_view*> elements;
  for (const value_view& element : to.elements()) elements.push_back(&element);
  for (const value_view& element : operand.elements()) {
    if (!known.contains(text_of(element))) elements.push_back(&element);
  }
  return set_of(to.type(), elements);
}

attribute without(const value_view& set, const value_view& operand) {
  if (set.type() != operand.type()) refuse_type();
  const auto gone = texts_of(operand.elements());
  std::vector<const value_view*> elements;
  for (const value_view& element : set.elements()) {
    if (!gone.contains(text_of(element))) elements.push_back(&element);
  }
  if (elements.empty()) return nullptr;
  return set_of(set.type(), elements);
}

}  // namespace dynamo::engine
