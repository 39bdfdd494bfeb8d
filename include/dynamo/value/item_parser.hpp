// From DynamoDB JSON to items without a mapping.
#pragma once

#include <dynamo/value/decode_context.hpp>
#include <dynamo/value/item.hpp>

#include <string_view>
#include <vector>

namespace dynamo::detail {

/// Parses items into nodes in the context's arena. Keeps scratch memory between items; not
/// thread-safe.
class item_parser {
 public:
  /// Reads the item at the context's cursor. False after a fault, which the context then holds.
  bool parse(decode_context& context, item& out);
  /// Reads one value, `{"S":...}`.
  bool parse_value(decode_context& context, value_view& out);

 private:
  bool parse_members(decode_context& context, std::span<const named_value>& out);
  bool parse_list(decode_context& context, value_view& out);
  bool parse_set(decode_context& context, value_type set, value_view& out);
  bool parse_open_value(decode_context& context, value_type type, value_view& out);

  // Stacks of what belongs to the objects and lists that are open, innermost on top.
  std::vector<named_value> members_;
  std::vector<value_view> elements_;
};

}  // namespace dynamo::detail

namespace dynamo {

/// Parses one item in DynamoDB JSON, as `to_json` writes it. Throws errc::invalid_response if it is
/// malformed, errc::invalid_value if a number or binary value in it is not one.
[[nodiscard]] owned_item parse_json(std::string_view text);
[[nodiscard]] result<owned_item> try_parse_json(std::string_view text);

}  // namespace dynamo
