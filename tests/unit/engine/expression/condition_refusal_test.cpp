// What is refused as a condition, and with which sentence.
#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace engine_expression_condition_refusal_test {

using dynamo::test::fault_of_condition;
using dynamo::test::given;

const given values{.values =
                       R"({":n":{"N":"1"},":s":{"S":"x"},":b":{"B":"eA=="},":bool":{"BOOL":true},)"
                       R"(":null":{"NULL":true},":l":{"L":[]},":m":{"M":{}},":ss":{"SS":["x"]},)"
                       R"(":ns":{"NS":["1"]},":bs":{"BS":["eA=="]}})",
                   .names = {}};

std::string syntax(std::string_view token, std::string_view near) {
  return "Syntax error; token: \"" + std::string(token) + "\", near: \"" + std::string(near) + "\"";
}
std::string operand_type(std::string_view of, std::string_view type) {
  return "Incorrect operand type for operator or function; operator or function: " +
         std::string(of) + ", operand type: " + std::string(type);
}

TEST(condition_refusal, syntax) {
  const std::pair<std::string_view, std::string> faults[] = {
      {" ", syntax("<EOF>", " ")},
      {"a", syntax("<EOF>", "a")},
      {"a = ", syntax("<EOF>", "= ")},
      {"a = :v = :v", syntax("=", ":v = :v")},
      {"a = b = ", syntax("=", "b = ")},
      {"= :v", syntax("=", "= :v")},
      {"   = :v", syntax("=", "   = :v")},
      {"(a = :v", syntax("<EOF>", ":v")},
      {"a = :v)", syntax(")", ":v)")},
      {"a = :v ) ", syntax(")", ":v ) ")},
      {"a = :v )  ( ", syntax(")", ":v )  (")},
      {"a == :v", syntax("=", "== :v")},
      {"a != :v", syntax("!", "a !=")},
      {"a < > :v", syntax(">", "< > :v")},
      {"a=:v AND", syntax("<EOF>", "AND")},
      {"AND", syntax("AND", "AND")},
      {"NOT", syntax("<EOF>", "NOT")},
      {"NOT a", syntax("<EOF>", "a")},
      {"NOT (a)", syntax("<EOF>", ")")},
      {"(a)", syntax("<EOF>", ")")},
      {"(a) AND b = c", syntax("AND", ") AND b")},
      {"(a AND b = c)", syntax("AND", "a AND b")},
      {"(a = b) = c", syntax("=", ") = c")},
      {"a >= :v or b", syntax("<EOF>", "b")},
      {"a IN ()", syntax(")", "()")},
      {"a IN :v", syntax(":v", "IN :v")},
      {"a in (:v,", syntax("<EOF>", ",")},
      {"a between :v", syntax("<EOF>", ":v")},
      {"a between :v or :v", syntax("or", ":v or :v")},
      {"attribute_exists()", syntax(")", "()")},
      {"attribute_exists a", syntax("a", "attribute_exists a")},
      {"a[-1] = :v", syntax("-", "[-1")},
      {"a[01] = :v", syntax("1", "01]")},
      {"a[x] = :v", syntax("x", "[x]")},
      {"a[] = c", syntax("]", "[] =")},
      {"a[1 = c", syntax("=", "1 = c")},
      {"a[1.2] = d", syntax(".", "1.2")},
      {".a = :v", syntax(".", ".a")},
      {"a.. = :v", syntax(".", ".. =")},
      {"a.1 = :v", syntax("1", ".1 =")},
      {"(a.b)[0] = c", syntax("[", ")[0")},
      {"1 = :v", syntax("1", "1 =")},
      {"a = \"x\"", syntax("\"", "= \"x")},
      {"a-b = :v", syntax("-", "a-b")},
      {"_a = :v", syntax("_", "_a")},
      {"a:b = :v", syntax(":b", "a:b =")},
      {"\xC3\xA4 = :v", syntax("\xC3\xA4", "\xC3\xA4 =")},
      {"a = :v;", syntax(";", ":v;")},
      {"a = :", syntax(":", "= :")},
      {"a = #", syntax("#", "= #")},
      {"a = ::v", syntax(":", "= ::v")},
      {"between = :v", syntax("between", "between =")},
      {"attribute_exists(ADD)", syntax("ADD", "(ADD)")},
      {"status = b AND ((", syntax("<EOF>", "(")},
  };
  for (const auto& [text, sentence] : faults) EXPECT_EQ(fault_of_condition(text), sentence) << text;
  EXPECT_EQ(fault_of_condition(""), "The expression can not be empty;");
}

