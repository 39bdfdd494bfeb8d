// How each C++ type is read from and written as a DynamoDB value; collection_codec.hpp has those
// that hold others.
#pragma once

#include <dynamo/value/base64.hpp>
#include <dynamo/value/decode_context.hpp>
#include <dynamo/value/json_writer.hpp>
#include <dynamo/value/ownership.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace dynamo {

namespace detail {

/// Specialised for every type that a member may have, with
/// - `type`: the value's type on the wire
/// - `expected`: what to call it in an error
/// - `decode(context, out)`: reads the value, reusing out's memory; false after a fault
/// - `encode(json, value)`: appends the value
template <class T>
struct codec;

template <class T>
concept mappable = requires { codec<T>::type; };

template <>
struct codec<std::string> {
  static constexpr auto type = value_type::string;
  static constexpr auto expected = "a string (S)";
  static bool decode(decode_context& context, std::string& out) {
    raw_string raw;
    return context.scalar<value_type::string>(raw, expected) &&
           (text_of(raw, out) || context.malformed("an escape sequence"));
  }
  static void encode(std::string& json, std::string_view value) {
    json += "{\"S\":";
    append_json_string(json, value);
    json += '}';
  }
};

/// A view into the page: valid as long as the page is.
template <>
struct codec<std::string_view> {
  static constexpr auto type = value_type::string;
  static constexpr auto expected = "a string (S)";
  static bool decode(decode_context& context, std::string_view& out) {
    raw_string raw;
    return context.scalar<value_type::string>(raw, expected) &&
           (text_of(raw, context.memory(), out) || context.malformed("an escape sequence"));
  }
  static void encode(std::string& json, std::string_view value) {
    codec<std::string>::encode(json, value);
  }
};

/// A value of type N, by the `decode_text` of its codec.
template <class Codec, class T>
bool decode_number(decode_context& context, T& out) {
  raw_string raw;
  if (!context.scalar<value_type::number>(raw, Codec::expected)) return false;
  if (!raw.escaped) [[likely]]
    return Codec::decode_text(context, raw.text, out);
  // Some writers of JSON escape the plus sign of an exponent.
  std::string text;
  if (!text_of(raw, text)) return context.malformed("an escape sequence");
  return Codec::decode_text(context, text, out);
}

template <integer T>
struct codec<T> {
  static constexpr auto type = value_type::number;
  static constexpr const char* name() {
    constexpr bool negative = std::is_signed_v<T>;
    switch (sizeof(T)) {
      case 1:
        return negative ? "an integer (N) from -128 to 127" : "an integer (N) from 0 to 255";
      case 2:
        return negative ? "an integer (N) from -32768 to 32767" : "an integer (N) from 0 to 65535";
      case 4:
        return negative ? "a 32-bit integer (N)" : "an unsigned 32-bit integer (N)";
      default:
        return negative ? "a 64-bit integer (N)" : "an unsigned 64-bit integer (N)";
    }
  }
  static constexpr auto expected = name();
  static bool decode_text(decode_context& context, std::string_view text, T& out) {
    return to_integer(text, out) ||
           context.mismatch(expected, "a number that is not an integer or is out of range");
  }
  static bool decode(decode_context& context, T& out) { return decode_number<codec>(context, out); }
  static void encode_text(std::string& json, T value) {
    append_json_string(json, std::to_string(value));
  }
  static void encode(std::string& json, T value) {
    json += "{\"N\":";
    encode_text(json, value);
    json += '}';
  }
};

template <std::floating_point T>
struct codec<T> {
  static constexpr auto type = value_type::number;
  static constexpr auto expected = sizeof(T) == sizeof(float)
                                       ? "a number (N) in the range of float"
                                       : "a number (N) in the range of double";
  static bool decode_text(decode_context& context, std::string_view text, T& out) {
    return to_floating(text, out) || context.mismatch(expected, "a number that is out of range");
  }
  static bool decode(decode_context& context, T& out) { return decode_number<codec>(context, out); }
  static void encode_text(std::string& json, T value) {
    append_json_string(json, number(value).text());
  }
  static void encode(std::string& json, T value) {
    json += "{\"N\":";
    encode_text(json, value);
    json += '}';
  }
};

template <>
struct codec<number> {
  static constexpr auto type = value_type::number;
  static constexpr auto expected = "a number (N) of at most 38 digits";
  /// What was found instead, for a text that is no number.
  static std::string fault_of(std::string_view text) {
    return std::string("one that ") + number_fault(text);
  }
  static bool decode_text(decode_context& context, std::string_view text, number& out) {
    auto parsed = number::parse(text);
    if (!parsed) return context.mismatch(expected, fault_of(text));
    out = *std::move(parsed);
    return true;
  }
  static bool decode(decode_context& context, number& out) {
    return decode_number<codec>(context, out);
  }
  static void encode_text(std::string& json, const number& value) {
    append_json_string(json, value.text());
  }
  static void encode(std::string& json, const number& value) {
    append_json(json, attribute(value));
  }
};

template <>
struct codec<bool> {
  static constexpr auto type = value_type::boolean;
  static constexpr auto expected = "a boolean (BOOL)";
  static bool decode(decode_context& context, bool& out) {
    return context.open_as(type, expected) &&
           (context.cursor.boolean(out) || context.malformed("true or false")) && context.close();
  }
  static void encode(std::string& json, bool value) {
    json += value ? "{\"BOOL\":true}" : "{\"BOOL\":false}";
  }
};

template <>
struct codec<bytes> {
  static constexpr auto type = value_type::binary;
  static constexpr auto expected = "binary contents (B)";
  static constexpr auto fault = "text that is not base64";
  static bool decode_text(decode_context& context, std::string_view text, bytes& out) {
    return decode_base64(text, out) || context.mismatch(expected, fault);
  }
  static bool decode(decode_context& context, bytes& out) {
    raw_string raw;
    std::string_view text;
    return context.scalar<value_type::binary>(raw, expected) &&
           (text_of(raw, context.memory(), text) || context.malformed("an escape sequence")) &&
           decode_text(context, text, out);
  }
  static void encode(std::string& json, const bytes& value) { append_json(json, attribute(value)); }
};

/// Any value, of any type.
template <>
struct codec<attribute> {
  static constexpr auto type = value_type::null;
  static constexpr auto expected = "a value";
  static bool decode(decode_context& context, attribute& out);
  static void encode(std::string& json, const attribute& value) { append_json(json, value); }
};

/// An absent attribute, or NULL, is `nullopt`; `nullopt` is not written.
template <mappable T>
struct codec<std::optional<T>> {
  static constexpr auto type = codec<T>::type;
  static constexpr auto expected = codec<T>::expected;
  static bool decode(decode_context& context, std::optional<T>& out) {
    if (is_null(context.cursor)) {
      out.reset();
      bool ignored = false;
      return context.open_as(value_type::null, expected) &&
             (context.cursor.boolean(ignored) || context.malformed("true or false")) &&
             context.close();
    }
    if (!out) out.emplace();
    return codec<T>::decode(context, *out);
  }
  static void encode(std::string& json, const std::optional<T>& value) {
    if (value) {
      codec<T>::encode(json, *value);
    } else {
      json += "{\"NULL\":true}";
    }
  }

