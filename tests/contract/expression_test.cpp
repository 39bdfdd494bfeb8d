// What expressions mean: the same on every backend.
#include "contract/backend_under_test.hpp"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::contract {
namespace expression_test {

using ::testing::HasSubstr;

class expressions_test : public contract_test {
 protected:
  void SetUp() override {
    contract_test::SetUp();
    if (!HasFatalFailure()) table_ = make_table("expressions");
  }

  static owned_item sample() {
    return {{"id", "a"},
            {"n", 5},
            {"exact", number("12345678901234567890123456789012345678")},
            {"s", "hello"},
            {"b", bytes{std::byte{1}, std::byte{2}}},
            {"t", true},
            {"z", nullptr},
            {"l", attribute_list{1, "two", attribute_list{3}}},
            {"m", attribute_map{{"x", 1}, {"deep", attribute_map{{"y", "z"}}}}},
            {"ss", string_set{{"p", "q"}}},
            {"ns", number_set{{number(1), number("2.5")}}}};
  }
  static attribute_values values() {
    return {{":n", 5},
            {":six", 6},
            {":four", 4},
            {":s", "hello"},
            {":h", "he"},
            {":ll", "ll"},
            {":t", true},
            {":one", 1},
            {":p", "p"},
            {":N", "N"},
            {":S", "S"},
            {":SS", "SS"},
            {":two", "two"},
            {":zero", 0},
            {":nothing", nullptr},
            {":ss", string_set{{"q", "p"}}},
            {":five", number("5.0")},
            {":deep", attribute_map{{"y", "z"}}}};
  }
  // Only what an expression uses may be given with it.
  static attribute_values used(std::string_view expression) {
    attribute_values out;
    for (const auto& [name, value] : values()) {
      const auto at = expression.find(name);
      for (auto i = at; i != std::string_view::npos; i = expression.find(name, i + 1)) {
        const auto end = i + name.size();
        if (end == expression.size() || expression[end] == ' ' || expression[end] == ',' ||
            expression[end] == ')')
          out.emplace(name, value);
      }
    }
    return out;
  }
  result<void> check(const std::string& condition) {
    return db().try_put_item({.table = table_,
                              .item = sample(),
                              .condition_expression = condition,
                              .expression_attribute_values = used(condition)});
  }
  result<std::optional<owned_item>> update(const std::string& expression, attribute_values with,
                                           const owned_item& before = sample()) {
    db().put_item({.table = table_, .item = before});
    return db().try_update_item({.table = table_,
                                 .key = owned_item{{"id", "a"}},
                                 .update_expression = expression,
                                 .expression_attribute_values = std::move(with),
                                 .returned = return_values::all_new});
  }

