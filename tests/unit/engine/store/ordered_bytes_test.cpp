#include "engine/store/ordered_bytes.hpp"

#include <dynamo/core/error.hpp>
#include <dynamo/value/number.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine::store {
namespace engine_store_ordered_bytes_test {

constexpr unsigned seed = 20260101;

std::string ordered(std::string_view text) {
  std::string out;
  append_ordered(out, text);
  return out;
}
std::string ordered_number(std::string_view number) {
  std::string out;
  append_ordered_number(out, number);
  return out;
}
int sign(int order) {
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

TEST(ordered_bytes, texts_compare_as_their_bytes_do) {
  std::mt19937 random(seed);
  // Few different bytes, so that many texts begin alike; those that could go wrong among them.
  const std::array<char, 6> alphabet = {'\x00', '\x01', '\x02', 'a', '\xFE', '\xFF'};
  const auto text = [&] {
    std::string out(random() % 5, ' ');
    for (char& c : out) c = alphabet[random() % alphabet.size()];
    return out;
  };
  for (int i = 0; i < 50'000; ++i) {
    const std::string a = text();
    const std::string b = text();
    ASSERT_EQ(sign(ordered(a).compare(ordered(b))), sign(a.compare(b)))
        << testing::PrintToString(a) << " and " << testing::PrintToString(b);
    ASSERT_TRUE(a == b || !ordered(a).starts_with(ordered(b)));
    std::string prefix;
    append_ordered_prefix(prefix, a);
    ASSERT_EQ(ordered(b).starts_with(prefix), b.starts_with(a))
        << testing::PrintToString(a) << " and " << testing::PrintToString(b);
    const std::string behind = prefix_end(prefix);
    ASSERT_EQ(ordered(b) >= prefix && (behind.empty() || ordered(b) < behind), b.starts_with(a));
  }
}

std::string random_number(std::mt19937& random) {
  const auto digits = [&](std::size_t most) {
    std::string out(1 + random() % most, '0');
    // Few different digits and lengths, so that many numbers are near one another.
    for (char& c : out) c = "0159"[random() % 4];
    return out;
  };
  std::string out = random() % 2 == 0 ? "" : "-";
  switch (random() % 4) {
    case 0:
      return out + digits(3);
    case 1:
      return out + digits(2) + "." + digits(3);
    case 2:
      return out + digits(2) + "E" + (random() % 2 == 0 ? "-" : "") +
             std::to_string(random() % 120);
    default:
      return out + digits(38);
  }
}

TEST(ordered_bytes, numbers_compare_as_their_values_do) {
  std::mt19937 random(seed);
  std::vector<std::string> texts = {"0",     "-0",       "0.00",     "1",      "1.0",     "-1",
                                    "10",    "100",      "9.99",     "1E-130", "-1E-130", "9.9E125",
                                    "1E125", "-9.9E125", "1.5E-130", "0.1",    "-0.1",    "0.11",
                                    "12",    "120",      "-12",      "-120",   "1.2",     "99"};
  texts.emplace_back("9." + std::string(37, '9') + "E+125");
  texts.emplace_back("-9." + std::string(37, '9') + "E+125");
  for (int i = 0; i < 1'000; ++i) texts.push_back(random_number(random));
  for (const std::string& a : texts) {
    const number left(a);
    const std::string encoded = ordered_number(a);
    for (const std::string& b : texts) {
      const auto order = left <=> number(b);
      const int wanted = order < 0 ? -1 : (order > 0 ? 1 : 0);
      ASSERT_EQ(sign(encoded.compare(ordered_number(b))), wanted) << a << " and " << b;
      ASSERT_TRUE(wanted == 0 || !encoded.starts_with(ordered_number(b))) << a << " and " << b;
    }
  }
}

TEST(ordered_bytes, what_is_no_number_of_dynamos_is_refused) {
  std::string out;
  for (const char* const text : {"", "x", "1E126", "1E-131"}) {
    EXPECT_THROW(append_ordered_number(out, text), exception) << text;
  }
}

// These are in files: whoever changes them makes every database unreadable.
TEST(ordered_bytes, never_change) {
  using namespace std::string_literals;
  EXPECT_EQ(ordered("a\0b"s),
            "a\x00\xFF"s
            "b\x00\x01"s);
  EXPECT_EQ(ordered_number("0"), "\x02");
  EXPECT_EQ(ordered_number("123.4"), "\x03\x84\x0D\x23\x00"s);
  EXPECT_EQ(ordered_number("-123.4"), "\x01\x7B\xF2\xDC\xFF"s);
  EXPECT_EQ(stable_hash(""), 0xEFD01F60BA992926U);
  EXPECT_EQ(stable_hash(ordered("a")), 0xBC08481F96E3B568U);
  EXPECT_EQ(stable_hash(ordered("user-000001")), 0x6A067C29870C4E64U);
  EXPECT_EQ(stable_hash(ordered_number("42")), 0xB64D75EF1BB9A0F4U);
}

}  // namespace engine_store_ordered_bytes_test
}  // namespace dynamo::engine::store
