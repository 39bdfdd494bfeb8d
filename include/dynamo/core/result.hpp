// A value or an error: what every `try_` function returns.
#pragma once

#include <dynamo/core/error.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace dynamo {

/// Holds either a `T` or an `error`. Not thread-safe, as any value type.
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;

  template <class U = T>
    requires(std::is_constructible_v<T, U> && !std::is_same_v<std::remove_cvref_t<U>, result> &&
             !std::is_same_v<std::remove_cvref_t<U>, dynamo::error>)
  // NOLINTNEXTLINE(google-explicit-constructor): a function returns its value as it is
  result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): a function returns its error as it is
  result(dynamo::error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value; throws `dynamo::exception` when there is an error instead.
  T& value() & {
    require();
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    require();
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    require();
    return std::move(*std::get_if<0>(&state_));
  }

  /// The value, unchecked: requires `has_value()`.
  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  /// The error, unchecked: requires `!has_value()`.
  dynamo::error& error() & noexcept { return *std::get_if<1>(&state_); }
  const dynamo::error& error() const& noexcept { return *std::get_if<1>(&state_); }
  dynamo::error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

 private:
  void require() const {
    if (const auto* failure = std::get_if<1>(&state_)) throw exception(*failure);
  }
  std::variant<T, dynamo::error> state_;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;

  result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a function returns its error as it is
  result(dynamo::error failure) : failure_(std::move(failure)) {}

  [[nodiscard]] bool has_value() const noexcept { return !failure_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// Throws `dynamo::exception` when there is an error.
  void value() const {
    if (failure_) throw exception(*failure_);
  }

  /// The error, unchecked: requires `!has_value()`.
  dynamo::error& error() & noexcept { return *failure_; }
  const dynamo::error& error() const& noexcept { return *failure_; }
  dynamo::error&& error() && noexcept { return std::move(*failure_); }

 private:
  std::optional<dynamo::error> failure_;
};

}  // namespace dynamo
