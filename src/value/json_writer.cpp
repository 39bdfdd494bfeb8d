#include <dynamo/value/base64.hpp>
#include <dynamo/value/json_writer.hpp>

#include <array>

namespace dynamo {
namespace {

// What to write for a character instead of itself; 'u' stands for \u00XX, 0 for itself.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}

constexpr auto escapes = make_escapes();

template <class Elements, class Append>
void append_array(std::string& out, const Elements& elements, Append append) {
  out += '[';
  bool first = true;
  for (const auto& element : elements) {
    if (!first) out += ',';
    first = false;
    append(element);
  }
  out += ']';
}

struct value_writer {
  std::string& out;

  void quoted_base64(const bytes& contents) const {
    out += '"';
    detail::append_base64(out, contents);
    out += '"';
  }

  void operator()(std::nullptr_t) const { out += "true"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(const std::string& value) const { detail::append_json_string(out, value); }
  void operator()(const number& value) const { detail::append_json_string(out, value.text()); }
  void operator()(const bytes& value) const { quoted_base64(value); }
  void operator()(const attribute_list& value) const {
    append_array(out, value, [&](const attribute& element) { append_json(out, element); });
  }
  void operator()(const attribute_map& value) const { append_json(out, value); }
  void operator()(const string_set& value) const {
    append_array(out, value.values,
                 [&](const std::string& text) { detail::append_json_string(out, text); });
  }
  void operator()(const number_set& value) const {
    append_array(out, value.values,
                 [&](const number& each) { detail::append_json_string(out, each.text()); });
  }
  void operator()(const binary_set& value) const {
    append_array(out, value.values, [&](const bytes& each) { quoted_base64(each); });
  }
};

}  // namespace

namespace detail {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char escape = escapes[static_cast<unsigned char>(text[i])];
    if (escape == 0) [[likely]]
      continue;
    out.append(text, begin, i - begin);
    out += '\\';
    out += escape;
    if (escape == 'u') {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto code = static_cast<unsigned char>(text[i]);
      out += "00";
      out += digits[code >> 4];
      out += digits[code & 15];
    }
    begin = i + 1;
  }
  out.append(text, begin);
  out += '"';
}

void append_json_key(std::string& out, std::string_view key) {
  if (!out.empty() && out.back() != '{') out += ',';
  append_json_string(out, key);
  out += ':';
}

void append_json_text(std::string& out, std::string_view key, std::string_view value) {
  append_json_key(out, key);
  append_json_string(out, value);
}

void append_json_number(std::string& out, std::string_view key, std::uint64_t value) {
  append_json_key(out, key);
  out += std::to_string(value);
}

}  // namespace detail

void append_json(std::string& out, const attribute& value) {
  out += "{\"";
  out += wire_name(value.type());
  out += "\":";
  std::visit(value_writer{out}, value.value());
  out += '}';
}

void append_json(std::string& out, const owned_item& item) {
  out += '{';
  for (const auto& [name, value] : item) {
    detail::append_json_key(out, name);
    append_json(out, value);
  }
  out += '}';
}

std::string to_json(const owned_item& item) {
  std::string out;
  append_json(out, item);
  return out;
}

}  // namespace dynamo
