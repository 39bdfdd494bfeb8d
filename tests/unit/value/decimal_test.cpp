#include "value/decimal.hpp"

#include <dynamo/value/number.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace value_decimal_test {

__extension__ using wide = __int128;

using dynamo::detail::canonical_number;
using dynamo::detail::compare_numbers;
using dynamo::detail::decimal;

decimal parsed(std::string_view text) {
  decimal out;
  EXPECT_TRUE(decimal::parse(text, out)) << text;
  return out;
}

std::string sum(std::string_view a, std::string_view b) {
  const decimal result = parsed(a) + parsed(b);
  EXPECT_EQ(result.limits(), decimal::fault::none) << a << " + " << b;
  return result.plain_text();
}

decimal::fault fault_of_sum(std::string_view a, std::string_view b) {
  return (parsed(a) + parsed(b)).limits();
}

TEST(decimal, is_spelt_in_one_way) {
  const std::pair<std::string_view, std::string> spellings[] = {
      {"1.50", "1.5"},
      {"1E3", "1000"},
      {"0.000", "0"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"+5", "5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"00012.3400", "12.34"},
      {"-007", "-7"},
      {"1e20", "100000000000000000000"},
      {"1.5E-7", "0.00000015"},
      {"12E-10", "0.0000000012"},
      {"0e1000", "0"},
      {"-12.5", "-12.5"},
      {"100", "100"},
      {"10.0", "10"},
      {"12345678901234567890123456789012345678.00", "12345678901234567890123456789012345678"},
      {"1E125", "1" + std::string(125, '0')},
      {"1E-130", "0." + std::string(129, '0') + "1"},
      {"-1E-130", "-0." + std::string(129, '0') + "1"},
      {"9.9999999999999999999999999999999999999E125", std::string(38, '9') + std::string(88, '0')},
  };
  for (const auto& [text, spelt] : spellings) {
    EXPECT_EQ(canonical_number(text), spelt) << text;
    EXPECT_EQ(canonical_number(spelt), spelt);
    std::string appended = "x";
    dynamo::detail::append_canonical_number(appended, text);
    EXPECT_EQ(appended, "x" + spelt);
  }
}

TEST(decimal, what_is_no_number_is_refused) {
  for (const std::string_view text :
       {"", "-", "+", ".", "e5", "1e", "1e+", "1e+-5", "1.2.3", " 1", "1 ", "0x1", "NaN",
        "Infinity", "1_000", "--1", "1e5.0", "1e99999999999"}) {
    decimal out;
    EXPECT_FALSE(decimal::parse(text, out)) << text;
  }
}

TEST(decimal, limits) {
  const std::string nines(38, '9');
  EXPECT_EQ(parsed("9." + nines.substr(1) + "E125").limits(), decimal::fault::none);
  EXPECT_EQ(parsed("1E126").limits(), decimal::fault::overflow);
  EXPECT_EQ(parsed("1E-130").limits(), decimal::fault::none);
  EXPECT_EQ(parsed("0.9E-130").limits(), decimal::fault::underflow);
  EXPECT_EQ(parsed(nines + "9").limits(), decimal::fault::digits);
  EXPECT_EQ(parsed(nines + "000").limits(), decimal::fault::none);
  EXPECT_EQ(parsed("0").limits(), decimal::fault::none);
  const decimal long_one = parsed("1" + std::string(60, '0') + "1");
  EXPECT_EQ(long_one.limits(), decimal::fault::digits);
  EXPECT_TRUE(long_one.too_long());
}

TEST(decimal, sums_are_exact) {
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("-5", "5"), "0");
  EXPECT_EQ(sum("0", "-3"), "-3");
  EXPECT_EQ(sum("7", "0.00"), "7");
  EXPECT_EQ(sum("999", "1"), "1000");
  EXPECT_EQ(sum("1000", "-999.999"), "0.001");
  EXPECT_EQ(sum("-1000", "999.999"), "-0.001");
  EXPECT_EQ(sum("-1.5", "-2.5"), "-4");
  EXPECT_EQ(sum("1", "1E-37"), "1.0000000000000000000000000000000000001");
  EXPECT_EQ(sum("10000000000000000000000", "-1"), "9999999999999999999999");
  EXPECT_EQ(sum("1E38", "-1"), std::string(38, '9'));
  EXPECT_EQ(sum("-1E38", "1"), "-" + std::string(38, '9'));
  EXPECT_EQ(sum("1E-130", "-1E-130"), "0");
  EXPECT_EQ(sum("1.5E-129", "-1.4E-129"), canonical_number("1E-130"));
  const std::string nines(38, '9');
  EXPECT_EQ(sum(nines, "1"), "1" + std::string(38, '0'));
  EXPECT_EQ(sum(nines, nines.substr(1) + "1"), "199999999999999999999999999999999999990");
}