TEST(condition_refusal, rules_beyond_the_grammar) {
  const std::pair<std::string_view, std::string_view> faults[] = {
      {"Status = a", "Attribute name is a reserved keyword; reserved keyword: Status"},
      {"a.size = b", "Attribute name is a reserved keyword; reserved keyword: size"},
      {"foo(a)", "Invalid function name; function: foo"},
      {"SIZE(a) = b", "Invalid function name; function: SIZE"},
      {"foo(status) = :zz", "Invalid function name; function: foo"},
      {"size(a)",
       "The function is not allowed to be used this way in an expression; function: size"},
      {"attribute_exists(a) = b",
       "The function is not allowed to be used this way in an expression; function: "
       "attribute_exists"},
      {"contains(a, contains(a,b))",
       "The function is not allowed to be used this way in an expression; function: contains"},
      {"if_not_exists(a, b) = c",
       "The function is not allowed in a condition expression; function: if_not_exists"},
      {"list_append(a, b) = c",
       "The function is not allowed in a condition expression; function: list_append"},
      {"((a = b))", "The expression has redundant parentheses;"},
      {"((a)) = b", "The expression has redundant parentheses;"},
      {"a = ((b))", "The expression has redundant parentheses;"},
      {"NOT ((a = b))", "The expression has redundant parentheses;"},
      {"(((a = b) AND c = d))", "The expression has redundant parentheses;"},
      {"a[2147483648] = b", "List index is not within the allowable range; index: [2147483648]"},
      {"#z = b AND a[99999999999] = c",
       "List index is not within the allowable range; index: [99999999999]"},
  };
  for (const auto& [text, sentence] : faults) EXPECT_EQ(fault_of_condition(text), sentence) << text;
}

TEST(condition_refusal, undefined) {
  EXPECT_EQ(
      fault_of_condition("a = :zz"),
      "An expression attribute value used in expression is not defined; attribute value: :zz");
  EXPECT_EQ(
      fault_of_condition("a = :zz", values),
      "An expression attribute value used in expression is not defined; attribute value: :zz");
  EXPECT_EQ(
      fault_of_condition("a.#x = b"),
      "An expression attribute name used in the document path is not defined; attribute name: "
      "#x");
  EXPECT_EQ(
      fault_of_condition("a.#x = b", {.names = {{"#y", "b"}}}),
      "An expression attribute name used in the document path is not defined; attribute name: "
      "#x");
}

TEST(condition_refusal, types_without_order) {
  for (const auto& [value, type] : {std::pair{":bool", "BOOL"},
                                    {":null", "NULL"},
                                    {":l", "L"},
                                    {":m", "M"},
                                    {":ss", "SS"},
                                    {":ns", "NS"},
                                    {":bs", "BS"}}) {
    for (const std::string sign : {"<", "<=", ">", ">="}) {
      EXPECT_EQ(fault_of_condition("a " + sign + " " + value, values), operand_type(sign, type));
      EXPECT_EQ(fault_of_condition(value + (" " + sign) + " a", values), operand_type(sign, type));
    }
    EXPECT_EQ(fault_of_condition(std::string("a BETWEEN :n AND ") + value, values),
              operand_type("BETWEEN", type));
    EXPECT_EQ(fault_of_condition(std::string(value) + " BETWEEN a AND b", values),
              operand_type("BETWEEN", type));
  }
}

TEST(condition_refusal, between) {
  EXPECT_EQ(fault_of_condition("a BETWEEN :n AND :s", values),
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
            "operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:x}");
  EXPECT_EQ(
      fault_of_condition("a BETWEEN :hi AND :lo",
                         {.values = R"({":hi":{"N":"10"},":lo":{"N":"9"}})"}),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
      "lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:9}");
}

