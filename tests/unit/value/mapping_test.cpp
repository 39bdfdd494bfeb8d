// Every type of member: what it reads, what it writes, what it makes of a second item.
#include "unit/value/padded_text.hpp"

#include <dynamo/value/mapping.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace {

enum class color { red, green };

struct point {
  int x = 0;
  std::optional<int> y;
  friend bool operator==(const point&, const point&) = default;
};

struct bytes_hash {
  std::size_t operator()(const dynamo::bytes& value) const { return value.size(); }
};

struct everything {
  std::string id;
  std::int64_t sort = 0;
  std::int8_t i8 = 0;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  std::uint8_t u8 = 0;
  std::uint16_t u16 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  float f = 0;
  double d = 0;
  dynamo::number n;
  bool flag = false;
  dynamo::bytes b;
  std::vector<std::string> strings;
  std::vector<bool> bools;
  std::vector<std::vector<int>> matrix;
  std::map<std::string, int> map;
  std::unordered_map<std::string, std::vector<double>> hash_map;
  std::set<std::string> string_set;
  std::set<int> int_set;
  std::set<dynamo::number> number_set;
  std::set<dynamo::bytes> byte_sets;
  std::unordered_set<std::string> string_hash_set;
  std::unordered_set<std::int64_t> int_hash_set;
  std::unordered_set<dynamo::number> number_hash_set;
  std::unordered_set<dynamo::bytes, bytes_hash> byte_hash_sets;
  std::optional<std::string> maybe_string;
  std::optional<int> maybe_int;
  std::optional<bool> maybe_bool;
  std::optional<std::vector<std::string>> maybe_strings;
  std::optional<std::set<int>> maybe_set;
  std::optional<point> maybe_point;
  std::optional<color> maybe_color;
  point nested;
  std::vector<point> points;
  std::map<std::string, point> named_points;
  std::vector<std::optional<point>> holes;
  color paint = color::red;
  std::vector<color> paints;
  dynamo::attribute any;
  std::map<std::string, dynamo::attribute> anything;
  friend bool operator==(const everything&, const everything&) = default;
};

struct viewing {
  std::string_view id;
  std::optional<std::string_view> note;
  std::vector<std::string_view> tags;
};

struct defaults {
  std::string id;
  std::string status = "active";
  int level = 3;
  std::optional<int> limit = 10;
  std::vector<int> list{1, 2};
  double rate = 0.1F;
  std::string_view view;
};

struct binary_key {
  dynamo::bytes id;
  double order = 0;
  int other = 0;
};

}  // namespace

template <>
struct dynamo::conversion<color> {
  static std::string_view to_attribute(color value) {
    return value == color::red ? "red" : "green";
  }
  static std::optional<color> from_attribute(std::string_view stored) {
    if (stored == "red") return color::red;
    if (stored == "green") return color::green;
    return std::nullopt;
  }
};

template <>
inline constexpr auto dynamo::mapping<point> =
    dynamo::object_mapping(dynamo::field("x", &point::x), dynamo::field("y", &point::y));

