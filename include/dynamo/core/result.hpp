// Results: a value or an error, returned by every `try_` function.
#pragma once

#include <dynamo/core/error.hpp>

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace dynamo {

namespace detail {
[[noreturn]] void throw_failure(const error& failure);
[[noreturn]] void throw_no_error();
}  // namespace detail

/// Holds either a `T` or an `error`. Not thread-safe.
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

  /// Returns the value. Throws `dynamo::exception` with the error if there is none.
  T& value() & { return checked(*this); }
  const T& value() const& { return checked(*this); }
  T&& value() && { return std::move(checked(*this)); }

  /// Same as `value()`: checked in every build.
  T& operator*() & { return checked(*this); }
  const T& operator*() const& { return checked(*this); }
  T&& operator*() && { return std::move(checked(*this)); }
  T* operator->() { return &checked(*this); }
  const T* operator->() const { return &checked(*this); }

  /// The error. Throws `std::logic_error` if there is a value instead.
  dynamo::error& error() & { return checked_error(*this); }
  const dynamo::error& error() const& { return checked_error(*this); }
  dynamo::error&& error() && { return std::move(checked_error(*this)); }

 private:
  template <class Self>
  static auto& checked(Self& self) {
    if (auto* value = std::get_if<0>(&self.state_)) return *value;
    detail::throw_failure(*std::get_if<1>(&self.state_));
  }
  template <class Self>
  static auto& checked_error(Self& self) {
    if (auto* failure = std::get_if<1>(&self.state_)) return *failure;
    detail::throw_no_error();
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

  /// Throws `dynamo::exception` if there is an error.
  void value() const {
    if (failure_) detail::throw_failure(*failure_);
  }

  /// The error. Throws `std::logic_error` if there is none.
  dynamo::error& error() & {
    require_error();
    return *failure_;
  }
  const dynamo::error& error() const& {
    require_error();
    return *failure_;
  }
  dynamo::error&& error() && {
    require_error();
    return *std::move(failure_);
  }

 private:
  void require_error() const {
    if (!failure_) detail::throw_no_error();
  }
  std::optional<dynamo::error> failure_;
};

}  // namespace dynamo
