#include "request_text.hpp"

#include <dynamo/value/json_writer.hpp>

#include <gmock/gmock.h>

namespace dynamo::test {
namespace engine_request_value_reader_test {

using engine::decode_put;
using testing::HasSubstr;
using testing::StartsWith;

owned_item item_with(std::string_view value) {
  return decode_put(body("{'TableName':'tab','Item':{'x':" + std::string(value) + "}}"))
      .item.view()
      .to_owned();
}
attribute value_of(std::string_view value) {
  return item_with(value).at("x");
}
std::string fault_of(std::string_view value) {
  const std::string text =
      refused(decode_put, "{'TableName':'tab','Item':{'x':" + std::string(value) + "}}");
  constexpr std::string_view type = "ValidationException: ";
  EXPECT_THAT(text, StartsWith(std::string(type)));
  return text.substr(std::min(text.size(), type.size()));
}
std::string nested(int levels, std::string inner) {
  for (int i = 0; i < levels; ++i) inner = "{'L':[" + inner + "]}";
  return inner;
}

TEST(value_reader, each_type_is_read) {
  EXPECT_EQ(value_of("{'S':'a'}"), attribute("a"));
  EXPECT_EQ(value_of("{'S':''}"), attribute(""));
  EXPECT_EQ(value_of("{'N':'1.50'}"), attribute(number("1.5")));
  EXPECT_EQ(value_of("{'B':'YWI='}"), attribute(bytes{std::byte{'a'}, std::byte{'b'}}));
  EXPECT_EQ(value_of("{'BOOL':true}"), attribute(true));
  EXPECT_EQ(value_of("{'BOOL':false}"), attribute(false));
  EXPECT_EQ(value_of("{'NULL':true}"), attribute(nullptr));
  EXPECT_EQ(value_of("{'L':[{'S':'a'},{'N':'1'}]}"), attribute(attribute_list{"a", 1}));
  EXPECT_EQ(value_of("{'M':{'k':{'S':'a'}}}"), attribute(attribute_map{{"k", "a"}}));
  EXPECT_EQ(value_of("{'SS':['a','b']}"), attribute(string_set{{"b", "a"}}));
  EXPECT_EQ(value_of("{'NS':['1','2.0']}"), attribute(number_set{{2, 1}}));
  EXPECT_EQ(value_of("{'BS':['YQ==']}"), attribute(binary_set{{{std::byte{'a'}}}}));
}

TEST(value_reader, white_space_and_escapes_are_undone) {
  EXPECT_EQ(value_of(" { 'S' : 'a\\u00e9\\n' } "), attribute("a\u00e9\n"));
  EXPECT_EQ(value_of("{'\\u0053':'a'}"), attribute("a"));
  EXPECT_EQ(value_of("{'S':'a\\\\'}"), attribute("a\\"));
}

TEST(value_reader, exactly_one_type_is_there) {
  const std::string none =
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
  EXPECT_EQ(fault_of("{}"), none);
  EXPECT_EQ(fault_of("null"), none);
  EXPECT_EQ(fault_of("{'X':'a'}"), none);
  EXPECT_EQ(fault_of("{'S':null}"), none);
  EXPECT_EQ(fault_of("{'L':[{}]}"), none);
  EXPECT_EQ(fault_of("{'M':{'a':{}}}"), none);
  EXPECT_EQ(fault_of("{'S':'a','N':'1'}"),
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
            "the supported datatypes");
  EXPECT_EQ(value_of("{'S':'a','X':{'y':[]}}"), attribute("a"));
}

TEST(value_reader, the_last_of_two_members_of_one_name_counts) {
  EXPECT_EQ(value_of("{'S':'a','S':'b'}"), attribute("b"));
  EXPECT_EQ(
      decode_put(body("{'TableName':'tab','Item':{'x':{'S':'a'},'x':{'S':'b'}}}")).item.json(),
      R"({"x":{"S":"b"}})");
}

TEST(value_reader, numbers_are_within_their_limits) {
  EXPECT_EQ(fault_of("{'N':'abc'}"), "The parameter cannot be converted to a numeric value: abc");
  EXPECT_EQ(fault_of("{'N':''}"), "The parameter cannot be converted to a numeric value");
  EXPECT_EQ(fault_of("{'N':' 1'}"), "The parameter cannot be converted to a numeric value:  1");
  EXPECT_EQ(fault_of("{'N':'" + std::string(39, '1') + "'}"),
            "Attempting to store more than 38 significant digits in a Number");
  EXPECT_EQ(fault_of("{'N':'-1E126'}"),
            "Number overflow. Attempting to store a number with magnitude larger than supported "
            "range");
  EXPECT_EQ(fault_of("{'N':'1E-131'}"),
            "Number underflow. Attempting to store a number with magnitude smaller than supported "
            "range");
  EXPECT_EQ(value_of("{'N':'1E125'}"), attribute(number("1E125")));
  EXPECT_EQ(value_of("{'N':'0e200'}"), attribute(0));
  EXPECT_EQ(value_of("{'N':'" + std::string(38, '9') + "'}"),
            attribute(number(std::string(38, '9'))));
}

TEST(value_reader, sets_are_neither_empty_nor_have_duplicates) {
  const std::string invalid = "One or more parameter values were invalid: ";
  EXPECT_EQ(fault_of("{'SS':[]}"), invalid + "An string set  may not be empty");
  EXPECT_EQ(fault_of("{'NS':[]}"), invalid + "An number set  may not be empty");
  EXPECT_EQ(fault_of("{'BS':[]}"), invalid + "Binary sets should not be empty");
  EXPECT_EQ(fault_of("{'SS':['b','a','a']}"),
            invalid + "Input collection [b, a, a] contains duplicates.");
  EXPECT_EQ(fault_of("{'NS':['1','2','1.0']}"), "Input collection contains duplicates");
  EXPECT_EQ(fault_of("{'BS':['YQ==','YQ==']}"),
            invalid + "Input collection of type BS contains duplicates.");
  EXPECT_EQ(fault_of("{'SS':[null]}"),
            invalid + "An string set may not have a null string as a member");
  EXPECT_EQ(fault_of("{'NS':['x','x']}"),
            "The parameter cannot be converted to a numeric value: x");
}

TEST(value_reader, null_is_true) {
  EXPECT_EQ(fault_of("{'NULL':false}"),
            "One or more parameter values were invalid: Null attribute value types must have the "
            "value of true");
}

TEST(value_reader, the_first_fault_is_reported) {
  EXPECT_EQ(refused(decode_put, "{'TableName':'tab','Item':{'b':{},'a':{'N':'x'}}}"),
            "ValidationException: Supplied AttributeValue is empty, must contain exactly one of "
            "the supported datatypes");
}

TEST(value_reader, names_have_a_length) {
  EXPECT_EQ(refused(decode_put, "{'TableName':'tab','Item':{'':{'S':'a'}}}"),
            "ValidationException: Empty attribute name");
  EXPECT_EQ(fault_of("{'M':{'':{'S':'a'}}}"), "Empty attribute name");
  const std::string longest(65535, 'n');
  EXPECT_TRUE(item_with("{'M':{'" + longest + "':{'S':'a'}}}").contains("x"));
  EXPECT_THAT(fault_of("{'M':{'" + longest + "n':{'S':'a'}}}"), HasSubstr("too large"));
}

// An item is the first of 32 levels; values of expressions are not in one.
TEST(value_reader, levels_are_limited) {
  EXPECT_EQ(item_with(nested(31, "{'S':'a'}")).size(), 1U);
  EXPECT_EQ(item_with(nested(30, "{'M':{}}")).size(), 1U);
  EXPECT_THAT(fault_of(nested(31, "{'M':{}}")),
              StartsWith("Nesting Levels have exceeded supported limits"));
  EXPECT_THAT(fault_of(nested(32, "{'S':'a'}")),
              StartsWith("Nesting Levels have exceeded supported limits"));
  EXPECT_THAT(fault_of(nested(2'000, "{'S':'a'}")), HasSubstr("Nesting Levels"));

  const auto with_value = [](const std::string& value) {
    return "{'TableName':'tab','Item':{'x':{'S':'a'}},'ConditionExpression':'a = :v',"
           "'ExpressionAttributeValues':{':v':" +
           value + "}}";
  };
  EXPECT_NO_THROW(static_cast<void>(decode_put(body(with_value(nested(32, "{'S':'a'}"))))));
  EXPECT_EQ(refused(decode_put, with_value(nested(33, "{'S':'a'}"))),
            "ValidationException: ExpressionAttributeValues contains invalid value: Nesting Levels "
            "have exceeded supported limits: Attributes in the item have nested levels beyond "
            "supported limit for key :v");
}

TEST(value_reader, other_json_types_are_refused) {
  const auto serialization = [](std::string_view value) {
    return refused(decode_put, "{'TableName':'tab','Item':{'x':" + std::string(value) + "}}");
  };
  EXPECT_EQ(serialization("{'S':5}"),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(serialization("{'N':5}"),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(serialization("{'BOOL':'true'}"),
            "SerializationException: STRING_VALUE cannot be converted to Boolean");
  EXPECT_EQ(serialization("{'SS':'a'}"),
            "SerializationException: STRING_VALUE cannot be converted to a list");
  EXPECT_EQ(serialization("{'L':{}}"),
            "SerializationException: Start of structure or map found where not expected.");
  EXPECT_EQ(serialization("[]"), "SerializationException: Start of list found where not expected");
  EXPECT_EQ(serialization("{'B':'YQ'}"),
            "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but "
            "found: 2");
  EXPECT_EQ(serialization("{'B':'YQ!='}"),
            "SerializationException: Invalid Base64 character in a binary value");
}

}  // namespace engine_request_value_reader_test
}  // namespace dynamo::test