template <>
inline constexpr auto dynamo::mapping<everything> = dynamo::table_mapping(
    "everything", dynamo::partition_key("id", &everything::id),
    dynamo::sort_key("sort", &everything::sort), dynamo::field("i8", &everything::i8),
    dynamo::field("i16", &everything::i16), dynamo::field("i32", &everything::i32),
    dynamo::field("i64", &everything::i64), dynamo::field("u8", &everything::u8),
    dynamo::field("u16", &everything::u16), dynamo::field("u32", &everything::u32),
    dynamo::field("u64", &everything::u64), dynamo::field("f", &everything::f),
    dynamo::field("d", &everything::d), dynamo::field("n", &everything::n),
    dynamo::field("flag", &everything::flag), dynamo::field("b", &everything::b),
    dynamo::field("strings", &everything::strings), dynamo::field("bools", &everything::bools),
    dynamo::field("matrix", &everything::matrix), dynamo::field("map", &everything::map),
    dynamo::field("hash_map", &everything::hash_map),
    dynamo::field("string_set", &everything::string_set),
    dynamo::field("int_set", &everything::int_set),
    dynamo::field("number_set", &everything::number_set),
    dynamo::field("byte_sets", &everything::byte_sets),
    dynamo::field("string_hash_set", &everything::string_hash_set),
    dynamo::field("int_hash_set", &everything::int_hash_set),
    dynamo::field("number_hash_set", &everything::number_hash_set),
    dynamo::field("byte_hash_sets", &everything::byte_hash_sets),
    dynamo::field("maybe_string", &everything::maybe_string),
    dynamo::field("maybe_int", &everything::maybe_int),
    dynamo::field("maybe_bool", &everything::maybe_bool),
    dynamo::field("maybe_strings", &everything::maybe_strings),
    dynamo::field("maybe_set", &everything::maybe_set),
    dynamo::field("maybe_point", &everything::maybe_point),
    dynamo::field("maybe_color", &everything::maybe_color),
    dynamo::field("nested", &everything::nested), dynamo::field("points", &everything::points),
    dynamo::field("named_points", &everything::named_points),
    dynamo::field("holes", &everything::holes), dynamo::field("paint", &everything::paint),
    dynamo::field("paints", &everything::paints), dynamo::field("any", &everything::any),
    dynamo::field("anything", &everything::anything));

template <>
inline constexpr auto dynamo::mapping<viewing> = dynamo::table_mapping(
    "viewing", dynamo::partition_key("id", &viewing::id), dynamo::field("note", &viewing::note),
    dynamo::optional_field("tags", &viewing::tags));

template <>
inline constexpr auto dynamo::mapping<defaults> = dynamo::table_mapping(
    "defaults", dynamo::partition_key("id", &defaults::id),
    dynamo::optional_field("status", &defaults::status),
    dynamo::field_or("level", &defaults::level, 7),
    dynamo::optional_field("limit", &defaults::limit),
    dynamo::optional_field("list", &defaults::list), dynamo::field_or("rate", &defaults::rate, 2),
    dynamo::field_or("view", &defaults::view, "none"));

template <>
inline constexpr auto dynamo::mapping<binary_key> = dynamo::table_mapping(
    "binary", dynamo::field("other", &binary_key::other),
    dynamo::sort_key("order", &binary_key::order), dynamo::partition_key("id", &binary_key::id));

