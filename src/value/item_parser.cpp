#include "value/owned_value.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/codec.hpp>
#include <dynamo/value/item_parser.hpp>

#include <memory>

namespace dynamo {
namespace detail {
namespace {

// Moves what was pushed since `base` from the stack into the arena.
template <class T>
const T* settle(std::vector<T>& stack, std::size_t base, arena& memory) {
  const std::size_t count = stack.size() - base;
  T* const settled = memory.allocate_array<T>(count);
  std::uninitialized_copy_n(stack.begin() + static_cast<std::ptrdiff_t>(base), count, settled);
  stack.resize(base);
  return settled;
}

}  // namespace

bool item_parser::parse(decode_context& context, item& out) {
  members_.clear();
  elements_.clear();
  context.cursor.skip_space();
  const char* const begin = context.cursor.position();
  if (!parse_members(context, out.attributes_)) return false;
  out.raw_ = {begin, static_cast<std::size_t>(context.cursor.position() - begin)};
  return true;
}

bool item_parser::parse_members(decode_context& context, std::span<const named_value>& out) {
  const std::size_t base = members_.size();
  if (!context.enter()) return false;
  json_cursor& cursor = context.cursor;
  if (!cursor.consume('{')) return context.malformed("an object");
  if (!cursor.consume('}')) {
    do {
      named_value member;
      if (!context.text(member.name)) return false;
      if (!cursor.consume(':')) return context.malformed("a colon after an attribute's name");
      if (!parse_value(context, member.value)) return context.within(member.name);
      members_.push_back(member);
    } while (cursor.consume(','));
    if (!cursor.consume('}')) return context.malformed("a comma or the end of an object");
  }
  context.leave();
  const std::size_t count = members_.size() - base;
  out = {settle(members_, base, context.memory()), count};
  return true;
}

bool item_parser::parse_value(decode_context& context, value_view& out) {
  // Most values are strings and numbers, written without white space.
  json_cursor& cursor = context.cursor;
  const json_cursor begin = cursor;
  value_type type = value_type::string;
  bool known = cursor.consume_exactly("{\"S\":\"");
  if (!known && cursor.consume_exactly("{\"N\":\"")) {
    known = true;
    type = value_type::number;
  }
  raw_string raw;
  std::string_view text;
  if (known && cursor.string_rest(raw) && cursor.consume_exactly("}")) [[likely]] {
    if (!text_of(raw, context.memory(), text)) return context.malformed("an escape sequence");
    out = {type, text.data(), text.size()};
    return true;
  }
  cursor = begin;
  return context.open(type) && parse_open_value(context, type, out) && context.close();
}

bool item_parser::parse_open_value(decode_context& context, value_type type, value_view& out) {
  switch (type) {
    case value_type::null:
    case value_type::boolean: {
      bool value = false;
      if (!context.cursor.boolean(value)) return context.malformed("true or false");
      out = {type, nullptr, value ? std::size_t{1} : 0};
      return true;
    }
    case value_type::string:
    case value_type::number:
    case value_type::binary: {
      std::string_view text;
      if (!context.text(text)) return false;
      out = {type, text.data(), text.size()};
      return true;
    }
    case value_type::list:
      return parse_list(context, out);
    case value_type::map: {
      std::span<const named_value> members;
      if (!parse_members(context, members)) return false;
      out = {type, members.data(), members.size()};
      return true;
    }
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      return parse_set(context, type, out);
  }
  return context.malformed("a known type");
}

bool item_parser::parse_list(decode_context& context, value_view& out) {
  const std::size_t base = elements_.size();
  if (!context.enter()) return false;
  bool read = true;
  const bool whole = context.cursor.array([&] {
    const std::size_t index = elements_.size() - base;
    value_view element;
    read = parse_value(context, element);
    if (!read) return context.within(index);
    elements_.push_back(element);
    return true;
  });
  if (!whole) return read ? context.malformed("a list") : false;
  context.leave();
  const std::size_t count = elements_.size() - base;
  out = {value_type::list, settle(elements_, base, context.memory()), count};
  return true;
}

bool item_parser::parse_set(decode_context& context, value_type set, value_view& out) {
  const value_type member = set == value_type::string_set   ? value_type::string
                            : set == value_type::number_set ? value_type::number
                                                            : value_type::binary;
  const std::size_t base = elements_.size();
  bool read = true;
  const bool whole = context.cursor.array([&] {
    std::string_view text;
    read = context.text(text);
    if (read) elements_.push_back({member, text.data(), text.size()});
    return read;
  });
  if (!whole) return read ? context.malformed("a set") : false;
  const std::size_t count = elements_.size() - base;
  out = {set, settle(elements_, base, context.memory()), count};
  return true;
}

bool codec<attribute>::decode(decode_context& context, attribute& out) {
  item_parser parser;
  value_view value;
  if (!parser.parse_value(context, value)) return false;
  misfit fault;
  if (copy_owned(value, out, fault)) return true;
  context.mismatch(fault.expected, fault.found);
  return fault.path.empty() ? false : context.within(fault.path);
}

}  // namespace detail

result<owned_item> try_parse_json(std::string_view text) {
  const body_buffer padded(text);
  detail::arena memory;
  detail::item_parser parser;
  detail::decode_context context(detail::json_cursor(padded.data()), memory);
  item parsed;
  if (padded.size() == 0) context.malformed("an object");
  if (padded.size() == 0 || !parser.parse(context, parsed)) return context.take_error("");
  if (context.cursor.peek() != '\0' || context.cursor.position() != padded.data() + text.size()) {
    context.malformed("nothing after the item");
    return context.take_error("");
  }
  owned_item owned;
  detail::misfit fault;
  if (!detail::copy_owned(parsed, owned, fault)) return fault.to_error();
  return owned;
}

owned_item parse_json(std::string_view text) {
  return try_parse_json(text).value();
}

}  // namespace dynamo
