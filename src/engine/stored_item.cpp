#include "engine/stored_item.hpp"

#include "value/decimal.hpp"
#include "value/view_json.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/value/base64.hpp>
#include <dynamo/value/item_parser.hpp>

#include <string>

namespace dynamo::engine {
namespace {

// One byte, one for each pair of digits on the same side of the point, and one for a minus sign: as
// DynamoDB Local counts; the developer guide calls its own rule approximate.
std::uint64_t size_of_number(std::string_view text) {
  detail::decimal number;
  detail::decimal::parse(text, number);
  const std::uint64_t odd = number.point() % 2 != 0 ? 1 : 0;
  return 1 + (number.digits().size() + odd + 1) / 2 + (number.is_negative() ? 1 : 0);
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser allows
std::uint64_t size_of(const value_view& value) {
  switch (value.type()) {
    case value_type::null:
    case value_type::boolean:
      return 1;
    case value_type::string:
      return value.as_string().size();
    case value_type::number:
      return size_of_number(value.number_text());
    case value_type::binary:
      return detail::decoded_base64_size(value.base64());
    case value_type::list: {
      std::uint64_t size = 3;
      for (const value_view& element : value.elements()) size += 1 + size_of(element);
      return size;
    }
    case value_type::map: {
      std::uint64_t size = 3;
      for (const auto& [name, member] : value.members()) {
        size += 1 + name.size() + size_of(member);
      }
      return size;
    }
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set: {
      std::uint64_t size = 0;
      for (const value_view& element : value.elements()) size += size_of(element);
      return size;
    }
  }
  return 0;
}

std::uint64_t size_of(const item& what) {
  std::uint64_t size = 0;
  for (const auto& [name, value] : what) size += name.size() + size_of(value);
  return size;
}

stored_item::stored_item(const owned_item& what)
    : stored_item([&] {
        std::string json;
        detail::append_canonical_json(json, what);
        return json;
      }()) {}

stored_item::stored_item(std::string_view json) : text_(json) {
  detail::item_parser parser;
  parse(parser);
}

stored_item::stored_item(std::string_view json, detail::item_parser& parser) : text_(json) {
  parse(parser);
}

void stored_item::parse(detail::item_parser& parser) {
  detail::decode_context context(detail::json_cursor(text_.data()), nodes_);
  if (!parser.parse(context, view_)) throw exception(context.take_error({}));
  size_ = size_of(view_);
}

}  // namespace dynamo::engine
