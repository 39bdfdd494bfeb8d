// What conditions are true of.
#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace engine_expression_condition_test {

using dynamo::test::given;

// Every type of value, and some twice.
constexpr std::string_view item =
    R"({"n":{"N":"5"},"one":{"N":"1"},"s":{"S":"h\u00e9llo\ud834\udd1e"},"x":{"S":"x"},"e":{"S":""},)"
    R"("b":{"B":"AAEC"},"bx":{"B":"eA=="},"t":{"BOOL":true},"nu":{"NULL":true},)"
    R"("l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"2"}]}]},)"
    R"("m":{"M":{"a":{"N":"1"},"b.c":{"N":"2"}}},)"
    R"("ss":{"SS":["x","y"]},"ns":{"NS":["1","2"]},"bs":{"BS":["eA==","eQ=="]}})";

bool holds(std::string_view condition, const given& with = {}) {
  return dynamo::test::holds(condition, item, with);
}
// With one value, ":v".
bool holds(std::string_view condition, std::string_view value) {
  const std::string values = "{\":v\":" + std::string(value) + "}";
  return dynamo::test::holds(condition, item, {.values = values});
}

TEST(condition, equality_of_scalars) {
  EXPECT_TRUE(holds("n = :v", R"({"N":"5.00"})"));
  EXPECT_TRUE(holds("n = :v", R"({"N":"50E-1"})"));
  EXPECT_FALSE(holds("n = :v", R"({"N":"5.01"})"));
  EXPECT_FALSE(holds("n = :v", R"({"S":"5"})"));
  EXPECT_TRUE(holds("n <> :v", R"({"S":"5"})"));
  EXPECT_TRUE(holds("x = :v", R"({"S":"x"})"));
  EXPECT_FALSE(holds("x <> :v", R"({"S":"x"})"));
  EXPECT_TRUE(holds("bx = :v", R"({"B":"eA=="})"));
  EXPECT_FALSE(holds("x = bx"));
  EXPECT_TRUE(holds("t = :v", R"({"BOOL":true})"));
  EXPECT_FALSE(holds("t = :v", R"({"BOOL":false})"));
  EXPECT_TRUE(holds("nu = :v", R"({"NULL":true})"));
  EXPECT_FALSE(holds("nu = t"));
  EXPECT_TRUE(holds(":v = :v", R"({"N":"1"})"));
}

TEST(condition, equality_is_deep_and_sets_have_no_order) {
  EXPECT_TRUE(holds("l = :v", R"({"L":[{"N":"1.0"},{"S":"x"},{"L":[{"N":"2"}]}]})"));
  EXPECT_FALSE(holds("l = :v", R"({"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"3"}]}]})"));
  EXPECT_FALSE(holds("l = :v", R"({"L":[{"N":"1"},{"S":"x"}]})"));
  EXPECT_TRUE(holds("m = :v", R"({"M":{"b.c":{"N":"2"},"a":{"N":"1"}}})"));
  EXPECT_FALSE(holds("m = :v", R"({"M":{"b":{"N":"2"},"a":{"N":"1"}}})"));
  EXPECT_FALSE(holds("m = :v", R"({"M":{"a":{"N":"1"}}})"));
  EXPECT_TRUE(holds("ss = :v", R"({"SS":["y","x"]})"));
  EXPECT_FALSE(holds("ss = :v", R"({"SS":["y","z"]})"));
  EXPECT_FALSE(holds("ss = :v", R"({"SS":["x"]})"));
  EXPECT_TRUE(holds("ns = :v", R"({"NS":["2.0","1"]})"));
  EXPECT_TRUE(holds("bs = :v", R"({"BS":["eQ==","eA=="]})"));
  EXPECT_FALSE(holds("ss = bs"));
}

