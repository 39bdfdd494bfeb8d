// What a person reads when an item does not fit.
#include "unit/value/padded_text.hpp"

#include <dynamo/value/mapping.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class state : std::uint8_t { on, off };

struct line {
  std::string text;
  std::optional<std::uint8_t> width;
};

struct address {
  std::string city;
  std::vector<line> lines;
};

struct person {
  std::string id;
  int age = 0;
  double rate = 0;
  dynamo::number balance;
  bool active = false;
  dynamo::bytes photo;
  std::set<std::string> tags;
  std::set<int> scores;
  std::map<std::string, address> addresses;
  std::optional<address> home;
  std::optional<state> power;
  dynamo::attribute extra;
};

}  // namespace

template <>
struct dynamo::conversion<state> {
  static std::string_view to_attribute(state value) { return value == state::on ? "on" : "off"; }
  static std::optional<state> from_attribute(std::string_view stored) {
    if (stored == "on") return state::on;
    if (stored == "off") return state::off;
    return std::nullopt;
  }
};

template <>
inline constexpr auto dynamo::mapping<line> = dynamo::object_mapping(
    dynamo::field("text", &line::text), dynamo::field("width", &line::width));

template <>
inline constexpr auto dynamo::mapping<address> = dynamo::object_mapping(
    dynamo::field("city", &address::city), dynamo::optional_field("lines", &address::lines));

template <>
inline constexpr auto dynamo::mapping<person> = dynamo::table_mapping(
    "people", dynamo::partition_key("id", &person::id), dynamo::optional_field("age", &person::age),
    dynamo::optional_field("rate", &person::rate),
    dynamo::optional_field("balance", &person::balance),
    dynamo::optional_field("active", &person::active),
    dynamo::optional_field("photo", &person::photo), dynamo::optional_field("tags", &person::tags),
    dynamo::optional_field("scores", &person::scores),
    dynamo::optional_field("addresses", &person::addresses),
    dynamo::optional_field("home", &person::home), dynamo::field("power", &person::power),
    dynamo::optional_field("extra", &person::extra));

