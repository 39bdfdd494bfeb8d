// What is refused as an update, and with which sentence.
#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace engine_expression_update_refusal_test {

using dynamo::test::given;

constexpr std::string_view all_values =
    R"({":n":{"N":"1"},":s":{"S":"x"},":b":{"B":"eA=="},":bool":{"BOOL":true},)"
    R"(":null":{"NULL":true},":l":{"L":[]},":m":{"M":{}},":ss":{"SS":["x"]},)"
    R"(":ns":{"NS":["1"]},":bs":{"BS":["eA=="]}})";
constexpr std::string_view item =
    R"({"n":{"N":"5"},"s":{"S":"str"},"l":{"L":[{"N":"0"},{"N":"1"}]},"nul":{"NULL":true},)"
    R"("m":{"M":{"a":{"N":"1"}}},"ss":{"SS":["x"]},"ns":{"NS":["1"]},)"
    R"("big":{"N":"9E125"},"small":{"N":"1.51E-129"}})";

std::string fault(std::string_view update) {
  return dynamo::test::fault_of_update(update, item, {.values = all_values});
}
// Behind "Invalid UpdateExpression: ".
std::string invalid(std::string_view update) {
  const std::string sentence = fault(update);
  constexpr std::string_view prefix = "Invalid UpdateExpression: ";
  EXPECT_TRUE(sentence.starts_with(prefix)) << sentence;
  return sentence.substr(prefix.size());
}
std::string syntax(std::string_view token, std::string_view near) {
  return "Syntax error; token: \"" + std::string(token) + "\", near: \"" + std::string(near) + "\"";
}

TEST(update_refusal, what_stands_for_a_path_is_another) {
  EXPECT_EQ(invalid("SET a = if_not_exists(m.a, m.a)"),
            "The first operand must be distinct from the remaining operands for this operator or "
            "function; operator: if_not_exists, first operand: [m, a]");
}

TEST(update_refusal, syntax) {
  const std::pair<std::string_view, std::string> faults[] = {
      {"  ", syntax("<EOF>", "  ")},
      {"SET", syntax("<EOF>", "SET")},
      {"SET a", syntax("<EOF>", "a")},
      {"SET a =", syntax("<EOF>", "=")},
      {"SET a = :n,", syntax("<EOF>", ",")},
      {"SET a = :n b = :n", syntax("b", ":n b =")},
      {"SET a = :n, REMOVE s", syntax("REMOVE", ", REMOVE s")},
      {"FOO a", syntax("FOO", "FOO a")},
      {"a = :n", syntax("a", "a =")},
      {"SET = :v", syntax("=", "SET = :v")},
      {"SET a = 1", syntax("1", "= 1")},
      {"SET a = -:n", syntax("-", "= -:n")},
      {"SET a = :n + ", syntax("<EOF>", "+ ")},
      {"SET a = :n + :n + :n", syntax("+", ":n + :n")},
      {"SET a = (n + :n) - :n", syntax("-", ") - :n")},
      {"SET a = n + (n + :n)", syntax("+", "n + :n")},
      {"SET a = :n * :n", syntax("*", ":n * :n")},
      {"SET a == :n", syntax("=", "== :n")},
      {"SET :n = a", syntax(":n", "SET :n =")},
      {"SET a = n < :n", syntax("<", "n < :n")},
      {"SET a = NOT b", syntax("NOT", "= NOT b")},
      {"SET a = :n AND b = :n", syntax("AND", ":n AND b")},
      {"SET a = if_not_exists(b, n + :n)", syntax("+", "n + :n")},
      {"SET add = :n", syntax("add", "SET add =")},
      {"REMOVE", syntax("<EOF>", "REMOVE")},
      {"REMOVE a,", syntax("<EOF>", ",")},
      {"REMOVE a b", syntax("b", "a b")},
      {"REMOVE :n", syntax(":n", "REMOVE :n")},
      {"REMOVE a = :n", syntax("=", "a = :n")},
      {"ADD a", syntax("<EOF>", "a")},
      {"ADD a = :n", syntax("=", "a = :n")},
      {"ADD a b", syntax("b", "a b")},
      {"ADD a (:n)", syntax("(", "a (:n")},
      {"ADD a :n + :n", syntax("+", ":n + :n")},
      {"ADD a if_not_exists(b,:n)", syntax("if_not_exists", "a if_not_exists(")},
      {"DELETE ss b", syntax("b", "ss b")},
  };
  for (const auto& [text, sentence] : faults) EXPECT_EQ(invalid(text), sentence) << text;
  EXPECT_EQ(invalid(""), "The expression can not be empty;");
}

