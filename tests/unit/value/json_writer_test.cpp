#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_writer.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace value_json_writer_test {

using dynamo::attribute;
using dynamo::attribute_list;
using dynamo::attribute_map;
using dynamo::owned_item;

std::string written(const attribute& value) {
  std::string out;
  append_json(out, value);
  return out;
}

TEST(json_writer, every_type) {
  EXPECT_EQ(written(nullptr), R"({"NULL":true})");
  EXPECT_EQ(written(true), R"({"BOOL":true})");
  EXPECT_EQ(written(false), R"({"BOOL":false})");
  EXPECT_EQ(written(""), R"({"S":""})");
  EXPECT_EQ(written(dynamo::number("1.50E+3")), R"({"N":"1.50E+3"})");
  EXPECT_EQ(written(dynamo::bytes{std::byte{0xFF}}), R"({"B":"/w=="})");
  EXPECT_EQ(written(attribute_list{}), R"({"L":[]})");
  EXPECT_EQ(written(attribute_list{1, "a", nullptr}),
            R"({"L":[{"N":"1"},{"S":"a"},{"NULL":true}]})");
  EXPECT_EQ(written(attribute_map{}), R"({"M":{}})");
  EXPECT_EQ(written(attribute_map{{"b", 1}, {"a", attribute_map{}}}),
            R"({"M":{"a":{"M":{}},"b":{"N":"1"}}})");
  EXPECT_EQ(written(dynamo::string_set{{"b", "a"}}), R"({"SS":["b","a"]})");
  EXPECT_EQ(written(dynamo::number_set{{1, -2}}), R"({"NS":["1","-2"]})");
  EXPECT_EQ(written(dynamo::binary_set{{{std::byte{'A'}}, {}}}), R"({"BS":["QQ==",""]})");
}

TEST(json_writer, escapes_what_json_wants_escaped) {
  EXPECT_EQ(written("\"\\/\b\f\n\r\t\x01\x1f\x7f\u00e9\U0001F600"),
            "{\"S\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\u00e9\U0001F600\"}");
  EXPECT_EQ(written(std::string_view("\0x", 2)), "{\"S\":\"\\u0000x\"}");
  EXPECT_EQ(to_json(owned_item{{"a\"b", 1}, {"\n", 2}}), R"({"\n":{"N":"2"},"a\"b":{"N":"1"}})");
}

TEST(json_writer, every_byte_of_ascii_survives) {
  std::string text;
  for (int c = 0; c < 128; ++c) text += static_cast<char>(c);
  const owned_item item{{text, text}, {"other", dynamo::string_set{{text}}}};
  EXPECT_EQ(dynamo::parse_json(to_json(item)), item);
}

TEST(json_writer, appends) {
  std::string out = "x{";
  append_json(out, owned_item{{"a", 1}});
  append_json(out, owned_item{});
  EXPECT_EQ(out, R"(x{{"a":{"N":"1"}}{})");
}

}  // namespace value_json_writer_test
