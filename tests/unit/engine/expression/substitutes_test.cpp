#include "engine/expression/substitutes.hpp"

#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace engine_expression_substitutes_test {

using dynamo::attribute;
using dynamo::attribute_map;
using dynamo::attribute_names;
using dynamo::engine::substitutes;
using dynamo::engine::substitutions;
using dynamo::test::refused_with;

std::string fault_of(substitutions of) {
  return refused_with([&] { const substitutes made(of); });
}

TEST(substitutes, give_what_stands_after_them) {
  substitutes with({.names = attribute_names{{"#n", "name"}},
                    .values = attribute_map{{":v", dynamo::number("1.50")}}});
  EXPECT_EQ(with.name("#n", "role"), "name");
  EXPECT_EQ(with.value(":v", "role").number_text(), "1.5");
  with.check_all_used(true);
}

TEST(substitutes, that_are_not_there) {
  substitutes with({.names = attribute_names{{"#n", "name"}}, .values = std::nullopt});
  EXPECT_EQ(refused_with([&] { (void)with.name("#m", "FilterExpression"); }),
            "Invalid FilterExpression: An expression attribute name used in the document path is "
            "not defined; attribute name: #m");
  EXPECT_EQ(refused_with([&] { (void)with.value(":n", "UpdateExpression"); }),
            "Invalid UpdateExpression: An expression attribute value used in expression is not "
            "defined; attribute value: :n");
}

TEST(substitutes, that_no_expression_uses) {
  substitutes with({.names = attribute_names{{"#a", "a"}, {"#b", "b"}, {"#c", "c"}},
                    .values = attribute_map{{":v", 1}, {":w", 2}, {":u", 3}}});
  (void)with.name("#b", "role");
  EXPECT_EQ(refused_with([&] { with.check_all_used(true); }),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}");
  (void)with.name("#a", "role");
  (void)with.name("#c", "role");
  (void)with.value(":v", "role");
  EXPECT_EQ(refused_with([&] { with.check_all_used(true); }),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u, :w}");
  (void)with.value(":u", "role");
  (void)with.value(":w", "role");
  with.check_all_used(true);
}

TEST(substitutes, without_an_expression) {
  const substitutes none({});
  none.check_all_used(false);
  none.check_all_used(true);
  const substitutes names({.names = attribute_names{{"#a", "a"}}, .values = std::nullopt});
  EXPECT_EQ(refused_with([&] { names.check_all_used(false); }),
            "ExpressionAttributeNames can only be specified when using expressions");
  const substitutes values({.names = std::nullopt, .values = attribute_map{{":v", 1}}});
  EXPECT_EQ(refused_with([&] { values.check_all_used(false); }),
            "ExpressionAttributeValues can only be specified when using expressions");
}

TEST(substitutes, keys_of_names) {
  const std::string prefix = "ExpressionAttributeNames contains invalid ";
  const auto fault = [](std::string key, std::string name = "a") {
    return fault_of(
        {.names = attribute_names{{std::move(key), std::move(name)}}, .values = std::nullopt});
  };
  EXPECT_EQ(fault_of({.names = attribute_names{}, .values = std::nullopt}),
            "ExpressionAttributeNames must not be empty");
  EXPECT_EQ(fault("n"), prefix + R"(key: Syntax error; key: "n")");
  EXPECT_EQ(fault("#"), prefix + R"(key: Syntax error; key: "#")");
  EXPECT_EQ(fault("#a b"), prefix + R"(key: Syntax error; key: "#a b")");
  EXPECT_EQ(fault(""), prefix + "key: The expression attribute map contains an empty key;");
  EXPECT_EQ(fault("#" + std::string(255, 'k')),
            prefix +
                "key: The expression attribute map contains a key that is too long; size of "
                "key: 256");
  EXPECT_EQ(fault("#n", ""), prefix + "value: Empty attribute name for key #n");
  EXPECT_EQ(
      fault("#n", std::string(65536, 'x')),
      prefix + "value: Attribute name is too large, must be less than 65536 bytes for key #n");
  const substitutes longest(
      {.names = attribute_names{{"#" + std::string(254, 'k'), std::string(65535, 'x')}},
       .values = std::nullopt});
}

TEST(substitutes, keys_of_values) {
  const std::string prefix = "ExpressionAttributeValues contains invalid key: ";
  const auto fault = [](std::string key) {
    return fault_of({.names = std::nullopt, .values = attribute_map{{std::move(key), 1}}});
  };
  EXPECT_EQ(fault_of({.names = std::nullopt, .values = attribute_map{}}),
            "ExpressionAttributeValues must not be empty");
  EXPECT_EQ(fault("#n"), prefix + R"(Syntax error; key: "#n")");
  EXPECT_EQ(fault(":a-b"), prefix + R"(Syntax error; key: ":a-b")");
}

}  // namespace engine_expression_substitutes_test
