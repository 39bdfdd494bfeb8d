// What goes wrong when a value is encoded, and in which attribute.
#pragma once

#include <dynamo/core/error.hpp>
#include <dynamo/value/ownership.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>

namespace dynamo::detail {

/// Thrown for a value that cannot be encoded: names the attribute and nests what was thrown, by a
/// conversion for example. Its kind is errc::invalid_value.
class encode_failure final : public exception, public std::nested_exception {
 public:
  /// To be made in a handler.
  explicit encode_failure(std::string path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// In a handler: throws an `encode_failure` for the attribute `name`, which holds what failed; a
/// want of memory is thrown on as it is.
[[noreturn]] void rethrow_within(std::string_view name);
/// The same for an element of a list.
[[noreturn]] void rethrow_within(std::size_t index);

/// Deepest nesting of lists and maps that DynamoDB stores.
inline constexpr unsigned max_stored_nesting = 32;

/// True if values of this type may nest without a bound: a struct holds its own type, in a list for
/// example. `Around` are the types that are being looked at already.
template <class T, class... Around>
consteval bool nests_without_bound() {
  using type = std::remove_cvref_t<T>;
  const auto one_of = []<class... Part>(std::type_identity<part_list<Part...>>) {
    return (nests_without_bound<Part, type, Around...>() || ...);
  };
  if constexpr ((std::is_same_v<type, Around> || ...)) {
    return true;
  } else if constexpr (mapped<type>) {
    using fields = std::remove_cvref_t<decltype(mapping<type>.fields)>;
    return one_of(std::type_identity<typename member_parts<fields>::type>());
  } else if constexpr (!std::is_void_v<typename parts_of<type>::type>) {
    return one_of(std::type_identity<typename parts_of<type>::type>());
  } else if constexpr (requires { typename type::value_type; }) {
    return nests_without_bound<typename type::value_type, type, Around...>();
  } else {
    return false;
  }
}

/// A level of nesting that is being encoded on this thread. Throws errc::invalid_value beyond
/// `max_stored_nesting`, before the stack is at its end.
class encode_level {
 public:
  encode_level();
  encode_level(const encode_level&) = delete;
  encode_level& operator=(const encode_level&) = delete;
  ~encode_level();
};
struct no_encode_level {};

/// The level of a value of type T; types whose nesting is known have none.
template <class T>
using level_of = std::conditional_t<nests_without_bound<T>(), encode_level, no_encode_level>;

}  // namespace dynamo::detail
