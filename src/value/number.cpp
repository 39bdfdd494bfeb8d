#include "core/ascii.hpp"

#include <dynamo/value/number.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace dynamo {
namespace {

constexpr int max_digits = 38;
constexpr int min_exponent = -130;
constexpr int max_exponent = 125;
constexpr std::size_t max_characters = 1000;  // far beyond every way to write a valid number

// 0.d1d2d3... x 10^point: digits without leading or trailing zeros, empty for zero.
struct decimal {
  bool negative = false;
  std::string digits;
  long point = 0;
};

bool parse_decimal(std::string_view text, decimal& out) {
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) out.negative = text[i++] == '-';
  bool any = false;
  bool fraction = false;
  for (; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (fraction) return false;
      fraction = true;
    } else if (ascii::is_digit(text[i])) {
      any = true;
      if (out.digits.empty() && text[i] == '0') {
        if (fraction) --out.point;
        continue;
      }
      out.digits += text[i];
      if (!fraction) ++out.point;
    } else {
      break;
    }
  }
  if (!any) return false;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return false;
    ++i;
    if (i < text.size() && text[i] == '+') {
      ++i;
      if (i < text.size() && text[i] == '-') return false;
    }
    int exponent = 0;
    const auto [last, failure] =
        std::from_chars(text.data() + i, text.data() + text.size(), exponent);
    if (failure != std::errc{} || last != text.data() + text.size()) return false;
    out.point += exponent;
  }
  while (!out.digits.empty() && out.digits.back() == '0') out.digits.pop_back();
  if (out.digits.empty()) {
    out.negative = false;
    out.point = 0;
  }
  return true;
}

// Negative, zero or positive, as a - b is.
int compare(const decimal& a, const decimal& b) {
  const int sign_a = a.digits.empty() ? 0 : (a.negative ? -1 : 1);
  const int sign_b = b.digits.empty() ? 0 : (b.negative ? -1 : 1);
  if (sign_a != sign_b) return sign_a - sign_b;
  if (a.point != b.point) return a.point < b.point ? -sign_a : sign_a;
  // Digits of 0.d1d2...: text order is numeric order.
  const int order = a.digits.compare(b.digits);
  return order < 0 ? -sign_a : (order > 0 ? sign_a : 0);
}

decimal decimal_of(const number& value) {
  decimal parsed;
  parse_decimal(value.text(), parsed);
  return parsed;
}

}  // namespace

namespace detail {

const char* number_fault(std::string_view text) {
  // Most numbers are short plain integers, of which nothing can be wrong.
  if (!text.empty() && text.size() <= max_digits &&
      std::all_of(text.begin(), text.end(), ascii::is_digit)) [[likely]] {
    return nullptr;
  }
  decimal parsed;
  if (text.size() > max_characters) return "is longer than 1000 characters";
  if (!parse_decimal(text, parsed)) return "is not a decimal number";
  if (parsed.digits.empty()) return nullptr;
  if (parsed.digits.size() > max_digits) return "has more than 38 significant digits";
  if (parsed.point - 1 > max_exponent) return "is beyond 9.99E+125";
  if (parsed.point - 1 < min_exponent) return "is closer to zero than 1E-130";
  return nullptr;
}

std::size_t number_hash(std::string_view text) {
  decimal parsed;
  if (!parse_decimal(text, parsed)) return 0;
  const std::size_t rest = static_cast<std::size_t>(parsed.point) * 2 + (parsed.negative ? 1 : 0);
  return std::hash<std::string>{}(parsed.digits) * 31 + rest;
}

std::string plain_integer(std::string_view text) {
  decimal parsed;
  if (!parse_decimal(text, parsed)) return {};
  if (parsed.digits.empty()) return "0";
  const auto size = static_cast<long>(parsed.digits.size());
  if (parsed.point < size || parsed.point > max_digits + 1) return {};
  parsed.digits.append(static_cast<std::size_t>(parsed.point - size), '0');
  if (parsed.negative) parsed.digits.insert(0, 1, '-');
  return parsed.digits;
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
  return a.text_ == b.text_ || compare(decimal_of(a), decimal_of(b)) == 0;
}

std::weak_ordering operator<=>(const number& a, const number& b) {
  return compare(decimal_of(a), decimal_of(b)) <=> 0;
}

}  // namespace dynamo