namespace {

using dynamo::key_to_json;
using dynamo::to_json;
using dynamo::test::decode_into;
using dynamo::test::decoding;

everything full() {
  everything made;
  made.id = "a\"\\\u00e9";
  made.sort = -5;
  made.i8 = -128;
  made.i16 = -32768;
  made.i32 = std::numeric_limits<std::int32_t>::min();
  made.i64 = std::numeric_limits<std::int64_t>::min();
  made.u8 = 255;
  made.u16 = 65535;
  made.u32 = std::numeric_limits<std::uint32_t>::max();
  made.u64 = std::numeric_limits<std::uint64_t>::max();
  made.f = 0.1F;
  made.d = 1.0 / 3;
  made.n = dynamo::number("12345678901234567890.123456789012345678");
  made.flag = true;
  made.b = {std::byte{0}, std::byte{0xFF}};
  made.strings = {"", "x", "\n"};
  made.bools = {true, false, true};
  made.matrix = {{1, 2}, {}, {3}};
  made.map = {{"a", 1}, {"b\"", 2}};
  made.hash_map = {{"k", {0.5, -1e-100}}};
  made.string_set = {"p", "q"};
  made.int_set = {-1, 0, 1};
  made.number_set = {dynamo::number("1E+125"), dynamo::number("-1E-130")};
  made.byte_sets = {{std::byte{1}}, {std::byte{2}, std::byte{3}}};
  made.string_hash_set = {"r", "s"};
  made.int_hash_set = {7, 8};
  made.number_hash_set = {dynamo::number("1.5"), dynamo::number("2.5")};
  made.byte_hash_sets = {{std::byte{9}}};
  made.maybe_string = "here";
  made.maybe_int = 0;
  made.maybe_bool = false;
  made.maybe_strings.emplace();
  made.maybe_set = {4};
  made.maybe_point = point{1, 2};
  made.maybe_color = color::green;
  made.nested = {3, std::nullopt};
  made.points = {{4, 5}, {6, std::nullopt}};
  made.named_points = {{"p", {7, 8}}};
  made.holes = {point{9, 9}, std::nullopt};
  made.paint = color::green;
  made.paints = {color::red, color::green};
  made.any = dynamo::attribute_list{1, "x", nullptr};
  made.anything = {{"m", dynamo::attribute_map{{"k", true}}}};
  return made;
}

TEST(mapping, every_member_type_survives) {
  const everything written = full();
  const std::string json = to_json(written);
  everything read;
  ASSERT_EQ(decode_into(read, json), "");
  EXPECT_EQ(read, written);
  // The same as DynamoDB JSON in general.
  EXPECT_EQ(dynamo::parse_json(json).size(), dynamo::mapping<everything>.size);
}

TEST(mapping, types_on_the_wire) {
  const dynamo::owned_item item = dynamo::parse_json(to_json(full()));
  auto type = [&](std::string_view name) { return wire_name(item.find(name)->second.type()); };
  EXPECT_EQ(type("id"), "S");
  EXPECT_EQ(type("u64"), "N");
  EXPECT_EQ(type("f"), "N");
  EXPECT_EQ(type("flag"), "BOOL");
  EXPECT_EQ(type("b"), "B");
  EXPECT_EQ(type("bools"), "L");
  EXPECT_EQ(type("hash_map"), "M");
  EXPECT_EQ(type("string_hash_set"), "SS");
  EXPECT_EQ(type("number_set"), "NS");
  EXPECT_EQ(type("byte_hash_sets"), "BS");
  EXPECT_EQ(type("nested"), "M");
  EXPECT_EQ(type("points"), "L");
  EXPECT_EQ(type("paint"), "S");
  EXPECT_EQ(item.at("f").as_number().text(), "0.1");
  EXPECT_EQ(item.at("holes").as_list()[1], dynamo::attribute());
  EXPECT_EQ(item.at("nested").as_map().count("y"), 0U) << "an empty optional is not written";
}

TEST(mapping, an_empty_object_round_trips) {
  const everything written{};
  everything read = full();
  ASSERT_EQ(decode_into(read, to_json(written)), "");
  EXPECT_EQ(read, written) << "values of the item before must not stay";
}

TEST(mapping, an_object_used_again_holds_no_old_values) {
  const std::string first = to_json(full());
  everything second = full();
  second.strings = {"one"};
  second.bools = {false};
  second.matrix = {{}, {5}};
  second.points = {{1, std::nullopt}};
  second.holes = {std::nullopt, point{2, std::nullopt}};
  second.maybe_point = point{1, std::nullopt};
  second.maybe_string.reset();
  second.any = nullptr;
  second.map.clear();
  everything reused;
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(decode_into(reused, first), "");
    ASSERT_EQ(reused, full());
    ASSERT_EQ(decode_into(reused, to_json(second)), "");
    ASSERT_EQ(reused, second);
  }
}

TEST(mapping, white_space_everywhere) {
  const std::string json = to_json(full());
  std::string spaced;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const bool mark = std::string_view("{}[]:,").find(json[i]) != std::string_view::npos;
    if (!quoted && mark) spaced += "\t ";
    spaced += json[i];
    if (quoted && json[i] == '\\') {
      spaced += json[++i];
    } else if (json[i] == '"') {
      quoted = !quoted;
    }
    if (!quoted && mark) spaced += " \r\n";
  }
  everything read;
  ASSERT_EQ(decode_into(read, spaced), "") << spaced;
  EXPECT_EQ(read, full());
}

TEST(mapping, truncated_at_every_byte_is_refused) {
  const std::string json = to_json(full());
  for (std::size_t size = 0; size < json.size(); ++size) {
    everything read;
    ASSERT_NE(decode_into(read, std::string_view(json).substr(0, size)), "") << size;
  }
}