  std::string table_;
};
INSTANTIATE_TEST_SUITE_P(backends, expressions_test, ::testing::ValuesIn(backends_under_test()),
                         name_of);

TEST_P(expressions_test, conditions_that_hold) {
  db().put_item({.table = table_, .item = sample()});
  for (const char* const condition : {"n = :n",
                                      "n = :five",
                                      "n <> :six",
                                      "n < :six",
                                      "n <= :n",
                                      "n > :four",
                                      "n >= :n",
                                      "n BETWEEN :four AND :six",
                                      "n IN (:zero, :n)",
                                      "s = :s",
                                      "s <> :n",
                                      "s > :h",
                                      "attribute_exists(s)",
                                      "attribute_not_exists(nowhere)",
                                      "attribute_type(n, :N)",
                                      "attribute_type(ss, :SS)",
                                      "begins_with(s, :h)",
                                      "contains(s, :ll)",
                                      "contains(ss, :p)",
                                      "contains(ns, :one)",
                                      "contains(l, :two)",
                                      "size(s) = :five",
                                      "size(l) > :one",
                                      "size(m) < :four",
                                      "size(b) < :n",
                                      "l[0] = :one",
                                      "l[1] = :two",
                                      "m.x = :one",
                                      "m.deep = :deep",
                                      "ss = :ss",
                                      "t = :t",
                                      "z = :nothing",
                                      "NOT n = :six",
                                      "n = :six OR n = :n",
                                      "n = :six OR n = :n AND s = :s",
                                      "(n = :six OR n = :n) AND s = :s",
                                      "NOT n = :six AND s = :s",
                                      "not (n = :six or s <> :s)",
                                      "n = :n and not contains(s, :n)",
                                      "nowhere <> :n",
                                      "attribute_not_exists(l[7])",
                                      "attribute_exists(m.deep.y)"}) {
    const auto outcome = check(condition);
    EXPECT_TRUE(outcome.has_value()) << condition << ": " << outcome.error().to_string();
  }
}

TEST_P(expressions_test, conditions_that_do_not_hold) {
  db().put_item({.table = table_, .item = sample()});
  for (const char* const condition : {"n = :six",
                                      "n = :s",
                                      "n <> :five",
                                      "n < :n",
                                      "s < :n",
                                      "nowhere = :n",
                                      "nowhere < :n",
                                      "attribute_exists(nowhere)",
                                      "attribute_not_exists(m.x)",
                                      "attribute_type(n, :S)",
                                      "begins_with(s, :ll)",
                                      "contains(s, :n)",
                                      "contains(l, :n)",
                                      "n BETWEEN :zero AND :four",
                                      "n IN (:zero, :six)",
                                      "NOT n = :n",
                                      "n = :n AND s = :two",
                                      "size(s) > :n",
                                      "attribute_exists(l[3])",
                                      "nowhere[0] = :n",
                                      "s.x = :n"}) {
    const auto outcome = check(condition);
    ASSERT_FALSE(outcome.has_value()) << condition;
    EXPECT_EQ(outcome.error().code, "ConditionalCheckFailedException") << condition;
  }
}

TEST_P(expressions_test, mistakes_are_rejected) {
  db().put_item({.table = table_, .item = sample()});
  for (const char* const condition : {"n =",
                                      "n = :n AND",
                                      "(n = :n",
                                      "n = :n)",
                                      "n == :n",
                                      "= :n",
                                      "n = :undefined",
                                      "#undefined = :n",
                                      "status = :n",
                                      "size(n, s) = :n",
                                      "unknown(n)",
                                      "attribute_exists(:n)",
                                      "begins_with(s, :n)",
                                      "attribute_type(n, :two)",
                                      "n BETWEEN :six AND :four",
                                      "attribute_exists(n) = :t",
                                      "n = n.",
                                      "l[x] = :n",
                                      "n",
                                      ":n",
                                      "t > :t",
                                      "contains(n)"}) {
    const auto outcome = check(condition);
    ASSERT_FALSE(outcome.has_value()) << condition;
    EXPECT_EQ(outcome.error().code, "ValidationException")
        << condition << ": " << outcome.error().to_string();
    EXPECT_EQ(outcome.error().kind, errc::rejected);
  }
  EXPECT_THAT(check("status = :n").error().message, HasSubstr("reserved"));
  // A value that no expression uses.
  const auto unused = db().try_put_item({.table = table_,
                                         .item = sample(),
                                         .condition_expression = "attribute_exists(id)",
                                         .expression_attribute_values = {{":n", 1}}});
  ASSERT_FALSE(unused.has_value());
  EXPECT_THAT(unused.error().message, HasSubstr(":n"));
}

TEST_P(expressions_test, updates_do_what_they_say) {
  struct expectation {
    const char* expression;
    attribute_values with;
    std::string_view changed;
    std::optional<attribute> to;
  };
  for (const expectation& each : std::vector<expectation>{
           {"SET n = n + :v", {{":v", 1}}, "n", 6},
           {"SET n = :v - n", {{":v", 1}}, "n", -4},
           {"SET exact = exact + :v",
            {{":v", 1}},
            "exact",
            number("12345678901234567890123456789012345679")},
           {"SET fresh = if_not_exists(fresh, :v)", {{":v", 1}}, "fresh", 1},
           {"SET n = if_not_exists(n, :v) + :v", {{":v", 1}}, "n", 6},
           {"SET fresh = s", {}, "fresh", "hello"},
           {"SET l = list_append(l, :v)",
            {{":v", attribute_list{9}}},
            "l",
            attribute_list{1, "two", attribute_list{3}, 9}},
           {"SET l = list_append(:v, l)",
            {{":v", attribute_list{9}}},
            "l",
            attribute_list{9, 1, "two", attribute_list{3}}},
           {"SET l[1] = :v", {{":v", "2"}}, "l", attribute_list{1, "2", attribute_list{3}}},
           {"SET l[9] = :v", {{":v", 4}}, "l", attribute_list{1, "two", attribute_list{3}, 4}},
           {"SET m.x = :v",
            {{":v", 2}},
            "m",
            attribute_map{{"x", 2}, {"deep", attribute_map{{"y", "z"}}}}},
           {"SET m.deep.w = m.x",
            {},
            "m",
            attribute_map{{"x", 1}, {"deep", attribute_map{{"w", 1}, {"y", "z"}}}}},
           {"REMOVE n", {}, "n", std::nullopt},
           {"REMOVE nowhere", {}, "nowhere", std::nullopt},
           {"REMOVE l[0], l[1]", {}, "l", attribute_list{attribute(attribute_list{3})}},
           {"REMOVE m.deep", {}, "m", attribute_map{{"x", 1}}},
           {"ADD n :v", {{":v", number("0.5")}}, "n", number("5.5")},
           {"ADD fresh :v", {{":v", 3}}, "fresh", 3},
           {"ADD ss :v", {{":v", string_set{{"r", "p"}}}}, "ss", string_set{{"p", "q", "r"}}},
           {"ADD fresh :v", {{":v", string_set{{"r"}}}}, "fresh", string_set{{"r"}}},
           {"DELETE ss :v", {{":v", string_set{{"p", "x"}}}}, "ss", string_set{{"q"}}},
           {"DELETE ss :v", {{":v", string_set{{"p", "q"}}}}, "ss", std::nullopt},
           {"DELETE ns :v", {{":v", number_set{{number("2.50")}}}}, "ns", number_set{{number(1)}}},
           {"set n = :v remove s", {{":v", 7}}, "n", 7},
           {"SET n = s, s = n", {}, "s", 5},
       }) {
    const auto after = update(each.expression, each.with);
    ASSERT_TRUE(after.has_value()) << each.expression << ": " << after.error().to_string();
    ASSERT_TRUE(after->has_value());
    const owned_item& item = **after;
    const auto found = item.find(each.changed);
    if (each.to) {
      ASSERT_NE(found, item.end()) << each.expression;
      EXPECT_EQ(found->second, *each.to) << each.expression;
    } else {
      EXPECT_EQ(found, item.end()) << each.expression;
    }
    EXPECT_EQ(db().get_item({.table = table_, .key = owned_item{{"id", "a"}}}), item);
  }
}

TEST_P(expressions_test, updates_that_are_rejected_change_nothing) {
  for (const auto& [expression, with] : std::vector<std::pair<const char*, attribute_values>>{
           {"SET id = :v", {{":v", "b"}}},
           {"SET n = n + :v", {{":v", "x"}}},
           {"SET n = nowhere", {}},
           {"SET n = nowhere + :v", {{":v", 1}}},
           {"SET nowhere.x = :v", {{":v", 1}}},
           {"SET s[0] = :v", {{":v", 1}}},
           {"SET l = list_append(l, :v)", {{":v", 1}}},
           {"SET m.x = :v, m = :v", {{":v", 1}}},
           {"SET n = :v, n = :v", {{":v", 1}}},
           {"ADD s :v", {{":v", 1}}},
           {"ADD n :v", {{":v", "x"}}},
           {"DELETE n :v", {{":v", string_set{{"p"}}}}},
           {"DELETE ss :v", {{":v", "p"}}},
           {"SET n = :v SET s = :v", {{":v", 1}}},
           {"SET n :v", {{":v", 1}}},
           {"SET n = :v + :v + :v", {{":v", 1}}},
           {"REMOVE id", {}},
       }) {
    const auto after = update(expression, with);
    ASSERT_FALSE(after.has_value()) << expression;
    EXPECT_EQ(after.error().code, "ValidationException") << expression;
    EXPECT_EQ(db().get_item({.table = table_, .key = owned_item{{"id", "a"}}}), sample())
        << expression;
  }
}

TEST_P(expressions_test, empty_ones_are_rejected) {
  const std::string key = R"("TableName":")" + table_ + R"(","Key":{"id":{"S":"a"}})";
  for (const auto& [op, member] : {std::pair(operation::update_item, "UpdateExpression"),
                                   std::pair(operation::update_item, "ConditionExpression"),
                                   std::pair(operation::get_item, "ProjectionExpression")}) {
    const auto answer = call(op, "{" + key + ",\"" + member + "\":\"\"}");
    ASSERT_FALSE(answer.has_value()) << member;
    EXPECT_EQ(answer.error().code, "ValidationException") << member;
  }
}

TEST_P(expressions_test, projections_of_nested_paths) {
  db().put_item({.table = table_, .item = sample()});
  const auto projected = [&](const char* expression) {
    return db().get_item({.table = table_,
                          .key = owned_item{{"id", "a"}},
                          .consistent_read = true,
                          .projection_expression = expression,
                          .expression_attribute_names = {}});
  };
  EXPECT_EQ(projected("n, m.deep.y"),
            (owned_item{{"n", 5}, {"m", attribute_map{{"deep", attribute_map{{"y", "z"}}}}}}));
  EXPECT_EQ(projected("l[2][0], l[0]"), (owned_item{{"l", attribute_list{1, attribute_list{3}}}}));
  EXPECT_EQ(projected("nowhere, m.nowhere"), owned_item());
  for (const char* const wrong : {"n, n", "m, m.x", "n,", "size(n)", "l[-1]"}) {
    const auto answer = db().try_get_item(
        {.table = table_, .key = owned_item{{"id", "a"}}, .projection_expression = wrong});
    ASSERT_FALSE(answer.has_value()) << wrong;
    EXPECT_EQ(answer.error().code, "ValidationException") << wrong;
  }
}

}  // namespace expression_test
}  // namespace dynamo::contract
