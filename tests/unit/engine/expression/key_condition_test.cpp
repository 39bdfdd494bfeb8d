#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace engine_expression_key_condition_test {

using dynamo::key_schema;
using dynamo::engine::key_condition;
using dynamo::engine::sort_condition;
using dynamo::test::given;

using comparison = sort_condition::comparison;

constexpr std::string_view values =
    R"({":s":{"S":"x"},":n":{"N":"1"},":hi":{"N":"5"},":e":{"S":""},":bool":{"BOOL":true},)"
    R"(":b":{"B":"eA=="},":eb":{"B":""}})";

class key_condition_test : public testing::Test {
 protected:
  key_condition parse(std::string_view text) {
    return key_condition::parse(text, key_, substitutes_);
  }
  std::string fault(std::string_view text) {
    return dynamo::test::refused_with([&] { (void)parse(text); });
  }
  // The comparison with the number 1, unless the text says another.
  void expect_sort(std::string_view text, comparison how, std::string_view low = "1") {
    const key_condition parsed = parse(text);
    EXPECT_EQ(parsed.partition.as_string(), "x") << text;
    ASSERT_TRUE(parsed.sort) << text;
    EXPECT_EQ(parsed.sort->how, how) << text;
    EXPECT_EQ(parsed.sort->low.number_text(), low) << text;
  }

  key_schema key_ = dynamo::test::key_of_users();
  dynamo::engine::substitutes substitutes_ =
      dynamo::test::substitutes_of({.values = values, .names = {{"#k", "rk"}, {"#s", "status"}}});
};

TEST_F(key_condition_test, partition_alone) {
  for (const std::string_view text : {"id = :s", ":s = id", "(id) = (:s)", "(id = :s)"}) {
    const key_condition parsed = parse(text);
    EXPECT_EQ(parsed.partition.as_string(), "x") << text;
    EXPECT_FALSE(parsed.sort) << text;
  }
}

TEST_F(key_condition_test, either_order_and_parentheses) {
  for (const std::string_view text :
       {"id = :s AND rk = :n", "rk = :n and id = :s", "(id = :s) AND (rk = :n)",
        "(id = :s AND rk = :n)", "id = :s AND :n = #k", "id = :s AND (rk = :n)"}) {
    expect_sort(text, comparison::equal);
  }
}

TEST_F(key_condition_test, comparisons) {
  expect_sort("id = :s AND rk < :n", comparison::less);
  expect_sort("id = :s AND rk <= :n", comparison::less_or_equal);
  expect_sort("id = :s AND rk > :n", comparison::greater);
  expect_sort("id = :s AND rk >= :n", comparison::greater_or_equal);
  // The other way round.
  expect_sort("id = :s AND :n < rk", comparison::greater);
  expect_sort("id = :s AND :n <= rk", comparison::greater_or_equal);
  expect_sort("id = :s AND :n > rk", comparison::less);
  expect_sort("id = :s AND :n >= rk", comparison::less_or_equal);
  expect_sort("id = :s AND rk BETWEEN :n AND :hi", comparison::between);
  EXPECT_EQ(parse("id = :s AND rk BETWEEN :n AND :hi").sort->high.number_text(), "5");
}

TEST_F(key_condition_test, begins_with_on_texts) {
  key_.sort_key->type = dynamo::key_type::string;
  EXPECT_EQ(parse("id = :s AND begins_with(rk, :s)").sort->how, comparison::begins_with);
  key_.sort_key->type = dynamo::key_type::binary;
  EXPECT_EQ(parse("begins_with(rk, :b) AND id = :s").sort->low.base64(), "eA==");
}

