#include "engine/stored_item.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_writer.hpp>

#include <string>

namespace dynamo::engine {
namespace {

std::uint64_t size_of_value(const value_view& value) {
  switch (value.type()) {
    case value_type::null:
    case value_type::boolean:
      return 1;
    case value_type::string:
      return value.as_string().size();
    case value_type::number:
      return value.number_text().size() / 2 + 1;
    case value_type::binary:
      return value.as_binary().size();
    case value_type::map: {
      std::uint64_t size = 3;
      for (const named_value& each : value.members()) {
        size += 1 + each.name.size() + size_of_value(each.value);
      }
      return size;
    }
    default: {
      std::uint64_t size = 3;
      for (const value_view& each : value.elements()) size += 1 + size_of_value(each);
      return size;
    }
  }
}

}  // namespace

std::uint64_t size_of(const item& what) {
  std::uint64_t size = 0;
  for (const named_value& each : what) size += each.name.size() + size_of_value(each.value);
  return size;
}

stored_item::stored_item(const owned_item& what) : stored_item(std::string_view(to_json(what))) {}

stored_item::stored_item(std::string_view json) : text_(json) {
  detail::decode_context context(detail::json_cursor(text_.data()), nodes_);
  detail::item_parser parser;
  if (!parser.parse(context, view_)) throw exception(context.take_error(""));
  size_ = size_of(view_);
}

}  // namespace dynamo::engine
