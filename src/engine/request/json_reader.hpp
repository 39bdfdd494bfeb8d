// A request's JSON, read forward; what does not fit is refused.
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

/// Every function refuses with "SerializationException" what is not JSON, and what is of another
/// type than the one asked for. Must not outlive the body.
class json_reader {
 public:
  explicit json_reader(const body_buffer& body);

  /// Reads the whole body, which is one object: calls `member(name)` at the value of each member
  /// that is not null. It reads the value.
  template <class Member>
  void body(Member&& member) {
    object_without_nulls(member);
    end();
  }
  /// The same for an object within.
  template <class Member>
  void object_without_nulls(Member&& member) {
    object([&](std::string_view name) {
      if (!null()) member(name);
    });
  }
  /// The same with members that are null.
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
  /// Calls `element()` at each element, which reads it.
  template <class Element>
  void array(Element&& element) {
    if (!cursor_.consume('[')) unexpected("a list");
    if (cursor_.consume(']')) return;
    do {
      element();
    } while (cursor_.consume(','));
    if (!cursor_.consume(']')) malformed();
  }

  /// Appends what `element()` reads of each element, but no more than one beyond `most`: enough to
  /// notice that there are too many. The rest is read and forgotten, so that a list of what takes
  /// three bytes of the body does not take a thousand times as many in memory.
  template <class T, class Element>
  void elements(std::vector<T>& out, std::size_t most, Element&& element) {
    array([&] {
      T read = element();
      if (out.size() <= most) out.push_back(std::move(read));
    });
  }

  [[nodiscard]] std::string text();
  [[nodiscard]] bool flag();
  /// A number without its fraction; at most 2^53 on either side of zero.
  [[nodiscard]] std::int64_t integer();
  /// Moves beyond `null`, if that is what stands here.
  bool null();
  /// Moves beyond any value.
  void skip();
  /// The same; false if it is null, or an object or array without contents.
  bool skip_contents();

  /// For those who know better what comes: reading what stands here must go on with this object.
  [[nodiscard]] detail::json_cursor& cursor() noexcept { return cursor_; }
  [[noreturn]] void malformed() const;

 private:
  // The name of a member, and beyond its colon; in `unescaped` if it has escapes.
  std::string_view key(std::string& unescaped);
  [[noreturn]] void unexpected(std::string_view wanted);
  void end();

  const body_buffer& body_;
  detail::json_cursor cursor_;
};

/// Of a body, or of a value in it, that does not have the shape it must have.
[[noreturn]] void refuse_serialization(std::string message);

}  // namespace dynamo::engine
