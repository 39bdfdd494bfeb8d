#include <dynamo/value/attribute.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace value_attribute_test {

using dynamo::attribute;
using dynamo::attribute_list;
using dynamo::attribute_map;
using dynamo::binary_set;
using dynamo::bytes;
using dynamo::number;
using dynamo::number_set;
using dynamo::string_set;
using dynamo::value_type;

bytes bytes_of(std::string_view text) {
  bytes made;
  for (const char c : text) made.push_back(static_cast<std::byte>(c));
  return made;
}

TEST(attribute, type_follows_the_value) {
  EXPECT_EQ(attribute().type(), value_type::null);
  EXPECT_EQ(attribute(nullptr).type(), value_type::null);
  EXPECT_EQ(attribute(true).type(), value_type::boolean);
  EXPECT_EQ(attribute("text").type(), value_type::string);
  EXPECT_EQ(attribute(std::string("text")).type(), value_type::string);
  EXPECT_EQ(attribute(std::string_view("text")).type(), value_type::string);
  EXPECT_EQ(attribute(1).type(), value_type::number);
  EXPECT_EQ(attribute(std::uint8_t{1}).type(), value_type::number);
  EXPECT_EQ(attribute(1.5F).type(), value_type::number);
  EXPECT_EQ(attribute(number("1")).type(), value_type::number);
  EXPECT_EQ(attribute(bytes{}).type(), value_type::binary);
  EXPECT_EQ(attribute(attribute_list{}).type(), value_type::list);
  EXPECT_EQ(attribute(attribute_map{}).type(), value_type::map);
  EXPECT_EQ(attribute(string_set{}).type(), value_type::string_set);
  EXPECT_EQ(attribute(number_set{}).type(), value_type::number_set);
  EXPECT_EQ(attribute(binary_set{}).type(), value_type::binary_set);
}

TEST(attribute, wire_names) {
  const std::string_view names[] = {"NULL", "BOOL", "S", "N", "B", "L", "M", "SS", "NS", "BS"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    EXPECT_EQ(wire_name(static_cast<value_type>(i)), names[i]);
  }
}

TEST(attribute, items_are_written_as_they_look) {
  const dynamo::owned_item item{
      {"id", "a"}, {"age", 36}, {"tags", attribute_list{"x", 1, nullptr}}};
  EXPECT_EQ(item.at("id").as_string(), "a");
  EXPECT_EQ(item.at("age").as_number().to<int>(), 36);
  EXPECT_TRUE(item.at("tags").as_list()[2].is_null());
}

TEST(attribute, wrong_type_names_both) {
  try {
    (void)attribute(5).as_string();
    FAIL() << "no exception";
  } catch (const dynamo::exception& thrown) {
    EXPECT_EQ(thrown.kind(), dynamo::errc::invalid_value);
    EXPECT_STREQ(thrown.what(), "expected an attribute of type S, found N");
  }
  EXPECT_THROW((void)attribute("5").as_number(), dynamo::exception);
  EXPECT_THROW((void)attribute().as_bool(), dynamo::exception);
  EXPECT_THROW((void)attribute(string_set{}).as_list(), dynamo::exception);
  EXPECT_THROW((void)attribute(string_set{}).as_number_set(), dynamo::exception);
}

TEST(attribute_equality, sets_have_no_order) {
  EXPECT_EQ((string_set{{"a", "b", "c"}}), (string_set{{"c", "a", "b"}}));
  EXPECT_NE((string_set{{"a", "b"}}), (string_set{{"a"}}));
  EXPECT_NE((string_set{{"a", "b"}}), (string_set{{"a", "c"}}));
  EXPECT_NE((string_set{{"a", "a", "b"}}), (string_set{{"a", "b", "b"}}));
  EXPECT_EQ((binary_set{{bytes_of("x"), bytes_of("y")}}),
            (binary_set{{bytes_of("y"), bytes_of("x")}}));
  EXPECT_NE((binary_set{{bytes_of("x")}}), (binary_set{{bytes_of("y")}}));
  EXPECT_EQ(attribute(string_set{{"a", "b"}}), attribute(string_set{{"b", "a"}}));
}

TEST(attribute_equality, numbers_are_numeric) {
  EXPECT_EQ(attribute(number("1.50")), attribute(1.5));
  EXPECT_NE(attribute(number("1.50")), attribute("1.50"));
  EXPECT_EQ((number_set{{number("10"), number("-2"), number("9")}}),
            (number_set{{number("9.0"), number("1E1"), number("-2.00")}}));
  EXPECT_NE((number_set{{number("10")}}), (number_set{{number("1")}}));
}

TEST(attribute_equality, lists_have_an_order) {
  EXPECT_EQ(attribute(attribute_list{1, "a"}), attribute(attribute_list{1, "a"}));
  EXPECT_NE(attribute(attribute_list{1, "a"}), attribute(attribute_list{"a", 1}));
  EXPECT_NE(attribute(attribute_list{}), attribute(attribute_map{}));
}

TEST(attribute_equality, nested) {
  const attribute a(attribute_map{{"k", attribute_list{number_set{{1, 2}}, nullptr}}});
  const attribute b(attribute_map{{"k", attribute_list{number_set{{2, number("1.0")}}, nullptr}}});
  const attribute c(attribute_map{{"k", attribute_list{number_set{{2, 3}}, nullptr}}});
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

}  // namespace value_attribute_test