TEST(condition, large_sets_and_maps_compare_too) {
  const auto set = [](int begin, int step) {
    std::string out = R"({"NS":[)";
    for (int i = 0; i < 100; ++i) {
      out += (i == 0 ? "\"" : ",\"") + std::to_string((begin + i * step) % 101) + "\"";
    }
    return out + "]}";
  };
  const auto map = [](std::string_view last) {
    std::string out = R"({"M":{)";
    for (int i = 0; i < 50; ++i) out += "\"k" + std::to_string(i) + R"(":{"BOOL":true},)";
    return out + R"("z":)" + std::string(last) + "}}";
  };
  const auto same = [](const std::string& a, const std::string& b) {
    const std::string values = "{\":v\":" + b + "}";
    return dynamo::test::holds("a = :v", "{\"a\":" + a + "}", {.values = values});
  };
  EXPECT_TRUE(same(set(0, 1), set(99, 100)));
  EXPECT_FALSE(same(set(0, 1), set(1, 1)));
  EXPECT_TRUE(same(map(R"({"N":"1"})"), map(R"({"N":"1.0"})")));
  EXPECT_FALSE(same(map(R"({"N":"1"})"), map(R"({"N":"2"})")));
}

TEST(condition, order_of_numbers_strings_and_binary_values) {
  EXPECT_TRUE(holds("n > :v", R"({"N":"-5"})"));
  EXPECT_TRUE(holds("n > :v", R"({"N":"4.9999999999999999999999999999999999999"})"));
  EXPECT_TRUE(holds("n < :v", R"({"N":"10"})"));
  EXPECT_TRUE(holds("n >= :v", R"({"N":"5"})"));
  EXPECT_TRUE(holds("n <= :v", R"({"N":"5"})"));
  EXPECT_FALSE(holds("n > :v", R"({"N":"5"})"));
  EXPECT_FALSE(holds("n < :v", R"({"N":"5"})"));
  EXPECT_TRUE(holds("s < :v", R"({"S":"i"})"));
  EXPECT_TRUE(holds("s > :v", R"({"S":"hz"})"));  // by bytes in UTF-8
  EXPECT_TRUE(holds("x > e"));
  EXPECT_TRUE(holds("b < :v", R"({"B":"AAED"})"));
  EXPECT_TRUE(holds("b > :v", R"({"B":"AAE="})"));
  EXPECT_TRUE(holds("b < :v", R"({"B":"/w=="})"));
  EXPECT_TRUE(holds("b > :v", R"({"B":""})"));
}

TEST(condition, different_types_have_no_order) {
  for (const char* sign : {"<", "<=", ">", ">="}) {
    EXPECT_FALSE(holds(std::string("n ") + sign + " x"));
    EXPECT_FALSE(holds(std::string("t ") + sign + " nu"));
    EXPECT_FALSE(holds(std::string("l ") + sign + " m"));
    EXPECT_FALSE(holds(std::string("nothing ") + sign + " n"));
  }
  EXPECT_TRUE(holds("NOT n < x"));
}

TEST(condition, what_is_not_there_equals_nothing) {
  EXPECT_FALSE(holds("zz = yy"));
  EXPECT_TRUE(holds("zz <> yy"));
  EXPECT_TRUE(holds("zz <> n"));
  EXPECT_TRUE(holds("n <> zz"));
  EXPECT_TRUE(holds("NOT zz = yy"));
  EXPECT_FALSE(holds("zz BETWEEN n AND one"));
  EXPECT_FALSE(holds("n BETWEEN one AND zz"));
  EXPECT_FALSE(holds("zz IN (yy)"));
  EXPECT_FALSE(holds("contains(zz, x)"));
  EXPECT_FALSE(holds("contains(ss, zz)"));
  EXPECT_FALSE(holds("begins_with(zz, x)"));
}

TEST(condition, between) {
  const given two{.values = R"({":a":{"N":"1"},":b":{"N":"5"}})"};
  EXPECT_TRUE(holds("n BETWEEN :a AND :b", two));
  EXPECT_TRUE(holds("one BETWEEN :a AND :b", two));
  EXPECT_FALSE(holds("x BETWEEN :a AND :b", two));
  EXPECT_FALSE(holds("n BETWEEN one AND x"));
  EXPECT_FALSE(holds("n BETWEEN x AND one"));
  EXPECT_TRUE(holds("NOT n BETWEEN one AND x"));
  EXPECT_TRUE(holds("size(l) BETWEEN one AND n"));
  EXPECT_TRUE(holds("x BETWEEN :v AND :v", R"({"S":"x"})"));
}

TEST(condition, in) {
  EXPECT_TRUE(holds("one IN (zz, x, one2, m.a)"));
  EXPECT_FALSE(holds("n IN (zz, x, one)"));
  EXPECT_TRUE(holds("l IN (:v)", R"({"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"2"}]}]})"));
  EXPECT_TRUE(holds("size(ss) IN (:v, size(ns))", R"({"N":"9"})"));
}