 private:
  static bool is_null(json_cursor at) {
    // Servers write no white space: the type is where it is expected.
    if (std::memcmp(at.position(), "{\"NULL\"", 7) == 0) return true;
    if (std::memcmp(at.position(), "{\"", 2) == 0) [[likely]]
      return false;
    raw_string name;
    return at.consume('{') && at.string(name) && name.text == "NULL";
  }
};

/// Through the user's `conversion`.
template <convertible T>
struct codec<T> {
  using stored = std::remove_cvref_t<decltype(conversion<T>::to_attribute(std::declval<T>()))>;
  static constexpr ownership kept = ownership_of<T>();
  static_assert(kept != ownership::unknown,
                "dynamo: does the class own its contents? Add `static constexpr bool views = "
                "false;` to its dynamo::conversion if it does, `true` if it refers to what "
                "from_attribute was given.");
  static_assert(kept != ownership::views || holds_views<stored>,
                "dynamo: a type that views what from_attribute was given must be stored as a "
                "std::string_view: anything else ends before it.");
  static constexpr auto type = codec<stored>::type;
  static constexpr auto expected = codec<stored>::expected;
  static bool decode(decode_context& context, T& out) {
    stored value{};
    if (!codec<stored>::decode(context, value)) return false;
    // Here, so that the error names the element of a list or map.
    try {
      std::optional<T> converted = conversion<T>::from_attribute(value);
      if (!converted) return context.mismatch("a value that the conversion knows", "another");
      out = *std::move(converted);
    } catch (...) {
      return context.thrown();
    }
    return true;
  }
  static void encode(std::string& json, const T& value) {
    codec<stored>::encode(json, conversion<T>::to_attribute(value));
  }
};

}  // namespace detail
}  // namespace dynamo
