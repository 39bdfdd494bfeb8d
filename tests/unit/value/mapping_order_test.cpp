// Attributes in any order, with gaps and strangers: prediction must change nothing but the time.
#include "unit/value/padded_text.hpp"

#include <dynamo/value/mapping.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

struct record {
  int a = 0;
  int ab = 0;
  int b = 0;
  int quote = 0;
  int backslash = 0;
  int accent = 0;
  int seven = 0;
  int eight = 0;
  int sixteen = 0;
  int thirty_one = 0;
  int thirty_two = 0;
  int forty = 0;
  friend bool operator==(const record&, const record&) = default;
};

constexpr std::string_view names[] = {"a",
                                      "ab",
                                      "b",
                                      "q\"",
                                      "s\\",
                                      "\u00e9",
                                      "seven77",
                                      "eight888",
                                      "sixteen-sixteen-",
                                      "thirty-one-thirty-one-thirty-on",
                                      "thirty-two-thirty-two-thirty-two",
                                      "forty-forty-forty-forty-forty-forty-fort"};
constexpr int record::* members[] = {&record::a,          &record::ab,         &record::b,
                                     &record::quote,      &record::backslash,  &record::accent,
                                     &record::seven,      &record::eight,      &record::sixteen,
                                     &record::thirty_one, &record::thirty_two, &record::forty};
static_assert(names[9].size() == 31 && names[10].size() == 32 && std::size(names) == 12);

template <std::size_t... I>
constexpr auto make_mapping(std::index_sequence<I...>) {
  return dynamo::object_mapping(dynamo::field_or(names[I], members[I], -1)...);
}

struct one_field {
  int only = 0;
};

}  // namespace

template <>
inline constexpr auto dynamo::mapping<record> = make_mapping(std::make_index_sequence<12>{});

template <>
inline constexpr auto dynamo::mapping<one_field> =
    dynamo::object_mapping(dynamo::field("only", &one_field::only));

namespace {

using dynamo::test::decode_into;

std::string in_quotes(std::string_view name) {
  std::string out;
  dynamo::detail::append_json_string(out, name);
  return out;
}

// The name with every ASCII character as \u00XX.
std::string fully_escaped(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (static_cast<unsigned char>(c) >= 0x80) {
      out += c;
      continue;
    }
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) / 16];
    out += digits[static_cast<unsigned char>(c) % 16];
  }
  return out + '"';
}

TEST(field_order, random_orders_gaps_and_strangers) {
  std::mt19937 random(42);
  record reused;
  for (int round = 0; round < 20000; ++round) {
    record expected;
    for (const auto member : members) expected.*member = -1;
    std::vector<std::string> attributes;
    for (std::size_t i = 0; i < std::size(names); ++i) {
      if (random() % 4 == 0) continue;
      const int value = static_cast<int>(random() % 1000);
      expected.*members[i] = value;
      const std::string name = random() % 8 == 0 ? fully_escaped(names[i]) : in_quotes(names[i]);
      attributes.push_back(name + ":{\"N\":\"" + std::to_string(value) + "\"}");
    }
    for (auto i = random() % 6; i > 0; --i) {
      // More kinds than there are slots for; some are prefixes of mapped names, or longer.
      const std::string names_of_strangers[] = {"stranger" + std::to_string(random() % 40),
                                                "eight88",
                                                "eight8888",
                                                "seven7",
                                                "A",
                                                "thirty-one-thirty-one-thirty-o",
                                                "thirty-one-thirty-one-thirty-on2",
                                                std::string(100, 'z'),
                                                "q\\"};
      attributes.push_back(in_quotes(names_of_strangers[random() % 9]) +
                           R"(:{"M":{"a":{"L":[{"S":"}]\\\""}]}}})");
    }
    // Most items of a table have one order.
    if (random() % 3 == 0) std::shuffle(attributes.begin(), attributes.end(), random);
    std::string json = "{";
    for (const std::string& each : attributes) json += (json.size() > 1 ? "," : "") + each;
    json += '}';
    ASSERT_EQ(decode_into(reused, json), "") << json;
    ASSERT_EQ(reused, expected) << json;
  }
}

TEST(field_order, many_strangers) {
  std::string json = "{";
  for (int i = 0; i < 300; ++i) json += "\"x" + std::to_string(i) + R"(":{"S":"v"},)";
  json += R"("only":{"N":"7"}})";
  for (int round = 0; round < 3; ++round) {
    one_field read;
    ASSERT_EQ(decode_into(read, json), "");
    EXPECT_EQ(read.only, 7);
  }
}

TEST(field_order, the_last_of_two_counts) {
  one_field read;
  EXPECT_EQ(decode_into(read, R"({"only":{"N":"1"},"only":{"N":"2"}})"), "");
  EXPECT_EQ(read.only, 2);
}

TEST(field_order, strange_names) {
  for (const std::string_view name :
       {R"("")", R"("\u0000")", R"("only\u0000")", R"("\"")", R"("only\"")", R"("\\")", R"("onl")",
        R"("onlyx")", "\"\u00e9\"", R"("\ud83d\ude00")"}) {
    for (int round = 0; round < 2; ++round) {
      one_field read;
      const std::string json = "{" + std::string(name) + R"(:{"N":"1"},"only":{"N":"2"}})";
      EXPECT_EQ(decode_into(read, json), "") << json;
      EXPECT_EQ(read.only, 2) << json;
      EXPECT_NE(decode_into(read, "{" + std::string(name) + R"(:{"N":"1"}})"), "") << json;
    }
  }
}

TEST(field_order, malformed_names) {
  for (const std::string_view json :
       {R"({only:{"N":"1"}})", R"({"only)", R"({"only")", R"({"only":)", R"({"only" {"N":"1"}})",
        R"({"\x":{"N":"1"}})", R"({"\ud800":{"N":"1"}})", "{\"\xff\":{\"N\":\"1\"}}", R"({,})",
        R"({"only":{"N":"1"},})", R"({"only":{"N":"1"} "x":1})"}) {
    one_field read;
    EXPECT_NE(decode_into(read, json), "") << json;
  }
}

}  // namespace
