#include "value/decimal.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace dynamo::detail {
namespace {

constexpr long min_exponent = -130;
constexpr long max_exponent = 125;
// Two numbers whose digits span more than this have a sum of more than 38 digits.
constexpr long max_span = decimal::max_digits + 2;

// A number without exponent, sign of plus or leading zeros that mean nothing.
struct plain_number {
  bool negative = false;
  std::string_view digits;  // with the point
  std::size_t whole = 0;    // digits before the point
};

bool is_plain(std::string_view text, plain_number& out) {
  out.negative = text.starts_with('-');
  if (out.negative) text.remove_prefix(1);
  out.digits = text;
  std::size_t i = 0;
  while (i < text.size() && ascii::is_digit(text[i])) ++i;
  out.whole = i;
  if (i == 0 || (i > 1 && text[0] == '0')) return false;
  if (i == text.size()) return !(out.negative && text == "0");
  if (text[i] != '.') return false;
  const std::size_t fraction = ++i;
  while (i < text.size() && ascii::is_digit(text[i])) ++i;
  // Behind it no zeros either: the shorter one of two that begin alike is then the smaller one.
  return i == text.size() && i != fraction && text.back() != '0';
}

int sign(int order) {
  return (order > 0) - (order < 0);
}

}  // namespace

void decimal::push(char digit) noexcept {
  if (size_ == capacity) {
    too_long_ = true;
  } else {
    digits_[size_++] = digit;
  }
}

bool decimal::parse(std::string_view text, decimal& out) {
  out = {};
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) out.negative_ = text[i++] == '-';
  bool any = false;
  bool fraction = false;
  std::size_t zeros = 0;  // that mean something only if another digit follows
  for (; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (fraction) return false;
      fraction = true;
      continue;
    }
    if (!ascii::is_digit(text[i])) break;
    any = true;
    if (text[i] == '0' && out.size_ == 0) {
      if (fraction) --out.point_;
      continue;
    }
    if (!fraction) ++out.point_;
    if (text[i] == '0') {
      ++zeros;
      continue;
    }
    for (; zeros != 0 && !out.too_long_; --zeros) out.push('0');
    out.push(text[i]);
  }
  if (!any) return false;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return false;
    ++i;
    if (i < text.size() && text[i] == '+') {
      ++i;
      if (i < text.size() && text[i] == '-') return false;
    }
    const auto exponent = ascii::number_in<int>(text.substr(i));
    if (!exponent) return false;
    out.point_ += *exponent;
  }
  if (out.size_ == 0) out = {};
  return true;
}

decimal::fault decimal::limits() const noexcept {
  if (is_zero()) return fault::none;
  if (size_ > max_digits || too_long_) return fault::digits;
  if (point_ - 1 > max_exponent) return fault::overflow;
  if (point_ - 1 < min_exponent) return fault::underflow;
  return fault::none;
}

std::string decimal::plain_text() const {
  if (is_zero()) return "0";
  const auto size = static_cast<long>(size_);
  std::string out;
  if (negative_) out += '-';
  if (point_ <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-point_), '0');
    out += digits();
  } else if (point_ >= size) {
    out += digits();
    out.append(static_cast<std::size_t>(point_ - size), '0');
  } else {
    out += digits().substr(0, static_cast<std::size_t>(point_));
    out += '.';
    out += digits().substr(static_cast<std::size_t>(point_));
  }
  return out;
}

decimal decimal::operator-() const noexcept {
  decimal out = *this;
  if (!is_zero()) out.negative_ = !negative_;
  return out;
}

int compare(const decimal& a, const decimal& b) noexcept {
  const int sign_a = a.is_zero() ? 0 : (a.negative_ ? -1 : 1);
  const int sign_b = b.is_zero() ? 0 : (b.negative_ ? -1 : 1);
  if (sign_a != sign_b) return sign_a - sign_b;
  if (a.point_ != b.point_) return a.point_ < b.point_ ? -sign_a : sign_a;
  // Digits of 0.d1d2...: text order is numeric order.
  return sign_a * sign(a.digits().compare(b.digits()));
}

decimal operator+(const decimal& a, const decimal& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  const auto end = [](const decimal& of) { return of.point_ - static_cast<long>(of.size_); };
  const long high = std::max(a.point_, b.point_);
  const long low = std::min(end(a), end(b));
  decimal sum;
  if (high - low > max_span) {
    sum.digits_[0] = '1';
    sum.size_ = 1;
    sum.too_long_ = true;
    return sum;
  }
  // One digit each, with room for a carry at the front; the larger one minus the smaller one, so
  // that none is left to borrow from.
  constexpr std::size_t width = static_cast<std::size_t>(max_span) + 1;
  std::array<int, width> column{};
  const bool differ = a.negative_ != b.negative_;
  decimal size_a = a;
  decimal size_b = b;
  size_a.negative_ = size_b.negative_ = false;
  const bool a_larger = compare(size_a, size_b) >= 0;
  const auto enter = [&](const decimal& of, int factor) {
    auto at = static_cast<std::size_t>(high - of.point_) + 1;
    for (const char digit : of.digits()) column[at++] += factor * (digit - '0');
  };
  enter(a, differ && !a_larger ? -1 : 1);
  enter(b, differ && a_larger ? -1 : 1);
  for (std::size_t i = width - 1; i > 0; --i) {
    if (column[i] < 0) {
      column[i] += 10;
      --column[i - 1];
    } else if (column[i] > 9) {
      column[i] -= 10;
      ++column[i - 1];
    }
  }
  std::size_t begin = 0;
  std::size_t behind = width;
  while (begin < behind && column[begin] == 0) ++begin;
  while (behind > begin && column[behind - 1] == 0) --behind;
  if (begin == behind) return sum;
  for (std::size_t i = begin; i < behind; ++i) sum.push(static_cast<char>('0' + column[i]));
  sum.point_ = high + 1 - static_cast<long>(begin);
  sum.negative_ = a_larger ? a.negative_ : b.negative_;
  return sum;
}

int compare_numbers(std::string_view a, std::string_view b) {
  plain_number x;
  plain_number y;
  if (is_plain(a, x) && is_plain(b, y)) [[likely]] {
    if (x.negative != y.negative) return x.negative ? -1 : 1;
    const int order =
        x.whole != y.whole ? (x.whole < y.whole ? -1 : 1) : sign(x.digits.compare(y.digits));
    return x.negative ? -order : order;
  }
  decimal p;
  decimal q;
  decimal::parse(a, p);
  decimal::parse(b, q);
  return compare(p, q);
}

std::string canonical_number(std::string_view text) {
  plain_number plain;
  if (is_plain(text, plain)) [[likely]] {
    return std::string(text);
  }
  decimal parsed;
  decimal::parse(text, parsed);
  return parsed.plain_text();
}

void append_canonical_number(std::string& out, std::string_view text) {
  plain_number plain;
  if (is_plain(text, plain)) [[likely]] {
    out += text;
  } else {
    out += canonical_number(text);
  }
}

}  // namespace dynamo::detail