TEST(mapping, views_need_no_copies) {
  decoding run(R"({"id":{"S":"plain"},"note":{"S":"\u00e9"},"tags":{"L":[{"S":"x"},{"S":"\n"}]}})");
  viewing read;
  ASSERT_TRUE(dynamo::detail::object_codec<viewing>::decode(run.context, read)) << run.fault();
  EXPECT_EQ(read.id, "plain");
  EXPECT_EQ(read.id.data(), run.page.begin().position() + 12);
  EXPECT_EQ(read.note, "\u00e9");
  EXPECT_EQ(read.tags, (std::vector<std::string_view>{"x", "\n"}));
}

TEST(mapping, numbers_in_other_spellings) {
  point read;
  EXPECT_EQ(decode_into(read, R"({"x":{"N":"3E2"},"y":{"N":"-4.00"}})"), "");
  EXPECT_EQ(read, (point{300, -4}));
  EXPECT_EQ(decode_into(read, R"({"x":{"N":"3E\u002b2"}})"), "");
  EXPECT_EQ(read, (point{300, std::nullopt}));
}

TEST(mapping, missing_attributes) {
  defaults read;
  read.status = "old";
  read.level = 99;
  read.limit = 99;
  read.list = {9};
  read.rate = 9;
  read.view = "old";
  ASSERT_EQ(decode_into(read, R"({"id":{"S":"a"}})"), "");
  EXPECT_EQ(read.status, "active") << "the member's own initializer";
  EXPECT_EQ(read.level, 7) << "the default given to field_or";
  EXPECT_EQ(read.limit, 10);
  EXPECT_EQ(read.list, (std::vector<int>{1, 2}));
  EXPECT_EQ(read.rate, 2.0);
  EXPECT_EQ(read.view, "none");
}

TEST(mapping, null_is_no_default) {
  defaults read;
  ASSERT_EQ(decode_into(read, R"({"id":{"S":"a"},"limit":{"NULL":true}})"), "");
  EXPECT_EQ(read.limit, std::nullopt);
  EXPECT_NE(decode_into(read, R"({"id":{"S":"a"},"level":{"NULL":true}})"), "");
}

TEST(mapping, null_for_an_optional) {
  for (const std::string_view null :
       {R"({"NULL":true})", R"( {"NULL":true})", R"({ "NULL" : true })", "{\n\"NULL\":true}"}) {
    point read{1, 2};
    EXPECT_EQ(decode_into(read, R"({"x":{"N":"1"},"y":)" + std::string(null) + "}"), "") << null;
    EXPECT_EQ(read.y, std::nullopt);
  }
  for (const std::string_view bad : {R"({"NULL":1})", R"({"NULL"})", R"({"NULL":true)",
                                     R"({"NULL":true,"N":"1"})", R"({"NULLS":true})"}) {
    point read;
    EXPECT_NE(decode_into(read, R"({"x":{"N":"1"},"y":)" + std::string(bad) + "}"), "") << bad;
  }
}

TEST(mapping, keys_alone) {
  EXPECT_EQ(key_to_json(full()), R"({"id":{"S":"a\"\\é"},"sort":{"N":"-5"}})");
  EXPECT_EQ(key_to_json(binary_key{{std::byte{'A'}}, 0.5, 3}),
            R"({"order":{"N":"0.5"},"id":{"B":"QQ=="}})");
  EXPECT_EQ(to_json(binary_key{{std::byte{'A'}}, 0.5, 3}),
            R"({"other":{"N":"3"},"order":{"N":"0.5"},"id":{"B":"QQ=="}})");
}

TEST(mapping, floating_point_out_of_range_is_not_written) {
  everything made = full();
  made.d = std::numeric_limits<double>::infinity();
  EXPECT_THROW((void)to_json(made), dynamo::exception);
  made.d = 1e300;
  EXPECT_THROW((void)to_json(made), dynamo::exception);
}

TEST(mapping, table_name) {
  EXPECT_EQ(dynamo::mapping<everything>.table, "everything");
}

}  // namespace