TEST(update_refusal, rules_beyond_the_grammar) {
  const std::pair<std::string_view, std::string_view> faults[] = {
      {"SET a = :n SET b = :n",
       "The \"SET\" section can only be used once in an update expression;"},
      {"set a = :n remove b Remove c",
       "The \"REMOVE\" section can only be used once in an update expression;"},
      {"SET status = :n", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"SET a = b.status", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"SET a = foo(b)", "Invalid function name; function: foo"},
      {"SET a = IF_NOT_EXISTS(a, :n)", "Invalid function name; function: IF_NOT_EXISTS"},
      {"SET a = size(n)", "The function is not allowed in an update expression; function: size"},
      {"SET a = attribute_exists(n)",
       "The function is not allowed in an update expression; function: attribute_exists"},
      {"SET a = if_not_exists(b, list_append(l, :l))",
       "The function is not allowed to be used this way in an expression; function: list_append"},
      {"SET a = list_append(:l, :l) + :n",
       "The function is not allowed to be used this way in an expression; function: list_append"},
      {"SET a = ((n + :n))", "The expression has redundant parentheses;"},
      {"REMOVE l[2147483648]", "List index is not within the allowable range; index: [2147483648]"},
      {"SET a = :zz",
       "An expression attribute value used in expression is not defined; attribute value: :zz"},
      {"REMOVE a.#x",
       "An expression attribute name used in the document path is not defined; attribute name: #x"},
      {"SET a = if_not_exists(a)",
       "Incorrect number of operands for operator or function; operator or function: "
       "if_not_exists, number of operands: 1"},
      {"SET a = list_append(l, :l, :l)",
       "Incorrect number of operands for operator or function; operator or function: list_append, "
       "number of operands: 3"},
      {"SET a = if_not_exists(:n, a)",
       "Operator or function requires a document path; operator or function: if_not_exists"},
  };
  for (const auto& [text, sentence] : faults) EXPECT_EQ(invalid(text), sentence) << text;
}

TEST(update_refusal, types_of_values) {
  const auto operand = [](std::string_view of, std::string_view type) {
    return "Incorrect operand type for operator or function; operator or function: " +
           std::string(of) + ", operand type: " + std::string(type);
  };
  const auto action = [](std::string_view name, std::string_view type) {
    return "Incorrect operand type for operator or function; operator: " + std::string(name) +
           ", operand type: " + std::string(type) + ", typeSet: ALLOWED_FOR_" + std::string(name) +
           "_OPERAND";
  };
  struct kind {
    std::string value;
    std::string_view type;
    std::string_view long_name;  // empty: ADD takes it
  };
  for (const kind& each :
       {kind{":n", "N", ""}, kind{":s", "S", "STRING"}, kind{":b", "B", "BINARY"},
        kind{":bool", "BOOL", "BOOLEAN"}, kind{":null", "NULL", "NULL"}, kind{":l", "L", "LIST"},
        kind{":m", "M", "MAP"}, kind{":ss", "SS", ""}, kind{":ns", "NS", ""},
        kind{":bs", "BS", ""}}) {
    if (each.type != "N") {
      EXPECT_EQ(invalid("SET a = n + " + each.value), operand("+", each.type));
      EXPECT_EQ(invalid("SET a = " + each.value + " - n"), operand("-", each.type));
    }
    if (each.type != "L") {
      EXPECT_EQ(invalid("SET a = list_append(l, " + each.value + ")"),
                operand("list_append", each.type));
    }
    if (each.long_name.empty()) continue;
    EXPECT_EQ(invalid("ADD a " + each.value), action("ADD", each.long_name));
    EXPECT_EQ(invalid("DELETE a " + each.value), action("DELETE", each.long_name));
  }
  EXPECT_EQ(invalid("DELETE ss :n"), action("DELETE", "NUMBER"));
}

