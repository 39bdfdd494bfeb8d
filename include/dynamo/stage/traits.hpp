// Deduces the kind of a user's stage from its functions, and reports mistakes.
#pragma once

#include <dynamo/stage/delivery.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

namespace dynamo::stage::detail {

template <class... Args>
struct arguments {};

template <class F>
struct signature {
  static constexpr bool known = false;
};
template <class C, class R, class... A>
struct signature<R (C::*)(A...)> {
  static constexpr bool known = true;
  using args = arguments<A...>;
};
template <class C, class R, class... A>
struct signature<R (C::*)(A...) const> : signature<R (C::*)(A...)> {};
template <class C, class R, class... A>
struct signature<R (C::*)(A...) noexcept> : signature<R (C::*)(A...)> {};
template <class C, class R, class... A>
struct signature<R (C::*)(A...) const noexcept> : signature<R (C::*)(A...)> {};

// The accepted signatures of functions.
template <class Args>
struct events_shape {
  static constexpr bool valid = false;
};
template <class T>
struct events_shape<arguments<std::span<T>>> {
  static constexpr bool valid = true;
  static constexpr bool changes = !std::is_const_v<T>;
  static constexpr bool with_delivery = false;
  using in = std::remove_const_t<T>;
  using out = none;
};
template <class T>
struct events_shape<arguments<std::span<T>, delivery&>> : events_shape<arguments<std::span<T>>> {
  static constexpr bool with_delivery = true;
};
template <class T, class U>
struct events_shape<arguments<std::span<T>, emit<U>>> : events_shape<arguments<std::span<T>>> {
  using out = U;
};
template <class T, class U>
struct events_shape<arguments<std::span<T>, emit<U>, delivery&>>
    : events_shape<arguments<std::span<T>, emit<U>>> {
  static constexpr bool with_delivery = true;
};
template <class Args>
struct demand_shape {
  static constexpr bool valid = false;
};
template <class U>
struct demand_shape<arguments<std::size_t, emit<U>>> {
  static constexpr bool valid = true;
  static constexpr bool changes = false;
  static constexpr bool with_delivery = false;
  using in = none;
  using out = U;
};

template <class S>
concept names_events = requires { &S::on_events; };
template <class S>
concept names_demand = requires { &S::on_demand; };

// For a type that is not a stage, so that the compiler prints a single message.
struct no_shape {
  static constexpr bool valid = false;
  static constexpr bool changes = false;
  static constexpr bool with_delivery = false;
  using in = none;
  using out = none;
};

template <class S>
constexpr auto shape_of() {
  if constexpr (names_events<S> && !names_demand<S>) {
    if constexpr (signature<decltype(&S::on_events)>::known) {
      using shape = events_shape<typename signature<decltype(&S::on_events)>::args>;
      if constexpr (shape::valid)
        return shape{};
      else
        return no_shape{};
    } else {
      return no_shape{};
    }
  } else if constexpr (names_demand<S> && !names_events<S>) {
    if constexpr (signature<decltype(&S::on_demand)>::known) {
      using shape = demand_shape<typename signature<decltype(&S::on_demand)>::args>;
      if constexpr (shape::valid)
        return shape{};
      else
        return no_shape{};
    } else {
      return no_shape{};
    }
  } else {
    return no_shape{};
  }
}

template <class S>
struct stage_traits : decltype(shape_of<S>()) {
  using base = decltype(shape_of<S>());
  static constexpr bool consumes = !std::same_as<typename base::in, none>;
  static constexpr bool produces = !std::same_as<typename base::out, none>;
};

template <class F>
concept stage_factory = std::invocable<F&> && std::is_class_v<std::invoke_result_t<F&>>;

template <class F>
constexpr auto traits_of_factory() {
  if constexpr (stage_factory<F>)
    return stage_traits<std::invoke_result_t<F&>>{};
  else
    return stage_traits<no_shape>{};
}
/// The traits of the stage that a factory makes.
template <class F>
using made_by = decltype(traits_of_factory<F>());

/// Factories that read from one source cannot have copies.
template <class F>
concept single = requires { requires F::single_copy; };

}  // namespace dynamo::stage::detail
