// What a decoder of one page's items works with, and how it says what did not fit.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/value/arena.hpp>
#include <dynamo/value/attribute.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace dynamo::detail {

/// Deepest nesting of values that is read. DynamoDB stores 32 levels.
inline constexpr unsigned max_nesting = 64;

/// The state of decoding: a cursor, memory for what views need, and the last fault. Functions
/// return false after they have recorded a fault. Not thread-safe.
class decode_context {
 public:
  decode_context(json_cursor at, arena& memory) : cursor(at), memory_(&memory) {}

  json_cursor cursor;

  [[nodiscard]] arena& memory() { return *memory_; }

  /// Enters a value: reads `{"S":` and stores the type in `type`. A type unknown to DynamoDB is a
  /// fault.
  bool open(value_type& type);
  /// Leaves a value: reads its `}`.
  bool close() { return cursor.consume('}') || malformed("the end of a value"); }

  /// Enters a value of one type; any other is a fault that names `expected`.
  bool open_as(value_type type, const char* expected) {
    if (type == value_type::map && cursor.consume_exactly("{\"M\":")) return true;
    if (type == value_type::list && cursor.consume_exactly("{\"L\":")) return true;
    return open_as_slow(type, expected);
  }

  /// The text of a value of type S, N or B, whole: `{"S":"text"}`.
  template <value_type Type>
  bool scalar(raw_string& out, const char* expected) {
    const json_cursor begin = cursor;
    if (cursor.consume_exactly(scalar_prefix<Type>()) && cursor.string_rest(out) &&
        cursor.consume_exactly("}")) [[likely]] {
      return true;
    }
    cursor = begin;  // white space, another type, or a fault: the slow way tells which
    return open_as(Type, expected) && string(out) && close();
  }
  /// A JSON string.
  bool string(raw_string& out) {
    return cursor.string(out) || malformed("a string in valid UTF-8");
  }
  /// A JSON string's text, unescaped if need be.
  bool text(std::string_view& out) {
    raw_string raw;
    return string(raw) && (text_of(raw, memory(), out) || malformed("an escape sequence"));
  }

  /// Records that the text is not what the protocol allows. Always false.
  bool malformed(const char* expected);
  /// Records that a value does not fit: `expected` and `found` complete "expected ..., found ...".
  bool mismatch(const char* expected, std::string found);
  /// Records that a required attribute is missing.
  bool missing(std::string_view name, const char* expected);
  /// In a handler: records what a conversion, or an operation of the user's type, threw. Always
  /// false.
  bool thrown() noexcept;
  /// Puts a name before the path of the attribute at fault. Always false.
  bool within(std::string_view name);
  /// The same for an element of a list.
  bool within(std::size_t index);

  bool enter() { return ++depth_ <= max_nesting || malformed("nesting of at most 64 levels"); }
  void leave() { --depth_; }

  /// True if the fault is in the item's contents, not in the text around them.
  [[nodiscard]] bool is_mismatch() const {
    return fault_ != fault::malformed && fault_ != fault::out_of_memory;
  }
  /// The last fault as an error; forgets it.
  [[nodiscard]] error take_error(std::string_view table);

 private:
  enum class fault : std::uint8_t { malformed, mismatch, missing, thrown, out_of_memory };

  bool open_as_slow(value_type type, const char* expected);

  template <value_type Type>
  static constexpr auto& scalar_prefix() {
    if constexpr (Type == value_type::string) {
      return "{\"S\":\"";
    } else if constexpr (Type == value_type::number) {
      return "{\"N\":\"";
    } else {
      static_assert(Type == value_type::binary);
      return "{\"B\":\"";
    }
  }

  arena* memory_;
  unsigned depth_ = 0;
  fault fault_ = fault::malformed;
  std::string expected_;
  std::string found_;
  std::string path_;
  std::exception_ptr cause_;
};

/// In a handler: what an item's constructor or assignment threw, as an error about that item.
[[nodiscard]] error thrown_by_item(std::string_view table) noexcept;

}  // namespace dynamo::detail
