#include "engine/expression/update_actions.hpp"
#include "engine/refusal.hpp"
#include "value/decimal.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using detail::decimal;

[[noreturn]] void refuse_type() {
  refuse_invalid("An operand in the update expression has an incorrect data type");
}

// The existing value, without a copy.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser's limit at most
const value_view& look_up(const update_value& what, const item& in) {
  if (what.kind == update_value_kind::value) return *what.value;
  const document_path& path =
      what.kind == update_value_kind::path ? what.path : what.operands[0].path;
  const value_view* const found = find(in, path);
  if (what.kind == update_value_kind::if_not_exists) {
    // Must exist even if it is not needed.
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
    case decimal::fault::digits:  // DynamoDB has the same message for it
    case decimal::fault::overflow:
      refuse_invalid(
          "Number overflow. Attempting to store a number with magnitude larger than supported "
          "range");
  }
  return number(result.plain_text());
}

// The result of + or -.
attribute calculated(const update_value& what, const item& in) {
  const value_view& first = look_up(what.operands[0], in);
  const value_view& second = look_up(what.operands[1], in);
  const bool plus = what.kind == update_value_kind::plus;
  return number_of(plus ? number_in(first) + number_in(second)
                        : number_in(first) - number_in(second));
}

// Both are lists.
attribute appended(const value_view& first, const value_view& second, item_room& room) {
  constexpr std::uint64_t list_itself = 3;  // counted in both
  room.take(size_of(first) + size_of(second) - list_itself);
  attribute_list list;
  list.reserve(first.elements().size() + second.elements().size());
  for (const value_view* const part : {&first, &second}) {
    for (const value_view& element : part->elements()) list.push_back(element.to_owned());
  }
  return list;
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

void item_room::take(std::uint64_t bytes) {
  if (bytes > left_) refuse_large_update();
  left_ -= bytes;
}

void refuse_large_update() {
  refuse_invalid("Item size to update has exceeded the maximum allowed size");
}

void check(const update_value& what, const item& in) {
  switch (what.kind) {
    case update_value_kind::list_append:
      for (const update_value& operand : what.operands) {
        if (look_up(operand, in).type() != value_type::list) refuse_type();
      }
      break;
    case update_value_kind::plus:
    case update_value_kind::minus:
      static_cast<void>(calculated(what, in));
      break;
    default:
      static_cast<void>(look_up(what, in));
  }
}

attribute evaluate(const update_value& what, const item& in, item_room& room) {
  switch (what.kind) {
    case update_value_kind::list_append:
      return appended(look_up(what.operands[0], in), look_up(what.operands[1], in), room);
    case update_value_kind::plus:
    case update_value_kind::minus:
      return calculated(what, in);
    default: {
      const value_view& found = look_up(what, in);
      room.take(size_of(found));
      return found.to_owned();
    }
  }
}

void check_same_type(const value_view& there, const value_view& operand) {
  if (there.type() != operand.type()) refuse_type();
}

attribute added(const value_view* to, const value_view& operand, item_room& room) {
  if (to != nullptr && to->type() == value_type::number) {
    return number_of(number_in(*to) + number_in(operand));
  }
  room.take(size_of(operand));
  if (to == nullptr) return operand.to_owned();
  const std::vector<std::string_view> known = sorted_texts(to->elements());
  std::vector<const value_view*> elements;
  for (const value_view& element : to->elements()) elements.push_back(&element);
  for (const value_view& element : operand.elements()) {
    if (!std::ranges::binary_search(known, text_of(element))) elements.push_back(&element);
  }
  return set_of(to->type(), elements);
}

attribute without(const value_view& set, std::span<const std::string_view> operand) {
  std::vector<const value_view*> elements;
  for (const value_view& element : set.elements()) {
    if (!std::ranges::binary_search(operand, text_of(element))) elements.push_back(&element);
  }
  if (elements.empty()) return nullptr;
  return set_of(set.type(), elements);
}

}  // namespace dynamo::engine