TEST(update_refusal, types_of_attributes) {
  for (const char* update :
       {"SET a = s + :n", "SET a = l + :n", "SET a = n - nul", "SET a = list_append(n, :l)",
        "SET a = list_append(:l, s)", "SET a = if_not_exists(s, :n) + :n", "ADD s :n", "ADD n :ss",
        "ADD ss :n", "ADD ss :ns", "ADD l :n", "ADD nul :n", "ADD m.a :ss", "DELETE n :ss",
        "DELETE ss :ns", "DELETE l[0] :ss"}) {
    EXPECT_EQ(fault(update), "An operand in the update expression has an incorrect data type")
        << update;
  }
}

TEST(update_refusal, what_is_not_there) {
  for (const char* update :
       {"SET a = b", "SET a = a", "SET a = b + :n", "SET a = list_append(b, :l)", "SET a = m.zz",
        "SET a = l[7]", "SET a = if_not_exists(a, b)", "SET a = if_not_exists(n, b)"}) {
    EXPECT_EQ(fault(update),
              "The provided expression refers to an attribute that does not exist in the item")
        << update;
  }
}

TEST(update_refusal, paths_that_lead_nowhere) {
  for (const char* update :
       {"SET m.a.b = :n", "SET q.a = :n", "SET n.a = :n", "SET l.a = :n", "SET m[0] = :n",
        "SET q[0] = :n", "SET l[1].x = :n", "SET m.zz.y = if_not_exists(m.zz.y, :n)", "REMOVE q.a",
        "REMOVE m.zz.y", "REMOVE n.a", "REMOVE n[0]", "REMOVE l.a", "REMOVE m[0]", "REMOVE q[0]",
        "REMOVE l[9].zz", "ADD q.zz :n", "DELETE q.zz :ss", "SET ss[0] = :s"}) {
    EXPECT_EQ(fault(update),
              "The document path provided in the update expression is invalid for update")
        << update;
  }
}

TEST(update_refusal, paths_that_overlap_or_conflict) {
  const auto two = [](std::string_view how, std::string_view one, std::string_view other) {
    return "Two document paths " + std::string(how) +
           " with each other; must remove or rewrite one of these paths; path one: " +
           std::string(one) + ", path two: " + std::string(other);
  };
  EXPECT_EQ(invalid("SET m = :n, m.a = :n"), two("overlap", "[m]", "[m, a]"));
  EXPECT_EQ(invalid("SET m.a = :n, m = :n"), two("overlap", "[m, a]", "[m]"));
  EXPECT_EQ(invalid("SET m.a = :n REMOVE m.a"), two("overlap", "[m, a]", "[m, a]"));
  EXPECT_EQ(invalid("SET l = :l ADD l[0] :n"), two("overlap", "[l]", "[l, [0]]"));
  EXPECT_EQ(invalid("SET l[0] = :n, l.a = :n"), two("conflict", "[l, [0]]", "[l, a]"));
  // Found before faults of operands that stand behind it, and before keys.
  EXPECT_EQ(invalid("SET m = :n, m.a = :zz"), two("overlap", "[m]", "[m, a]"));
  EXPECT_EQ(invalid("SET id = :n, m = :n, m.a = :n"), two("overlap", "[m]", "[m, a]"));
}

TEST(update_refusal, keys) {
  for (const char* update :
       {"SET id = :s", "REMOVE id", "SET id.a = :s", "ADD id :n", "SET a = :n, id = :s"}) {
    EXPECT_EQ(fault(update),
              "One or more parameter values were invalid: Cannot update attribute id. This "
              "attribute is part of the key")
        << update;
  }
  EXPECT_EQ(fault("REMOVE rk"),
            "One or more parameter values were invalid: Cannot update attribute rk. This attribute "
            "is part of the key");
}

TEST(update_refusal, numbers_beyond_the_limits) {
  constexpr std::string_view overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  EXPECT_EQ(fault("SET a = big + big"), overflow);
  EXPECT_EQ(
      dynamo::test::fault_of_update("ADD big :v", item, {.values = R"({":v":{"N":"9E125"}})"}),
      overflow);
  // So DynamoDB says of more than 38 digits.
  EXPECT_EQ(fault("SET a = big - :n"), overflow);
  EXPECT_EQ(dynamo::test::fault_of_update("SET a = small - :v", item,
                                          {.values = R"({":v":{"N":"1.5E-129"}})"}),
            "Number underflow. Attempting to store a number with magnitude smaller than supported "
            "range");
}

}  // namespace engine_expression_update_refusal_test
