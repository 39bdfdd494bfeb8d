#include "engine/expression/set_order.hpp"

#include <algorithm>

namespace dynamo::engine {

std::string_view text_of(const value_view& value) {
  switch (value.type()) {
    case value_type::string:
      return value.as_string();
    case value_type::number:
      return value.number_text();
    case value_type::binary:
      return value.base64();
    default:
      return {};
  }
}

std::vector<std::string_view> sorted_texts(std::span<const value_view> set) {
  std::vector<std::string_view> texts(set.size());
  std::ranges::transform(set, texts.begin(), text_of);
  std::ranges::sort(texts);
  return texts;
}

void set_orders::add(const value_view& value) {
  if (added_.insert(&value).second) add_within(value);
}

// NOLINTNEXTLINE(misc-no-recursion): values are as deep as the parser allows
void set_orders::add_within(const value_view& value) {
  switch (value.type()) {
    case value_type::list:
      for (const value_view& element : value.elements()) add_within(element);
      break;
    case value_type::map:
      for (const named_value& member : value.members()) add_within(member.value);
      break;
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      static_cast<void>(of(value.elements()));
      break;
    default:
      break;
  }
}

std::span<const std::string_view> set_orders::of(std::span<const value_view> set) {
  if (request_ != nullptr) {
    const auto known = request_->sorted_.find(set.data());
    if (known != request_->sorted_.end()) return known->second;
  }
  const auto [place, is_new] = sorted_.try_emplace(set.data());
  if (is_new) place->second = sorted_texts(set);
  return place->second;
}

}  // namespace dynamo::engine
