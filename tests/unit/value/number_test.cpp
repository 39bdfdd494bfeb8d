#include <dynamo/value/number.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_set>

namespace value_number_test {

using dynamo::errc;
using dynamo::number;
using testing::HasSubstr;

std::string fault_of(std::string_view text) {
  const auto parsed = number::parse(text);
  if (parsed) return {};
  EXPECT_EQ(parsed.error().kind, errc::invalid_argument) << text;
  return parsed.error().message;
}

template <class T>
errc kind_of_conversion(const number& value) {
  try {
    (void)value.to<T>();
  } catch (const dynamo::exception& thrown) {
    return thrown.kind();
  }
  ADD_FAILURE() << value.text() << " was converted";
  return errc::io;
}

class valid_number : public testing::TestWithParam<std::string> {};

TEST_P(valid_number, keeps_its_text) {
  const auto parsed = number::parse(GetParam());
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->text(), GetParam());
  EXPECT_EQ(*parsed, number(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    texts, valid_number,
    testing::Values("0", "-0", "0.000", "1", "-1", "+1", "5.", ".5", "1.50", "1e5", "1E+5", "1e-5",
                    "1E05", "1E-130", "-1E-130", "9.99E+125", "-9.99E+125", "0E-500", "0e500",
                    std::string(38, '9'), "-" + std::string(38, '9'),
                    "9." + std::string(37, '9') + "E+125", "0." + std::string(38, '9'),
                    std::string(60, '0') + std::string(38, '1'),  // leading zeros do not count
                    std::string(38, '1') + std::string(60, '0'),  // nor do trailing ones
                    "1." + std::string(60, '0'), "0." + std::string(129, '0') + "1",
                    "1" + std::string(125, '0'),  // 1E+125 as some servers write it
                    std::string(38, '7') + std::string(88, '0'),
                    "0." + std::string(92, '0') + std::string(38, '3'), "100000000000000000000E105",
                    "0.00001E-125"));

class invalid_number : public testing::TestWithParam<std::string> {};

TEST_P(invalid_number, is_not_a_decimal_number) {
  EXPECT_THAT(fault_of(GetParam()), HasSubstr("is not a decimal number"));
}

INSTANTIATE_TEST_SUITE_P(texts, invalid_number,
                         testing::Values("", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e-", "1e+-5",
                                         "1e-+5", "1e++5", "--1", "+-1", "1.2.3", "1e5.0", " 1",
                                         "1 ", "1a", "0x10", "inf", "nan", "Infinity", "1,5",
                                         "1e5e5", std::string("1\0", 2), "1e99999999999999999999"));

TEST(number, refuses_more_than38_significant_digits) {
  EXPECT_THAT(fault_of(std::string(39, '9')), HasSubstr("more than 38 significant digits"));
  EXPECT_THAT(fault_of("1" + std::string(37, '0') + "1"), HasSubstr("more than 38"));
  EXPECT_THAT(fault_of("0." + std::string(39, '1')), HasSubstr("more than 38"));
  EXPECT_EQ(fault_of(std::string(60, '1')),
            "a number of 60 characters has more than 38 significant digits");
}

TEST(number, refuses_magnitudes_out_of_range) {
  EXPECT_THAT(fault_of("1E126"), HasSubstr("beyond 9.99E+125"));
  EXPECT_THAT(fault_of("-1E126"), HasSubstr("beyond 9.99E+125"));
  EXPECT_THAT(fault_of("1" + std::string(126, '0')), HasSubstr("beyond 9.99E+125"));
  EXPECT_THAT(fault_of("9.9E-131"), HasSubstr("closer to zero than 1E-130"));
  EXPECT_THAT(fault_of("0." + std::string(130, '0') + "1"), HasSubstr("closer to zero"));
  EXPECT_THAT(fault_of("1E2000000000"), HasSubstr("beyond"));
  EXPECT_THAT(fault_of("1E-2000000000"), HasSubstr("closer to zero"));
}

TEST(number, refuses_absurd_lengths) {
  EXPECT_THAT(fault_of(std::string(1001, '0')), HasSubstr("longer than 1000 characters"));
}

TEST(number, constructor_throws_what_parse_returns) {
  try {
    const number made("ten");
    FAIL() << made.text();
  } catch (const dynamo::exception& thrown) {
    EXPECT_EQ(thrown.kind(), errc::invalid_argument);
    EXPECT_STREQ(thrown.what(), "a number of 3 characters is not a decimal number");
  }
}

TEST(number, compares_numerically) {
  EXPECT_EQ(number(), number(0));
  EXPECT_EQ(number("-0"), number("0.00"));
  EXPECT_EQ(number("1.50"), number("1.5"));
  EXPECT_EQ(number("3E2"), number("300"));
  EXPECT_EQ(number("0.003e5"), number("+300.000"));
  EXPECT_NE(number("1.5"), number("-1.5"));
  EXPECT_NE(number("1"), number("1.0000000000000000000000000000000000001"));
}

TEST(number, orders_numerically) {
  const char* const ascending[] = {"-9.99E125", "-10",    "-9.5",    "-9",   "-1E-130",
                                   "0",         "1E-130", "0.09",    "0.10", "2",
                                   "10",        "1.1E1",  "9.99E125"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t k = 0; k < std::size(ascending); ++k) {
      EXPECT_EQ(number(ascending[i]) < number(ascending[k]), i < k)
          << ascending[i] << ' ' << ascending[k];
      EXPECT_EQ(number(ascending[i]) >= number(ascending[k]), i >= k);
      EXPECT_EQ(number(ascending[i]) == number(ascending[k]), i == k);
    }
  }
}

TEST(number, equal_numbers_have_equal_hashes) {
  const std::unordered_set<number> set{number("1.50"), number("1.5"), number("15E-1"),
                                       number("-1.5"), number("0"),   number("-0"),
                                       number("0.0")};
  EXPECT_EQ(set.size(), 3U);
  EXPECT_TRUE(set.contains(number(".15e1")));
}

TEST(number, converts_to_integers_exactly) {
  EXPECT_EQ(number("3E2").to<int>(), 300);
  EXPECT_EQ(number("300.00").to<std::int16_t>(), 300);
  EXPECT_EQ(number("+7").to<unsigned>(), 7U);
  EXPECT_EQ(number("-0").to<unsigned>(), 0U);
  EXPECT_EQ(number("0E5").to<int>(), 0);
  EXPECT_EQ(number("255").to<std::uint8_t>(), 255);
  EXPECT_EQ(number("-128").to<std::int8_t>(), -128);
  EXPECT_EQ(number("18446744073709551615").to<std::uint64_t>(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(number("-9223372036854775808.0").to<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
}

TEST(number, refuses_integers_that_do_not_fit) {
  EXPECT_EQ(kind_of_conversion<std::uint8_t>(number(300)), errc::invalid_value);
  EXPECT_EQ(kind_of_conversion<std::uint8_t>(number("3E2")), errc::invalid_value);
  EXPECT_EQ(kind_of_conversion<std::int8_t>(number(128)), errc::invalid_value);
  EXPECT_EQ(kind_of_conversion<unsigned>(number(-1)), errc::invalid_value);
  EXPECT_EQ(kind_of_conversion<int>(number("1.5")), errc::invalid_value);
  EXPECT_EQ(kind_of_conversion<int>(number("1E-130")), errc::invalid_value);
  EXPECT_EQ(kind_of_conversion<std::int64_t>(number("9223372036854775808")), errc::invalid_value);
  EXPECT_EQ(kind_of_conversion<std::uint64_t>(number("9.99E+125")), errc::invalid_value);
}

TEST(number, converts_to_the_nearest_floating_point_value) {
  EXPECT_EQ(number("0.1").to<double>(), 0.1);
  EXPECT_EQ(number("+2.5").to<double>(), 2.5);
  EXPECT_EQ(number("5.").to<float>(), 5.0F);
  EXPECT_EQ(number("9.99E+125").to<double>(), 9.99E+125);
  EXPECT_EQ(number("1E-130").to<double>(), 1E-130);
  EXPECT_EQ(kind_of_conversion<float>(number("1E+39")), errc::invalid_value);
}

TEST(number, reads_no_floating_point_value_from_other_texts) {
  double value = 0;
  for (const std::string_view text : {"inf", "-inf", "nan", "infinity", "", "+", "-", "+-1", "++1",
                                      "1e400", "1 ", " 1", "0x1p3", "1.5x"}) {
    EXPECT_FALSE(dynamo::detail::to_floating(text, value)) << text;
  }
}

TEST(number, keeps_floating_point_values) {
  EXPECT_EQ(number(0.1).text(), "0.1");
  EXPECT_EQ(number(0.1F).text(), "0.1");
  EXPECT_EQ(number(-2.5).to<double>(), -2.5);
  EXPECT_EQ(number(1.0 / 3).to<double>(), 1.0 / 3);
  EXPECT_EQ(number(0.0), number(-0.0));
  EXPECT_THROW((void)number(std::numeric_limits<double>::infinity()), dynamo::exception);
  EXPECT_THROW((void)number(std::numeric_limits<float>::quiet_NaN()), dynamo::exception);
  EXPECT_THROW((void)number(1e300), dynamo::exception);
  EXPECT_THROW((void)number(std::numeric_limits<double>::denorm_min()), dynamo::exception);
}

TEST(number, keeps_integers) {
  EXPECT_EQ(number(std::numeric_limits<std::uint64_t>::max()).text(), "18446744073709551615");
  EXPECT_EQ(number(std::int8_t{-5}).text(), "-5");
}

}  // namespace value_number_test
