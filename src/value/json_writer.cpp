#include "value/decimal.hpp"
#include "value/view_json.hpp"

#include <dynamo/value/base64.hpp>
#include <dynamo/value/json_writer.hpp>

#include <array>
#include <cstdint>
#include <cstring>

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

constexpr std::uint64_t in_each_byte(unsigned char c) {
  return 0x0101010101010101U * c;
}

// True if one of eight characters needs an escape.
bool needs_escape(std::uint64_t characters) {
  const auto below = [&](std::uint64_t word, unsigned char c) {
    return (word - in_each_byte(c)) & ~word;
  };
  const std::uint64_t found = below(characters, 0x20) | below(characters ^ in_each_byte('"'), 1) |
                              below(characters ^ in_each_byte('\\'), 1);
  return (found & in_each_byte(0x80)) != 0;
}

// Where the next character stands, from `i` on, that needs an escape; or the end.
std::size_t next_escape(std::string_view text, std::size_t i) {
  for (std::uint64_t word = 0; text.size() - i >= sizeof word; i += sizeof word) {
    std::memcpy(&word, text.data() + i, sizeof word);
    if (needs_escape(word)) break;
  }
  while (i < text.size() && escapes[static_cast<unsigned char>(text[i])] == 0) ++i;
  return i;
}

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

// How numbers are spelt.
enum class spelling : std::uint8_t { as_written, canonical };

template <spelling Numbers>
struct value_writer {
  std::string& out;

  void value(const attribute& value) const {
    out += "{\"";
    out += wire_name(value.type());
    out += "\":";
    std::visit(*this, value.value());
    out += '}';
  }
  void members(const attribute_map& map) const {
    out += '{';
    for (const auto& [name, member] : map) {
      detail::append_json_key(out, name);
      value(member);
    }
    out += '}';
  }
  void quoted_base64(const bytes& contents) const {
    out += '"';
    detail::append_base64(out, contents);
    out += '"';
  }
  // Digits need no escapes.
  void quoted_number(const number& value) const {
    out += '"';
    if constexpr (Numbers == spelling::canonical) {
      detail::append_canonical_number(out, value.text());
    } else {
      out += value.text();
    }
    out += '"';
  }

  void operator()(std::nullptr_t) const { out += "true"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(const std::string& value) const { detail::append_json_string(out, value); }
  void operator()(const number& value) const { quoted_number(value); }
  void operator()(const bytes& value) const { quoted_base64(value); }
  void operator()(const attribute_list& list) const {
    append_array(out, list, [&](const attribute& element) { value(element); });
  }
  void operator()(const attribute_map& map) const { members(map); }
  void operator()(const string_set& value) const {
    append_array(out, value.values,
                 [&](const std::string& text) { detail::append_json_string(out, text); });
  }
  void operator()(const number_set& value) const {
    append_array(out, value.values, [&](const number& each) { quoted_number(each); });
  }
  void operator()(const binary_set& value) const {
    append_array(out, value.values, [&](const bytes& each) { quoted_base64(each); });
  }
};

// What stands behind the type.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser allows
void append_contents(std::string& out, const value_view& value) {
  switch (value.type()) {
    case value_type::null:
      out += "true";
      return;
    case value_type::boolean:
      out += value.as_bool() ? "true" : "false";
      return;
    case value_type::string:
      detail::append_json_string(out, value.as_string());
      return;
    case value_type::number:
      detail::append_json_string(out, value.number_text());
      return;
    case value_type::binary:
      detail::append_json_string(out, value.base64());
      return;
    case value_type::list:
      append_array(out, value.elements(),
                   [&](const value_view& element) { detail::append_json(out, element); });
      return;
    case value_type::map:
      out += '{';
      for (const auto& [name, member] : value.members()) {
        detail::append_json_key(out, name);
        detail::append_json(out, member);
      }
      out += '}';
      return;
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      append_array(out, value.elements(),
                   [&](const value_view& element) { append_contents(out, element); });
      return;
  }
}

}  // namespace

namespace detail {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = next_escape(text, 0); i < text.size(); i = next_escape(text, i + 1)) {
    const char escape = escapes[static_cast<unsigned char>(text[i])];
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

// NOLINTNEXTLINE(misc-no-recursion): as above
void append_json(std::string& out, const value_view& value) {
  out += "{\"";
  out += wire_name(value.type());
  out += "\":";
  append_contents(out, value);
  out += '}';
}

void append_canonical_json(std::string& out, const owned_item& item) {
  value_writer<spelling::canonical>{out}.members(item);
}

}  // namespace detail

void append_json(std::string& out, const attribute& value) {
  value_writer<spelling::as_written>{out}.value(value);
}

void append_json(std::string& out, const owned_item& item) {
  value_writer<spelling::as_written>{out}.members(item);
}

std::string to_json(const owned_item& item) {
  std::string out;
  append_json(out, item);
  return out;
}

}  // namespace dynamo