TEST_F(key_condition_test, what_is_no_condition_on_keys) {
  const std::string nested = "KeyConditionExpressions cannot contain nested operations";
  const std::string once = "KeyConditionExpressions must only contain one condition per key";
  const std::string unsupported = "Query key condition not supported";
  const auto bad = [](std::string_view name) {
    return "Invalid operator used in KeyConditionExpression: " + std::string(name);
  };
  const auto scalar = [](std::string_view name) {
    return "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
           "allowed: Key: " +
           std::string(name);
  };
  const std::pair<std::string_view, std::string> faults[] = {
      {"id = :s AND rk <> :n", bad("<>")},
      {"id = :s AND rk IN (:n)", bad("IN")},
      {"id = :s OR rk = :n", bad("OR")},
      {"NOT id = :s", bad("NOT")},
      {"id = :s AND NOT rk = :n", bad("NOT")},
      {"attribute_exists(id)", bad("attribute_exists")},
      {"id = :s AND contains(rk, :s)", bad("contains")},
      {"id = :s AND rk = :n OR rk = :n", bad("OR")},
      {"id < :s", unsupported},
      {":s > id", unsupported},
      {"id BETWEEN :s AND :s", unsupported},
      {"begins_with(id, :s)", unsupported},
      {"id > :s AND rk > :n", unsupported},
      {"size(id) = :n", nested},
      {"id = :s AND size(rk) = :n", nested},
      {"id = :s AND id = :s", once},
      {"id = :s AND begins_with(id, :s)", once},
      {"id = :s AND rk > :n AND rk < :hi", once},
      {"id = :s AND (rk = :n AND rk = :n)", once},
      {"id = :s AND rk = :n AND zz = :s", "Conditions can be of length 1 or 2 only"},
      {"id.a = :s", scalar("id")},
      {"id[0] = :s", scalar("id")},
      {"id = :s AND rk.b = :n", scalar("rk")},
      {"id = rk",
       "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
       "condition"},
      {":s = :s", "Invalid condition in KeyConditionExpression: No key attribute specified"},
      {"id = :s AND :n BETWEEN rk AND rk",
       "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute "
       "as its first operand"},
      {"rk = :n", "Query condition missed key schema element: id"},
      {"zz = :s", "Query condition missed key schema element: id"},
      {"zz = :s AND yy = :n", "Query condition missed key schema element: id"},
      {"id = :s AND zz = :s", "Query condition missed key schema element: rk"},
  };
  for (const auto& [text, sentence] : faults) EXPECT_EQ(fault(text), sentence) << text;
}

TEST_F(key_condition_test, what_is_no_condition_at_all) {
  const std::string prefix = "Invalid KeyConditionExpression: ";
  EXPECT_EQ(fault(""), prefix + "The expression can not be empty;");
  EXPECT_EQ(fault("id = :s AND"), prefix + R"(Syntax error; token: "<EOF>", near: "AND")");
  EXPECT_EQ(fault("status = :s"),
            prefix + "Attribute name is a reserved keyword; reserved keyword: status");
  EXPECT_EQ(fault("id = :zz"),
            prefix +
                "An expression attribute value used in expression is not defined; attribute value: "
                ":zz");
  EXPECT_EQ(fault("id = :s AND rk < :bool"),
            prefix +
                "Incorrect operand type for operator or function; operator or function: <, operand "
                "type: BOOL");
  EXPECT_EQ(fault("id = :s AND begins_with(rk, :n)"),
            prefix +
                "Incorrect operand type for operator or function; operator or function: "
                "begins_with, operand type: N");
  EXPECT_EQ(fault("id = :s AND rk BETWEEN :hi AND :n"),
            prefix +
                "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                "bound; lower bound operand: AttributeValue: {N:5}, upper bound operand: "
                "AttributeValue: {N:1}");
}

TEST_F(key_condition_test, types_are_those_of_the_schema) {
  const std::string mismatch =
      "One or more parameter values were invalid: Condition parameter type does not match schema "
      "type";
  EXPECT_EQ(fault("id = :n"), mismatch);
  EXPECT_EQ(fault("id = :bool"), mismatch);
  EXPECT_EQ(fault("id = :s AND rk = :s"), mismatch);
  EXPECT_EQ(fault("id = :s AND rk BETWEEN :s AND :s"), mismatch);
  EXPECT_EQ(fault("id = :s AND begins_with(rk, :s)"), mismatch);
  const std::string empty =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty ";
  EXPECT_EQ(fault("id = :e"), empty + "string value. Key: id");
  key_.sort_key->type = dynamo::key_type::string;
  EXPECT_EQ(fault("id = :s AND rk BETWEEN :e AND :s"), empty + "string value. Key: rk");
  key_.sort_key->type = dynamo::key_type::binary;
  EXPECT_EQ(fault("id = :s AND rk = :eb"), empty + "binary value. Key: rk");
}

TEST_F(key_condition_test, table_without_sort_key) {
  key_.sort_key = std::nullopt;
  EXPECT_EQ(parse("id = :s").partition.as_string(), "x");
  EXPECT_EQ(fault("id = :s AND rk = :n"), "Query key condition not supported");
  EXPECT_EQ(fault("rk = :n"), "Query condition missed key schema element: id");
}

}  // namespace engine_expression_key_condition_test