TEST(condition_refusal, operands_of_functions) {
  for (const auto& [value, type] : {std::pair{":n", "N"},
                                    {":bool", "BOOL"},
                                    {":null", "NULL"},
                                    {":l", "L"},
                                    {":m", "M"},
                                    {":ss", "SS"},
                                    {":ns", "NS"},
                                    {":bs", "BS"}}) {
    const std::string name = value;
    EXPECT_EQ(fault_of_condition("begins_with(a, " + name + ")", values),
              operand_type("begins_with", type));
    EXPECT_EQ(fault_of_condition("begins_with(" + name + ", a)", values),
              operand_type("begins_with", type));
    EXPECT_EQ(fault_of_condition("attribute_type(a, " + name + ")", values),
              operand_type("attribute_type", type));
  }
  for (const auto& [value, type] : {std::pair{":n", "N"}, {":bool", "BOOL"}, {":null", "NULL"}}) {
    EXPECT_EQ(fault_of_condition(std::string("size(") + value + ") = a", values),
              operand_type("size", type));
  }
  EXPECT_EQ(fault_of_condition("size(size(a)) = b"), operand_type("size", "N"));
  EXPECT_EQ(fault_of_condition("begins_with(size(a), :s)", values),
            operand_type("begins_with", "N"));
  EXPECT_EQ(fault_of_condition("attribute_type(a, b)"),
            operand_type("attribute_type", "{N,BS,L,B,NULL,M,S,SS,NS,BOOL}"));
  EXPECT_EQ(fault_of_condition("attribute_type(a, :s)", values),
            "Invalid attribute type name found; type: x, valid types: "
            "{N,BS,L,B,NULL,M,S,SS,NS,BOOL}");
  EXPECT_EQ(fault_of_condition("attribute_exists(:n)", values),
            "Operator or function requires a document path; operator or function: "
            "attribute_exists");
  EXPECT_EQ(fault_of_condition("attribute_not_exists(size(a))"),
            "Operator or function requires a document path; operator or function: "
            "attribute_not_exists");
}

TEST(condition_refusal, number_of_operands) {
  for (const auto& [text, name, count] :
       {std::tuple{"attribute_exists(a, b)", "attribute_exists", 2},
        {"attribute_type(a)", "attribute_type", 1},
        {"begins_with(a)", "begins_with", 1},
        {"contains(a, b, c)", "contains", 3},
        {"size(a, b) = c", "size", 2}}) {
    EXPECT_EQ(fault_of_condition(text),
              "Incorrect number of operands for operator or function; operator or function: " +
                  std::string(name) + ", number of operands: " + std::to_string(count));
  }
}

TEST(condition_refusal, operands_that_are_the_same) {
  const auto same = [](std::string_view of, std::string_view path) {
    return "The first operand must be distinct from the remaining operands for this operator or "
           "function; operator: " +
           std::string(of) + ", first operand: " + std::string(path);
  };
  EXPECT_EQ(fault_of_condition("a = a"), same("=", "[a]"));
  EXPECT_EQ(fault_of_condition("(a) < a"), same("<", "[a]"));
  EXPECT_EQ(fault_of_condition("a.b[2] <> a.b[2]"), same("<>", "[a, b, [2]]"));
  EXPECT_EQ(fault_of_condition("a BETWEEN b AND a"), same("BETWEEN", "[a]"));
  EXPECT_EQ(fault_of_condition("a IN (b, a)"), same("IN", "[a]"));
  EXPECT_EQ(fault_of_condition("contains(a, a)"), same("contains", "[a]"));
  EXPECT_EQ(fault_of_condition("attribute_type(a, a)"), same("attribute_type", "[a]"));
  EXPECT_EQ(fault_of_condition("#n = n", {.names = {{"#n", "n"}}}), same("=", "[n]"));
  EXPECT_FALSE(dynamo::test::holds("size(a) = a OR size(a) = size(a)", "{}"));
}

TEST(condition_refusal, the_first_fault_is_reported) {
  // What shows in the text alone comes before what shows in its operands.
  const std::pair<std::string_view, std::string> faults[] = {
      {"a = :zz AND status = b", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"foo(a) AND status = b", "Invalid function name; function: foo"},
      {"status = b AND foo(a)", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"a = a AND foo(b)", "Invalid function name; function: foo"},
      {"((a = b)) AND status = b", "The expression has redundant parentheses;"},
      {"foo(a) AND ((a = b))", "The expression has redundant parentheses;"},
      {"a < :bool AND b = :zz", operand_type("<", "BOOL")},
      {"a < :bool AND #q = b", operand_type("<", "BOOL")},
      {"c < :bool AND attribute_exists(:n)", operand_type("<", "BOOL")},
      {"attribute_exists(a, :zz)",
       "An expression attribute value used in expression is not defined; attribute value: :zz"},
      {":bool < :zz",
       "An expression attribute value used in expression is not defined; attribute value: :zz"},
  };
  for (const auto& [text, sentence] : faults) {
    EXPECT_EQ(fault_of_condition(text, values), sentence) << text;
  }
}

}  // namespace engine_expression_condition_refusal_test