TEST(condition, existence) {
  EXPECT_TRUE(holds("attribute_exists(nu)"));
  EXPECT_TRUE(holds("attribute_exists(m.a)"));
  EXPECT_TRUE(holds("attribute_exists(l[2][0])"));
  for (const char* path : {"zz", "l[3]", "l[2][1]", "m[0]", "l.a", "n.a", "ss[0]", "m.zz.y"}) {
    EXPECT_FALSE(holds("attribute_exists(" + std::string(path) + ")")) << path;
    EXPECT_TRUE(holds("attribute_not_exists(" + std::string(path) + ")")) << path;
  }
  EXPECT_FALSE(holds("attribute_not_exists(n)"));
}

TEST(condition, type_of_an_attribute) {
  const std::pair<std::string_view, std::string_view> types[] = {
      {"n", "N"}, {"s", "S"}, {"b", "B"},   {"t", "BOOL"}, {"nu", "NULL"},
      {"l", "L"}, {"m", "M"}, {"ss", "SS"}, {"ns", "NS"},  {"bs", "BS"}};
  for (const auto& [attribute, type] : types) {
    for (const auto& [other, name] : types) {
      const std::string values = R"({":v":{"S":")" + std::string(name) + "\"}}";
      EXPECT_EQ(
          holds("attribute_type(" + std::string(attribute) + ", :v)", given{.values = values}),
          type == name)
          << attribute << ' ' << name;
    }
  }
  EXPECT_FALSE(holds("attribute_type(zz, :v)", R"({"S":"NULL"})"));
}

TEST(condition, begins_with) {
  EXPECT_TRUE(holds("begins_with(s, :v)", R"({"S":"h\u00e9"})"));
  EXPECT_TRUE(holds("begins_with(s, e)"));
  EXPECT_FALSE(holds("begins_with(s, x)"));
  EXPECT_FALSE(holds("begins_with(e, x)"));
  EXPECT_FALSE(holds("begins_with(n, x)"));
  EXPECT_FALSE(holds("begins_with(s, n)"));
  EXPECT_TRUE(holds("begins_with(b, :v)", R"({"B":"AAE="})"));
  EXPECT_TRUE(holds("begins_with(b, :v)", R"({"B":"AA=="})"));
  EXPECT_FALSE(holds("begins_with(b, :v)", R"({"B":"AQ=="})"));
  EXPECT_FALSE(holds("begins_with(x, bx)"));
}

TEST(condition, contains) {
  EXPECT_TRUE(holds("contains(s, :v)", R"({"S":"llo"})"));
  EXPECT_TRUE(holds("contains(s, e)"));
  EXPECT_FALSE(holds("contains(s, x)"));
  EXPECT_TRUE(holds("contains(b, :v)", R"({"B":"AQI="})"));
  EXPECT_FALSE(holds("contains(b, bx)"));
  EXPECT_TRUE(holds("contains(ss, x)"));
  EXPECT_FALSE(holds("contains(ss, bx)"));
  EXPECT_TRUE(holds("contains(ns, :v)", R"({"N":"1.0"})"));
  EXPECT_TRUE(holds("contains(bs, bx)"));
  EXPECT_TRUE(holds("contains(l, x)"));
  EXPECT_TRUE(holds("contains(l, :v)", R"({"L":[{"N":"2"}]})"));
  EXPECT_FALSE(holds("contains(l, :v)", R"({"N":"2"})"));
  EXPECT_FALSE(holds("contains(ss, :v)", R"({"SS":["x"]})"));
  EXPECT_FALSE(holds("contains(m, x)"));
  EXPECT_FALSE(holds("contains(n, one)"));
  EXPECT_TRUE(holds("contains(:v, x)", R"({"S":"axb"})"));
  EXPECT_TRUE(holds("contains(:v, size(x))", R"({"NS":["3","1"]})"));
}

