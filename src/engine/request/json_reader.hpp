// Reads a request's JSON forward and refuses invalid input.
#pragma once

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/json_cursor.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// Every function refuses with "SerializationException" input that is not JSON, and values of
/// another type than requested. Must not outlive the body.
class json_reader {
 public:
  explicit json_reader(const body_buffer& body);

  /// Reads the whole body, which must be one object: calls `member(name)` at the value of each
  /// member that is not null; `member` must read the value.
  template <class Member>
  void body(Member&& member) {
    object_without_nulls(member);
    end();
  }
  /// The same for a nested object.
  template <class Member>
  void object_without_nulls(Member&& member) {
    object([&](std::string_view name) {
      if (!null()) member(name);
    });
  }
  /// The same, including members that are null.
  template <class Member>
  void object(Member&& member) {
    if (!cursor_.consume('{')) unexpected("a map");
    if (cursor_.consume('}')) return;
    std::string unescaped;
    do {
      const std::string_view name = key(unescaped);
      member(name);
    } while (cursor_.consume(','));
    if (!cursor_.consume('}')) malformed();
  }
  /// Calls `element()` at each element; it must read the element.
  template <class Element>
  void array(Element&& element) {
    if (!cursor_.consume('[')) unexpected("a list");
    if (cursor_.consume(']')) return;
    do {
      element();
    } while (cursor_.consume(','));
    if (!cursor_.consume(']')) malformed();
  }

  /// Appends the result of `element()` for each element, but at most `most` + 1: enough to detect
  /// that there are too many. The rest is read and discarded, so that a list with elements of three
  /// bytes does not take a thousand times as much memory.
  template <class T, class Element>
  void elements(std::vector<T>& out, std::size_t most, Element&& element) {
    array([&] {
      T read = element();
      if (out.size() <= most) out.push_back(std::move(read));
    });
  }

  [[nodiscard]] std::string text();
  [[nodiscard]] bool flag();
  /// A number without its fraction; at most 2^53 in absolute value.
  [[nodiscard]] std::int64_t integer();
  /// Skips `null`, if it is the next value.
  bool null();
  /// Skips any value.
  void skip();
  /// Skips any value; returns false if it is null, or an empty object or array.
  bool skip_contents();

  /// Direct access to the cursor; after reading a value with it, continue with this object.
  [[nodiscard]] detail::json_cursor& cursor() noexcept { return cursor_; }
  [[noreturn]] void malformed() const;

 private:
  // Reads the name of a member and its colon; the name is in `unescaped` if it has escapes.
  std::string_view key(std::string& unescaped);
  [[noreturn]] void unexpected(std::string_view wanted);
  void end();

  const body_buffer& body_;
  detail::json_cursor cursor_;
};

/// Refuses a body, or a value in it, of the wrong shape.
[[noreturn]] void refuse_serialization(std::string message);

}  // namespace dynamo::engine
