// What users specialise to store their own types: mapping<T> for structs, conversion<T> for values.
#pragma once

#include <concepts>

namespace dynamo {
namespace detail {

struct unmapped {};

}  // namespace detail

/// The mapping of `T`. Specialise it at namespace scope, after the struct:
///
///     template <>
///     inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
///         "users", dynamo::partition_key("id", &user::id), dynamo::field("age", &user::age));
template <class T>
inline constexpr auto mapping = detail::unmapped{};

/// True if `T` has a mapping.
template <class T>
concept mapped = !std::same_as<decltype(mapping<T>), const detail::unmapped>;

/// How a type of the user's, an enumeration for example, is stored. Specialise it with two
/// functions:
///
///     template <> struct dynamo::conversion<color> {
///       static std::string_view to_attribute(color value);        // or any mappable type
///       static std::optional<color> from_attribute(std::string_view stored);
///     };
///
/// `from_attribute` takes what `to_attribute` returns; nothing means that the value does not fit.
/// An exception that either throws is reported as errc::invalid_value, which names the attribute
/// and nests the exception.
///
/// A class that is made from anything but a bool or a C++ number says whether it refers to what
/// `from_attribute` was given, because items that are kept must own their contents:
///
///       static constexpr bool views = false;  // true: it keeps a std::string_view, for example
///
/// What it refers to lives as long as the page. So `views = true` demands that the stored type is
/// std::string_view or holds them.
template <class T>
struct conversion {
  static constexpr bool is_defined = false;
};

namespace detail {

template <class T>
concept convertible = !requires { conversion<T>::is_defined; };

}  // namespace detail
}  // namespace dynamo