TEST(condition, size_by_type) {
  const std::pair<std::string_view, std::string_view> sizes[] = {
      {"s", "7"}, {"e", "0"},  {"b", "3"},  {"bx", "1"}, {"l", "3"},
      {"m", "2"}, {"ss", "2"}, {"ns", "2"}, {"bs", "2"}};
  for (const auto& [name, size] : sizes) {
    EXPECT_TRUE(
        holds("size(" + std::string(name) + ") = :v", R"({"N":")" + std::string(size) + "\"}"))
        << name;
  }
  for (const std::string name : {"n", "t", "nu", "zz"}) {
    EXPECT_FALSE(holds("size(" + name + ") = :v", R"({"N":"1"})")) << name;
    EXPECT_FALSE(holds("size(" + name + ") < :v", R"({"N":"1"})")) << name;
    EXPECT_TRUE(holds("size(" + name + ") <> :v", R"({"N":"1"})")) << name;
  }
  EXPECT_TRUE(holds("size(l) > size(ns)"));
  EXPECT_FALSE(holds("size(x) = :v", R"({"S":"1"})"));
  EXPECT_TRUE(holds("size(:v) < n", R"({"SS":["a","b"]})"));
}

TEST(condition, precedence) {
  // NOT before AND before OR.
  const std::string yes = "attribute_exists(n)";
  const std::string no = "attribute_exists(zz)";
  EXPECT_TRUE(holds(yes + " OR " + no + " AND " + no));
  EXPECT_FALSE(holds("(" + yes + " OR " + no + ") AND " + no));
  EXPECT_TRUE(holds(no + " AND " + no + " OR " + yes));
  EXPECT_TRUE(holds("NOT " + no + " OR " + yes));
  EXPECT_FALSE(holds("NOT (" + no + " OR " + yes + ")"));
  EXPECT_FALSE(holds("NOT " + yes + " AND " + no));
  EXPECT_TRUE(holds("NOT (" + yes + " AND " + no + ")"));
  EXPECT_TRUE(holds("not NOT " + yes));
  EXPECT_TRUE(holds("n BETWEEN one AND n2 AND " + no + " OR " + yes));
  EXPECT_TRUE(holds("one = m.a AnD " + yes + " aNd NoT " + no));
}

TEST(condition, parentheses_around_operands) {
  EXPECT_TRUE(holds("(one) = (m.a)"));
  EXPECT_TRUE(holds("((one) = m.a)"));
  EXPECT_TRUE(holds("one IN ((m.a))"));
  EXPECT_TRUE(holds("(size((ss))) = size(ns)"));
  EXPECT_TRUE(holds("attribute_exists((n))"));
  EXPECT_TRUE(holds("one BETWEEN (m.a) AND (n)"));
}

TEST(condition, white_space_is_free) {
  EXPECT_TRUE(holds(" one\t=m . a\nAND(n=:v)", R"({"N":"5"})"));
  EXPECT_TRUE(holds("l [ 0 ] = one AND attribute_exists (n)"));
}

TEST(condition, placeholders_for_names) {
  const given names{.names = {{"#m", "m"}, {"#bc", "b.c"}, {"#0", "n"}}};
  EXPECT_TRUE(holds("#m.#bc < #0", names));
  EXPECT_FALSE(holds("attribute_exists(#s)", given{.names = {{"#s", "status"}}}));
}

TEST(condition, top_level_names) {
  dynamo::engine::substitutes none =
      dynamo::test::substitutes_of({.values = R"({":v":{"S":"S"}})"});
  const auto parsed = dynamo::engine::condition::parse(
      "a.b = c[0] OR NOT size(d) = :v AND attribute_type(a, :v) OR e IN (f, :v)",
      "FilterExpression", none);
  const std::vector<std::string_view> expected = {"a", "c", "d", "e", "f"};
  EXPECT_EQ(parsed.top_level_names(), expected);
}

TEST(condition, moves_and_keeps_its_names) {
  dynamo::engine::substitutes none = dynamo::test::substitutes_of({});
  std::string text = "attribute_exists(a_name_that_is_not_short.b)";
  auto first = dynamo::engine::condition::parse(text, "FilterExpression", none);
  text.assign(text.size(), '!');
  const auto second = std::move(first);
  const dynamo::engine::stored_item found(
      dynamo::parse_json(R"({"a_name_that_is_not_short":{"M":{"b":{"NULL":true}}}})"));
  EXPECT_TRUE(second.holds(found.view()));
  EXPECT_FALSE(second.holds(dynamo::item{}));
}

}  // namespace engine_expression_condition_test
