#include "value/decimal.hpp"

#include "core/ascii.hpp"

#include <charconv>
#include <system_error>

namespace dynamo::detail {

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

}  // namespace dynamo::detail
