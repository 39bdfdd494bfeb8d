// The steps of a flow: their places, calls of users' functions, and the errors of failures.
#pragma once

#include <dynamo/core/error.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dynamo::flow {

namespace detail {

/// A step's name and place in its flow; the source is 0.
struct step_place {
  const char* operation = "";
  unsigned number = 0;
};

}  // namespace detail

/// The error of a flow that failed. Names the step, and nests the exception that it threw
/// (`std::rethrow_if_nested`). Its details are those of a nested `dynamo::exception`; otherwise its
/// kind is callback or out_of_memory.
class step_failure : public exception, public std::nested_exception {
 public:
  /// Construct it while an exception is being handled; it nests that exception.
  explicit step_failure(detail::step_place at);

  /// Returns the name of the operation that failed: "map", "source", ...
  [[nodiscard]] std::string_view operation() const noexcept { return place_.operation; }
  /// Returns the step's place in the flow; the source is 0. After a merge, the longest path counts.
  [[nodiscard]] unsigned step() const noexcept { return place_.number; }

 private:
  detail::step_place place_;
};

namespace detail {

/// Leaves a stage's loops because its flow has ended for another reason. Not an error itself.
struct flow_ended {};

/// In a handler: rethrows the current exception with its origin, unless it has one already.
[[noreturn]] void rethrow_from(step_place at);

/// Calls a user's function. Nothing of a later step may run in it, or the origin would be wrong.
template <class F, class... Args>
decltype(auto) call(step_place at, F&& f, Args&&... args) {
  try {
    return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
  } catch (...) {
    rethrow_from(at);
  }
}

// Elements are passed between steps as `T&&` if they may be moved from, else as `const T&`.

/// The type in which the result of a function is passed on.
template <class R>
using travelling =
    std::conditional_t<std::is_lvalue_reference_v<R> || std::is_const_v<std::remove_reference_t<R>>,
                       const std::remove_cvref_t<R>&, std::remove_reference_t<R>&&>;

/// A function that may move from an element: called with the element's passing type, or with an
/// lvalue.
template <class F, class In>
concept takes =
    std::invocable<const F&, In> || std::invocable<const F&, std::remove_reference_t<In>&>;

template <class In, class F>
  requires takes<F, In>
decltype(auto) give(step_place at, const F& f, std::remove_reference_t<In>& element) {
  if constexpr (std::invocable<const F&, In>) {
    return call(at, f, static_cast<In>(element));
  } else {
    return call(at, f, element);
  }
}

template <class F, class In>
using given = decltype(give<In>(step_place{}, std::declval<const F&>(),
                                std::declval<std::remove_reference_t<In>&>()));

/// A function that reads an element, which is passed on afterwards.
template <class F, class In>
concept looks_at = std::invocable<const F&, const std::remove_cvref_t<In>&> ||
                   std::invocable<const F&, std::remove_reference_t<In>&>;

template <class In, class F>
  requires looks_at<F, In>
decltype(auto) show(step_place at, const F& f, std::remove_reference_t<In>& element) {
  if constexpr (std::invocable<const F&, const std::remove_cvref_t<In>&>) {
    return call(at, f, std::as_const(element));
  } else {
    return call(at, f, element);
  }
}

template <class F, class In>
using shown = decltype(show<In>(step_place{}, std::declval<const F&>(),
                                std::declval<std::remove_reference_t<In>&>()));

}  // namespace detail
}  // namespace dynamo::flow
