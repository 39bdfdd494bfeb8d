// Against simdjson: what we accept as an item it must accept as JSON, with the same strings; and an
// item's shape that it accepts, we must accept.
#include <dynamo/value/item_parser.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace {

using dynamo::value_type;
using dynamo::value_view;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

void require(bool holds) {
  if (!holds) std::abort();  // libFuzzer keeps the input of a program that aborts
}

bool is_text(const element& theirs, std::string_view ours) {
  std::string_view text;
  return theirs.get(text) == simdjson::SUCCESS && text == ours;
}

bool same_value(const element& theirs, const value_view& ours);

template <class Members>
bool same_members(const element& theirs, const Members& ours) {
  object members;
  if (theirs.get(members) != simdjson::SUCCESS) return false;
  auto at = ours.begin();
  for (const auto& [name, value] : members) {
    if (at == ours.end() || name != at->name || !same_value(value, at->value)) return false;
    ++at;
  }
  return at == ours.end();
}

bool same_value(const element& theirs, const value_view& ours) {
  object typed;
  if (theirs.get(typed) != simdjson::SUCCESS || typed.size() != 1) return false;
  const auto entry = *typed.begin();
  if (entry.key != dynamo::wire_name(ours.type())) return false;
  bool flag = false;
  array elements;
  switch (ours.type()) {
    case value_type::null:
      return entry.value.is_bool();
    case value_type::boolean:
      return entry.value.get(flag) == simdjson::SUCCESS && flag == ours.as_bool();
    case value_type::string:
      return is_text(entry.value, ours.as_string());
    case value_type::number:
      return is_text(entry.value, ours.number_text());
    case value_type::binary:
      return is_text(entry.value, ours.base64());
    case value_type::map:
      return same_members(entry.value, ours.members());
    default:
      break;
  }
  if (entry.value.get(elements) != simdjson::SUCCESS) return false;
  auto at = ours.elements().begin();
  for (const element each : elements) {
    if (at == ours.elements().end()) return false;
    bool same = false;
    switch (ours.type()) {
      case value_type::string_set:
        same = is_text(each, at->as_string());
        break;
      case value_type::number_set:
        same = is_text(each, at->number_text());
        break;
      case value_type::binary_set:
        same = is_text(each, at->base64());
        break;
      default:
        same = same_value(each, *at);
    }
    if (!same) return false;
    ++at;
  }
  return at == ours.elements().end();
}

bool has_value_shape(const element& value, unsigned depth);

bool has_item_shape(const element& value, unsigned depth) {
  object members;
  if (depth > dynamo::detail::max_nesting || value.get(members) != simdjson::SUCCESS) return false;
  for (const auto& [name, each] : members) {
    if (!has_value_shape(each, depth)) return false;
  }
  return true;
}

bool has_value_shape(const element& value, unsigned depth) {
  object typed;
  if (value.get(typed) != simdjson::SUCCESS || typed.size() != 1) return false;
  const auto [type, contents] = *typed.begin();
  if (type == "NULL" || type == "BOOL") return contents.is_bool();
  if (type == "S" || type == "N" || type == "B") return contents.is_string();
  if (type == "M") return has_item_shape(contents, depth + 1);
  const bool list = type == "L";
  if (!list && type != "SS" && type != "NS" && type != "BS") return false;
  array elements;
  if (contents.get(elements) != simdjson::SUCCESS) return false;
  if (list && depth + 1 > dynamo::detail::max_nesting) return false;
  for (const element each : elements) {
    if (list ? !has_value_shape(each, depth + 1) : !each.is_string()) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::unique_ptr<char[]> body(new char[size + 64]);
  if (size != 0) std::memcpy(body.get(), data, size);
  std::memset(body.get() + size, 0, 64);

  dynamo::detail::arena memory;
  dynamo::detail::decode_context context(dynamo::detail::json_cursor(body.get()), memory);
  dynamo::detail::item_parser parser;
  dynamo::item ours;
  const bool accepted = parser.parse(context, ours) && context.cursor.peek() == '\0' &&
                        context.cursor.position() == body.get() + size;

  static simdjson::dom::parser reference;
  element theirs;
  const bool is_json =
      reference.parse(reinterpret_cast<const char*>(data), size).get(theirs) == simdjson::SUCCESS;
  if (accepted) {
    require(is_json && same_members(theirs, ours));
  } else if (is_json && std::memchr(body.get(), '\\', size) == nullptr) {
    // We do not look through escapes in the names of types; they have none.
    require(!has_item_shape(theirs, 1));
  }
  return 0;
}
