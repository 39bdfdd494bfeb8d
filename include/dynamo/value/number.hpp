// DynamoDB's number: 38 decimal digits, kept as text so that nothing is rounded.
#pragma once

#include <dynamo/core/result.hpp>

#include <charconv>
#include <cmath>
#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

namespace dynamo {
namespace detail {

template <class T>
concept integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                  !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

/// Why a text is not a number of DynamoDB's, as the end of a sentence; null if it is one.
[[nodiscard]] const char* number_fault(std::string_view text);

/// Rewrites a valid number that is an integer as plain digits: "3E2", "300.0" -> "300". Empty if
/// it has a fraction or more than 39 digits.
[[nodiscard]] std::string plain_integer(std::string_view text);

/// The integer in `text`. False if it is not one or does not fit.
template <integer T>
bool to_integer(std::string_view text, T& out) {
  const char* const end = text.data() + text.size();
  auto [last, failure] = std::from_chars(text.data(), end, out);
  if (failure == std::errc{} && last == end) [[likely]]
    return true;
  const std::string plain = plain_integer(text);
  if (plain.empty()) return false;
  const char* const plain_end = plain.data() + plain.size();
  auto [plain_last, plain_failure] = std::from_chars(plain.data(), plain_end, out);
  return plain_failure == std::errc{} && plain_last == plain_end;
}

/// The nearest floating-point value. False if `text` is not a number or is out of range.
template <std::floating_point T>
bool to_floating(std::string_view text, T& out) {
  const char* const end = text.data() + text.size();
  const auto [last, failure] = std::from_chars(text.data(), end, out);
  // from_chars reads "inf" and "nan" too, and no plus sign.
  if (failure == std::errc{} && last == end) [[likely]]
    return std::isfinite(out);
  if (text.size() < 2 || text[0] != '+' || text[1] == '-' || text[1] == '+') return false;
  return to_floating(text.substr(1), out);
}

/// Equal for equal numbers, however they are written.
[[nodiscard]] std::size_t number_hash(std::string_view text);

}  // namespace detail

/// A number with up to 38 significant digits and a magnitude from 1E-130 to 9.99...E+125, or zero
/// (DynamoDB developer guide, data types). Keeps the digits as they were written; comparison is
/// numeric, so 1.50 equals 1.5. A value type.
class number {
 public:
  number() : text_("0") {}
  /// Throws errc::invalid_argument if `text` is not such a number.
  explicit number(std::string_view text);
  template <detail::integer T>
  // NOLINTNEXTLINE(google-explicit-constructor): every integer is a number, exactly
  number(T value) : text_(std::to_string(value)) {}
  /// The shortest digits that give `value` back. Throws errc::invalid_argument if it is infinite,
  /// not a number, or out of DynamoDB's range.
  template <std::floating_point T>
  // NOLINTNEXTLINE(google-explicit-constructor): the digits give the same value back
  number(T value) : number(from_floating(static_cast<double>(value), sizeof(T) == sizeof(float))) {}

  [[nodiscard]] static result<number> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// Throws errc::invalid_value if the number is not an integer or does not fit.
  template <detail::integer T>
  [[nodiscard]] T to() const {
    T value{};
    if (!detail::to_integer(text_, value)) does_not_fit();
    return value;
  }
  /// The nearest value; throws errc::invalid_value if it is out of range.
  template <std::floating_point T>
  [[nodiscard]] T to() const {
    T value{};
    if (!detail::to_floating(text_, value)) does_not_fit();
    return value;
  }

  friend bool operator==(const number& a, const number& b);
  /// Numeric order. Weak, because equal numbers may differ in their text.
  friend std::weak_ordering operator<=>(const number& a, const number& b);

 private:
  static number from_floating(double value, bool single_precision);
  [[noreturn]] static void does_not_fit();

  std::string text_;
};

}  // namespace dynamo

template <>
struct std::hash<dynamo::number> {
  std::size_t operator()(const dynamo::number& value) const {
    return dynamo::detail::number_hash(value.text());
  }
};
