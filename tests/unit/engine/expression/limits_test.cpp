// Limits of expressions, from both sides.
#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace engine_expression_limits_test {

using dynamo::test::fault_of_condition;
using dynamo::test::fault_of_update;
using dynamo::test::holds;

std::string repeated(std::string_view part, std::size_t times, std::string_view between = "") {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) {
    if (i != 0) out += between;
    out += part;
  }
  return out;
}

constexpr std::string_view too_many =
    "The expression contains too many operators; operator count: 301";

TEST(expression_limits, bytes) {
  std::string text = "attribute_exists(a)";
  text.resize(4096, ' ');
  EXPECT_FALSE(holds(text, "{}"));
  text += ' ';
  EXPECT_EQ(fault_of_condition(text),
            "Expression size has exceeded the maximum allowed size; expression size: 4097");
  EXPECT_EQ(fault_of_update(std::string(5000, 'x')),
            "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size; "
            "expression size: 5000");
}

TEST(expression_limits, operators) {
  // 150 comparisons and what is between them.
  const std::string full = repeated("a=b", 150, " OR ");
  EXPECT_FALSE(holds(full, "{}"));
  EXPECT_TRUE(holds("NOT " + full, "{}"));
  EXPECT_EQ(fault_of_condition("NOT NOT " + full), too_many);
  EXPECT_EQ(fault_of_condition(full + " OR a=b"), too_many);
  EXPECT_FALSE(holds(repeated("size(a)=b", 100, " OR "), "{}"));
  EXPECT_EQ(fault_of_condition(repeated("size(a)=b", 101, " AND ")), too_many);
}

TEST(expression_limits, depth) {
  EXPECT_TRUE(holds(repeated("NOT ", 299) + "a=b", "{}"));
  EXPECT_EQ(fault_of_condition(repeated("NOT ", 300) + "a=b"), too_many);
  EXPECT_EQ(fault_of_condition(repeated("NOT ", 1000) + "a=b"), too_many);
  EXPECT_TRUE(holds(repeated("NOT (", 299) + "a=b" + repeated(")", 299), "{}"));
  EXPECT_FALSE(holds(repeated("(a=b OR ", 149) + "a=b" + repeated(")", 149), "{}"));
  EXPECT_EQ(fault_of_condition(repeated("(", 300) + "a=b" + repeated(")", 300)),
            "The expression has redundant parentheses;");
  EXPECT_EQ(fault_of_condition(std::string(4096, '(')), too_many);
  EXPECT_EQ(fault_of_condition("a = " + std::string(4000, '(')), too_many);
  EXPECT_EQ(fault_of_condition(repeated("size(", 800) + "a" + std::string(90, ')')), too_many);
  EXPECT_EQ(fault_of_update("SET a = " + std::string(4000, '(')),
            "Invalid UpdateExpression: " + std::string(too_many));
  EXPECT_EQ(fault_of_update("SET a = " + std::string(4000, '+')),
            R"(Invalid UpdateExpression: Syntax error; token: "+", near: "= ++")");
}

TEST(expression_limits, paths) {
  EXPECT_FALSE(holds("attribute_exists(" + repeated("a", 32, ".") + ")", "{}"));
  EXPECT_EQ(fault_of_condition("attribute_exists(" + repeated("a", 33, ".") + ")"),
            "The document path has too many nesting levels; nesting levels: 33");
  EXPECT_FALSE(holds("attribute_exists(a" + repeated("[0]", 31) + ")", "{}"));
  EXPECT_EQ(fault_of_condition("attribute_exists(a" + repeated("[0]", 32) + ")"),
            "The document path has too many nesting levels; nesting levels: 33");
  EXPECT_FALSE(holds("attribute_exists(a[2147483647])", "{}"));
}

TEST(expression_limits, choices_of_in) {
  EXPECT_FALSE(holds("a IN (" + repeated("b", 100, ",") + ")", "{}"));
  EXPECT_EQ(fault_of_condition("a IN (" + repeated("b", 101, ",") + ")"),
            "The IN operator is provided with too many operands; number of operands: 101");
}

TEST(expression_limits, levels_of_what_is_set) {
  const auto nested = [](std::size_t levels) {
    return R"({":v":)" + repeated(R"({"L":[)", levels) + R"({"S":"x"})" + repeated("]}", levels) +
           "}";
  };
  const std::string most = nested(31);
  EXPECT_NE(dynamo::test::updated("SET a = :v", "{}", {.values = most}), "{}");
  const std::string too_deep = nested(32);
  EXPECT_EQ(fault_of_update("SET a = :v", "{}", {.values = too_deep}),
            "Nesting Levels have exceeded supported limits");
  EXPECT_EQ(fault_of_update("SET m.a = :v", R"({"m":{"M":{}}})", {.values = most}),
            "Nesting Levels have exceeded supported limits");
}

}  // namespace engine_expression_limits_test
