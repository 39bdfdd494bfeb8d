// Whether an object owns its contents, or refers to memory that ends before it: the page that it
// was decoded from.
#pragma once

#include <dynamo/value/mapped.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace dynamo::detail {

enum class ownership : std::uint8_t {
  owns,     ///< refers to nothing of others
  views,    ///< refers to others' memory
  unknown,  ///< a class whose contents are not known
};

/// True for types that are nothing but a reference to others' memory.
template <class T>
inline constexpr bool is_view = false;
template <class Char, class Traits>
inline constexpr bool is_view<std::basic_string_view<Char, Traits>> = true;
template <class T, std::size_t Size>
inline constexpr bool is_view<std::span<T, Size>> = true;

/// Of the ownership of parts, that of the whole.
constexpr ownership together(ownership a, ownership b) {
  if (a == ownership::views || b == ownership::views) return ownership::views;
  return a == ownership::unknown ? a : b;
}

template <class T, class... Around>
consteval ownership ownership_of();

/// The types that an object of a type with a fixed layout consists of.
template <class... Part>
struct part_list {
  template <class... Around>
  static consteval ownership of() {
    ownership whole = ownership::owns;
    ((whole = together(whole, ownership_of<Part, Around...>())), ...);
    return whole;
  }
};
template <class T>
struct parts_of {
  using type = void;
};
template <class First, class Second>
struct parts_of<std::pair<First, Second>> {
  using type = part_list<First, Second>;
};
template <class... Part>
struct parts_of<std::tuple<Part...>> {
  using type = part_list<Part...>;
};
template <class... Part>
struct parts_of<std::variant<Part...>> {
  using type = part_list<Part...>;
};
template <class T>
struct parts_of<std::optional<T>> {
  using type = part_list<T>;
};
template <class T, std::size_t Size>
struct parts_of<std::array<T, Size>> {
  using type = part_list<T>;
};
template <class T, class Deleter>
struct parts_of<std::unique_ptr<T, Deleter>> {
  using type = part_list<T>;
};
template <class T>
struct parts_of<std::shared_ptr<T>> {
  using type = part_list<T>;
};

template <class Fields>
struct member_parts;
template <class... Field>
struct member_parts<std::tuple<Field...>> {
  using type = part_list<typename Field::member_type...>;
};

/// What a conversion makes: as it says itself, or as its types tell. A value that is made from a
/// bool or a number of C++ has nothing to refer to.
template <class T>
consteval ownership ownership_by_conversion(ownership by_type) {
  if constexpr (requires { conversion<T>::views; }) {
    return conversion<T>::views ? ownership::views : ownership::owns;
  } else if constexpr (std::is_arithmetic_v<std::remove_cvref_t<
                           decltype(conversion<T>::to_attribute(std::declval<T>()))>>) {
    return by_type == ownership::views ? by_type : ownership::owns;
  } else {
    return by_type;
  }
}

/// Whatever comparator, hash or allocator a container has. `Around` are the types that are being
/// looked at already: a type within itself tells nothing new.
template <class T, class... Around>
consteval ownership ownership_by_type() {
  if constexpr (is_view<T>) {
    return ownership::views;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return ownership::owns;
  } else if constexpr (mapped<T>) {
    using fields = std::remove_cvref_t<decltype(mapping<T>.fields)>;
    return member_parts<fields>::type::template of<T, Around...>();
  } else if constexpr (!std::is_void_v<typename parts_of<T>::type>) {
    return parts_of<T>::type::template of<T, Around...>();
  } else if constexpr (requires { typename T::value_type; }) {
    constexpr ownership element = ownership_of<typename T::value_type, T, Around...>();
    // A container copies its elements with itself; what is copied as bytes may be a view.
    return std::is_trivially_copyable_v<T> ? together(element, ownership::unknown) : element;
  } else if constexpr (requires { typename T::rep; }) {
    return ownership_of<typename T::rep, T, Around...>();  // durations and points of time
  } else {
    return ownership::unknown;
  }
}

template <class T, class... Around>
consteval ownership ownership_of() {
  using type = std::remove_cvref_t<T>;
  if constexpr ((std::is_same_v<type, Around> || ...)) {
    return ownership::owns;
  } else if constexpr (std::is_void_v<type>) {
    return ownership::unknown;
  } else if constexpr (convertible<type>) {
    return ownership_by_conversion<type>(ownership_by_type<type, Around...>());
  } else {
    return ownership_by_type<type, Around...>();
  }
}

/// True if a `T` is known to refer into the page that it was decoded from. It may not be kept.
template <class T>
inline constexpr bool holds_views = ownership_of<T>() == ownership::views;

}  // namespace dynamo::detail
