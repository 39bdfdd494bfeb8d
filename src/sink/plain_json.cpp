#include <dynamo/sink/plain_json.hpp>
#include <dynamo/value/json_writer.hpp>

#include <string_view>

namespace dynamo {
namespace {

std::size_t digits(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

// A number as RFC 8259 defines it, which is narrower than what a number is elsewhere.
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t whole = digits(text);
  if (whole == 0 || (whole > 1 && text.front() == '0')) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t fraction = digits(text);
    if (fraction == 0) return false;
    text.remove_prefix(fraction);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (text.empty()) return false;
    text.remove_prefix(digits(text));
  }
  return text.empty();
}

void append_number(std::string& out, std::string_view text) {
  if (is_json_number(text)) {
    out += text;
  } else {
    detail::append_json_string(out, text);
  }
}

template <class Members>
void append_object(std::string& out, const Members& members) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : members) {
    if (!first) out += ',';
    first = false;
    detail::append_json_string(out, name);
    out += ':';
    append_plain_json(out, value);
  }
  out += '}';
}

}  // namespace

void append_plain_json(std::string& out, const value_view& value) {
  switch (value.type()) {
    case value_type::null:
      out += "null";
      return;
    case value_type::boolean:
      out += value.as_bool() ? "true" : "false";
      return;
    case value_type::string:
      detail::append_json_string(out, value.as_string());
      return;
    case value_type::number:
      append_number(out, value.number_text());
      return;
    case value_type::binary:
      detail::append_json_string(out, value.base64());
      return;
    case value_type::map:
      append_object(out, value.members());
      return;
    case value_type::list:
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set: {
      out += '[';
      bool first = true;
      for (const value_view& element : value.elements()) {
        if (!first) out += ',';
        first = false;
        append_plain_json(out, element);
      }
      out += ']';
      return;
    }
  }
}

void append_plain_json(std::string& out, const item& value) {
  append_object(out, value);
}

}  // namespace dynamo
