// Emits any number of events from the result of a user's function.
#pragma once

#include <dynamo/flow/step.hpp>
#include <dynamo/scan/page_reader.hpp>

#include <cstdint>
#include <optional>
#include <ranges>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dynamo::flow::detail {

/// True if an event may be stored after it was passed on.
template <class T>
inline constexpr bool storable = !dynamo::detail::holds_views<T>;

/// Whether returned text is one event or a range of characters.
enum class text : std::uint8_t { is_an_event, is_a_range };

template <class R>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Returned values that are not themselves an event.
template <class R>
concept emits_many =
    !std::is_void_v<R> && (std::ranges::input_range<R> || is_optional<std::remove_cvref_t<R>>);

template <class R, text Text>
inline constexpr bool is_one_event =
    !emits_many<R> || (Text == text::is_an_event &&
                       std::is_convertible_v<const std::remove_cvref_t<R>&, std::string_view>);

/// The elements of a container that was moved into the flow belong to it; the elements that a view
/// or a reference refers to do not.
template <class R>
inline constexpr bool gives_elements_away =
    !std::is_lvalue_reference_v<R> && !std::ranges::view<std::remove_cvref_t<R>>;

/// The elements of a map cannot be moved from, since their keys are const: they are extracted
/// instead.
template <class R>
concept map_to_empty = gives_elements_away<R> && requires(std::remove_cvref_t<R>& map) {
  typename std::remove_cvref_t<R>::mapped_type;
  map.extract(map.begin()).mapped();
};

template <class R, text Text>
struct emitted_by;
template <class R, text Text>
  requires is_one_event<R, Text>
struct emitted_by<R, Text> : std::type_identity<travelling<R>> {};
template <class R, text Text>
  requires(!is_one_event<R, Text> && is_optional<std::remove_cvref_t<R>>)
struct emitted_by<R, Text> : std::type_identity<travelling<decltype(*std::declval<R>())>> {};
template <class R, text Text>
  requires(!is_one_event<R, Text> && std::ranges::input_range<R> && map_to_empty<R>)
struct emitted_by<R, Text>
    : std::type_identity<std::pair<typename std::remove_cvref_t<R>::key_type,
                                   typename std::remove_cvref_t<R>::mapped_type>&&> {};
template <class R, text Text>
  requires(!is_one_event<R, Text> && std::ranges::input_range<R> && !map_to_empty<R>)
struct emitted_by<R, Text> {
  using reference = std::ranges::range_reference_t<R>;
  using type = std::conditional_t<gives_elements_away<R> && std::is_lvalue_reference_v<reference> &&
                                      !std::is_const_v<std::remove_reference_t<reference>>,
                                  std::remove_reference_t<reference>&&, travelling<reference>>;
};

/// The type in which the events of a returned value are passed on.
template <class R, text Text>
using emitted = typename emitted_by<R, Text>::type;

/// Pushes the events of a value that a user's function returned. Only errors of the range's own
/// operations belong to the step; those of the following steps do not.
template <text Text, class R, class Down>
void emit(step_place at, R&& returned, Down& down) {
  using out = emitted<R, Text>;
  if constexpr (is_one_event<R, Text>) {
    down.push(static_cast<out>(returned));
  } else if constexpr (is_optional<std::remove_cvref_t<R>>) {
    if (returned) down.push(static_cast<out>(*returned));
  } else if constexpr (map_to_empty<R>) {
    while (!returned.empty()) {
      auto taken = call(at, [&] { return returned.extract(returned.begin()); });
      down.push(std::remove_reference_t<out>(std::move(taken.key()), std::move(taken.mapped())));
    }
  } else {
    auto each = call(at, [&] { return std::ranges::begin(returned); });
    const auto end = call(at, [&] { return std::ranges::end(returned); });
    while (call(at, [&] { return each != end; })) {
      down.push(static_cast<out>(call(at, [&]() -> decltype(auto) { return *each; })));
      call(at, [&] { ++each; });
    }
  }
}

}  // namespace dynamo::flow::detail