namespace {

using testing::HasSubstr;

// The fault of a person who has `attribute` besides the key.
std::string fault(std::string_view attribute) {
  person read;
  return dynamo::test::decode_into(read, R"({"id":{"S":"a"},)" + std::string(attribute) + "}");
}

TEST(mapping_error, missing_attributes) {
  person read;
  EXPECT_EQ(dynamo::test::decode_into(read, "{}"),
            "invalid_value: attribute 'id' is missing: expected a string (S)");
  EXPECT_EQ(fault(R"("home":{"M":{}})"),
            "invalid_value: attribute 'home.city' is missing: expected a string (S)");
  EXPECT_EQ(
      fault(R"("home":{"M":{"city":{"S":""},"lines":{"L":[{"M":{"text":{"S":""}}},{"M":{}}]}}})"),
      "invalid_value: attribute 'home.lines[1].text' is missing: expected a string (S)");
}

TEST(mapping_error, wrong_types) {
  person read;
  EXPECT_EQ(dynamo::test::decode_into(read, R"({"id":{"N":"1"}})"),
            "invalid_value: attribute 'id' does not fit: expected a string (S), found type N");
  EXPECT_EQ(dynamo::test::decode_into(read, R"({"id":{"NULL":true}})"),
            "invalid_value: attribute 'id' does not fit: expected a string (S), found type NULL");
  EXPECT_EQ(
      fault(R"("age":{"S":"1"})"),
      "invalid_value: attribute 'age' does not fit: expected a 32-bit integer (N), found type "
      "S");
  EXPECT_EQ(
      fault(R"("active":{"S":"true"})"),
      "invalid_value: attribute 'active' does not fit: expected a boolean (BOOL), found type S");
  EXPECT_EQ(
      fault(R"("tags":{"L":[]})"),
      "invalid_value: attribute 'tags' does not fit: expected a set of strings (SS), found type "
      "L");
  EXPECT_EQ(fault(R"("scores":{"SS":["1"]})"),
            "invalid_value: attribute 'scores' does not fit: expected a set of numbers (NS), found "
            "type SS");
  EXPECT_EQ(fault(R"("addresses":{"L":[]})"),
            "invalid_value: attribute 'addresses' does not fit: expected a map (M), found type L");
  EXPECT_EQ(fault(R"("home":{"S":""})"),
            "invalid_value: attribute 'home' does not fit: expected a map (M), found type S");
}

TEST(mapping_error, paths) {
  EXPECT_EQ(fault(R"("addresses":{"M":{"work":{"M":{"city":{"S":""},"lines":{"L":[{"M":{"text":)"
                  R"({"S":""},"width":{"N":"300"}}}]}}}}})"),
            "invalid_value: attribute 'addresses.work.lines[0].width' does not fit: expected an "
            "integer (N) from 0 to 255, found a number that is not an integer or is out of range");
}

TEST(mapping_error, numbers) {
  EXPECT_THAT(fault(R"("age":{"N":"1.5"})"), HasSubstr("is not an integer or is out of range"));
  EXPECT_THAT(fault(R"("age":{"N":"2147483648"})"), HasSubstr("expected a 32-bit integer (N)"));
  EXPECT_THAT(fault(R"("age":{"N":""})"), HasSubstr("attribute 'age' does not fit"));
  EXPECT_THAT(fault(R"("rate":{"N":"1E+999"})"), HasSubstr("in the range of double"));
  EXPECT_THAT(fault(R"("rate":{"N":"nan"})"), HasSubstr("attribute 'rate' does not fit"));
  EXPECT_EQ(fault(R"("balance":{"N":")" + std::string(60, '1') + R"("})"),
            "invalid_value: attribute 'balance' does not fit: expected a number (N) of at most 38 "
            "digits, found one that has more than 38 significant digits");
  EXPECT_THAT(fault(R"("scores":{"NS":["1","x"]})"), HasSubstr("attribute 'scores' does not fit"));
}

TEST(mapping_error, an_attribute_of_any_type) {
  EXPECT_EQ(
      fault(R"("extra":{"L":[{"S":""},{"M":{"n":{"N":"x"}}}]})"),
      "invalid_value: attribute 'extra[1].n' does not fit: expected a number (N) of at most 38 "
      "digits, found one that is not a decimal number");
  EXPECT_THAT(fault(R"("extra":{"N":"x"})"), HasSubstr("attribute 'extra' does not fit"));
}

TEST(mapping_error, binary_and_conversions) {
  EXPECT_EQ(
      fault(R"("photo":{"B":"!"})"),
      "invalid_value: attribute 'photo' does not fit: expected binary contents (B), found text "
      "that is not base64");
  EXPECT_THAT(fault(R"("power":{"S":"half"})"), HasSubstr("invalid_value: attribute 'power'"));
}

TEST(mapping_error, malformed_texts) {
  for (const std::string_view attribute :
       {R"("age":5)", R"("age":{"N":5})", R"("age":{"X":"5"})", R"("age":{"N":"5","S":""})",
        R"("active":{"BOOL":1})", R"("tags":{"SS":[1]})", R"("tags":{"SS":["a"})",
        R"("home":{"M":[]})", R"("home":{"M":{"city":{"S":"\q"}}})", R"("unmapped":{"S")",
        R"("unmapped":)", R"("addresses":{"M":{"\q":{"M":{}}}})"}) {
    EXPECT_THAT(fault(attribute),
                testing::StartsWith("invalid_response: the JSON is malformed: expected "))
        << attribute;
  }
  EXPECT_THAT(fault(R"("home":{"M":{"city":{"S":5}}})"), HasSubstr("in attribute 'home.city'"));
}

TEST(mapping_error, nesting_is_bounded) {
  auto nested = [](std::size_t levels) {
    std::string open;
    std::string close;
    for (std::size_t i = 0; i < levels; ++i) {
      open += R"({"L":[)";
      close += "]}";
    }
    return R"("extra":)" + open + close;
  };
  EXPECT_EQ(fault(nested(63)), "");
  EXPECT_THAT(fault(nested(64)), HasSubstr("nesting of at most 64 levels in attribute 'extra[0]"));
}

TEST(mapping_error, one_context_continues_after_a_fault) {
  dynamo::test::decoding run(
      R"({"id":{"S":"a"},"home":{"M":{"lines":{"N":"1"}}}} {"id":{"S":"b"}})");
  const dynamo::detail::json_cursor begin = run.context.cursor;
  person read;
  EXPECT_FALSE(dynamo::detail::object_codec<person>::decode(run.context, read));
  EXPECT_TRUE(run.context.is_mismatch());
  const dynamo::error fault = run.context.take_error("people");
  EXPECT_EQ(fault.table, "people");
  EXPECT_THAT(fault.message, HasSubstr("'home.lines'"));
  run.context.cursor = begin;
  ASSERT_TRUE(run.context.cursor.skip_value());
  EXPECT_TRUE(dynamo::detail::object_codec<person>::decode(run.context, read));
  EXPECT_EQ(read.id, "b");
  EXPECT_FALSE(read.home.has_value());
}

}  // namespace