TEST(decimal, sums_beyond_the_limits_are_reported) {
  const std::string nines(38, '9');
  EXPECT_EQ(fault_of_sum(nines, "0.1"), decimal::fault::digits);
  EXPECT_EQ(fault_of_sum(nines, nines), decimal::fault::digits);
  EXPECT_EQ(fault_of_sum("1", "1E-38"), decimal::fault::digits);
  EXPECT_EQ(fault_of_sum("1E50", "1"), decimal::fault::digits);
  EXPECT_EQ(fault_of_sum("1E125", "-1E-130"), decimal::fault::digits);
  EXPECT_EQ(fault_of_sum("9E125", "9E125"), decimal::fault::overflow);
  EXPECT_EQ(fault_of_sum("1.51E-129", "-1.5E-129"), decimal::fault::underflow);
}

TEST(decimal, difference_is_sum_of_the_opposite) {
  EXPECT_EQ((parsed("5") - parsed("7.5")).plain_text(), "-2.5");
  EXPECT_EQ((parsed("-5") - parsed("-5")).plain_text(), "0");
  EXPECT_FALSE((-parsed("0")).is_negative());
}

// Texts of integers, with a random place for the point, against arithmetic on 128 bits.
class random_numbers : public testing::Test {
 protected:
  wide mantissa() {
    wide value = 0;
    const auto digits = static_cast<int>(random_() % 30) + 1;
    for (int i = 0; i < digits; ++i) value = value * 10 + static_cast<int>(random_() % 10);
    if (random_() % 4 == 0) value = value / 1000 * 1000;
    return random_() % 2 == 0 ? value : -value;
  }
  static std::string text_of(wide value, int exponent) {
    const bool negative = value < 0;
    std::string digits;
    do {
      const auto digit = static_cast<int>(value % 10);
      digits.insert(digits.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
      value /= 10;
    } while (value != 0);
    return (negative ? "-" : "") + digits + "E" + std::to_string(exponent);
  }

  std::mt19937_64 random_{20120810};
};

TEST_F(random_numbers, add_subtract_and_compare_as_integers_do) {
  for (int i = 0; i < 5000; ++i) {
    const wide a = mantissa();
    const wide b = mantissa();
    const int exponent = static_cast<int>(random_() % 90) - 50;
    const std::string x = text_of(a, exponent);
    const std::string y = text_of(b, exponent);
    EXPECT_EQ((parsed(x) + parsed(y)).plain_text(), canonical_number(text_of(a + b, exponent)));
    EXPECT_EQ((parsed(x) - parsed(y)).plain_text(), canonical_number(text_of(a - b, exponent)));
    const int order = a < b ? -1 : (a > b ? 1 : 0);
    EXPECT_EQ(compare_numbers(x, y) <=> 0, order <=> 0) << x << ' ' << y;
    EXPECT_EQ(compare_numbers(canonical_number(x), canonical_number(y)) <=> 0, order <=> 0)
        << x << ' ' << y;
    EXPECT_EQ(compare_numbers(canonical_number(x), x), 0) << x;
  }
}

TEST_F(random_numbers, sums_of_any_exponents_undo_their_differences) {
  int exact = 0;
  for (int i = 0; i < 5000; ++i) {
    const decimal a = parsed(text_of(mantissa(), static_cast<int>(random_() % 60) - 30));
    const decimal b = parsed(text_of(mantissa(), static_cast<int>(random_() % 60) - 30));
    const decimal difference = a - b;
    if (difference.limits() != decimal::fault::none) continue;
    ++exact;
    EXPECT_EQ((difference + b).plain_text(), a.plain_text());
    EXPECT_EQ((-difference + a).plain_text(), b.plain_text());
    EXPECT_EQ(compare(a, b) <=> 0, compare(difference, decimal()) <=> 0);
  }
  EXPECT_GT(exact, 1000);
}

TEST(compare_numbers, by_value_however_they_are_spelt) {
  // In order; those of one row are equal.
  const std::vector<std::vector<std::string_view>> rows = {
      {"-9E125"},
      {"-1000", "-1E3", "-1000.0"},
      {"-12.5", "-12.50"},
      {"-12.45"},
      {"-1"},
      {"-0.5", "-.5", "-5E-1"},
      {"-1E-130"},
      {"0", "-0", "0.0", "0E5"},
      {"1E-130"},
      {"0.05", "0.050"},
      {"0.5"},
      {"1", "01", "+1", "1.0", "10E-1"},
      {"1.01"},
      {"1.1"},
      {"2"},
      {"9.99"},
      {"10"},
      {"99999999999999999999999999999999999999"},
      {"100000000000000000000000000000000000000", "1E38"},
      {"9E125"},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < rows.size(); ++k) {
      for (const std::string_view a : rows[i]) {
        for (const std::string_view b : rows[k]) {
          EXPECT_EQ(compare_numbers(a, b) <=> 0, i <=> k) << a << ' ' << b;
        }
      }
    }
  }
}

}  // namespace value_decimal_test
