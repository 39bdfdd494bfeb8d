#include "core/ascii.hpp"
#include "value/decimal.hpp"

#include <dynamo/value/number.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace dynamo {
namespace {

using detail::decimal;

constexpr std::size_t max_characters = 1000;  // far beyond every way to write a valid number

}  // namespace

namespace detail {

const char* number_fault(std::string_view text) {
  // Most numbers are short plain integers, of which nothing can be wrong.
  if (!text.empty() && text.size() <= decimal::max_digits &&
      std::all_of(text.begin(), text.end(), ascii::is_digit)) [[likely]] {
    return nullptr;
  }
  decimal parsed;
  if (text.size() > max_characters) return "is longer than 1000 characters";
  if (!decimal::parse(text, parsed)) return "is not a decimal number";
  switch (parsed.limits()) {
    case decimal::fault::none:
      return nullptr;
    case decimal::fault::digits:
      return "has more than 38 significant digits";
    case decimal::fault::overflow:
      return "is beyond 9.99E+125";
    case decimal::fault::underflow:
      return "is closer to zero than 1E-130";
  }
  return nullptr;
}

std::size_t number_hash(std::string_view text) {
  decimal parsed;
  if (!decimal::parse(text, parsed)) return 0;
  const std::size_t rest =
      static_cast<std::size_t>(parsed.point()) * 2 + (parsed.is_negative() ? 1 : 0);
  return std::hash<std::string_view>{}(parsed.digits()) * 31 + rest;
}

std::string plain_integer(std::string_view text) {
  decimal parsed;
  if (!decimal::parse(text, parsed)) return {};
  const auto size = static_cast<long>(parsed.digits().size());
  const bool whole = parsed.is_zero() || (parsed.point() >= size && !parsed.too_long());
  if (!whole || parsed.point() > static_cast<long>(decimal::max_digits) + 1) return {};
  return parsed.plain_text();
}

}  // namespace detail

number::number(std::string_view text) : number(parse(text).value()) {}

result<number> number::parse(std::string_view text) {
  if (const char* fault = detail::number_fault(text)) {
    return error{.kind = errc::invalid_argument,
                 .message = fmt::format("a number of {} characters {}", text.size(), fault)};
  }
  number parsed;
  parsed.text_ = text;
  return parsed;
}

number number::from_floating(double value, bool single_precision) {
  if (!std::isfinite(value)) {
    throw exception({.kind = errc::invalid_argument,
                     .message = "an infinite or undefined floating-point value is not a number "
                                "that DynamoDB can store"});
  }
  std::array<char, 32> digits;
  const auto end =
      single_precision
          ? std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<float>(value))
          : std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return number(std::string_view(digits.data(), end.ptr));
}

void number::does_not_fit() {
  throw exception({.kind = errc::invalid_value,
                   .message = "the number does not fit the type it was asked for"});
}

bool operator==(const number& a, const number& b) {
  return a.text_ == b.text_ || detail::compare_numbers(a.text_, b.text_) == 0;
}

std::weak_ordering operator<=>(const number& a, const number& b) {
  return detail::compare_numbers(a.text_, b.text_) <=> 0;
}

}  // namespace dynamo
