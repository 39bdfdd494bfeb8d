#include "engine/expression/lexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_expression_lexer_test {

using dynamo::engine::is_placeholder;
using dynamo::engine::token;
using dynamo::engine::token_kind;
using dynamo::engine::tokens_of;
using testing::ElementsAre;

std::vector<std::pair<token_kind, std::string_view>> tokens(std::string_view text) {
  std::vector<std::pair<token_kind, std::string_view>> out;
  for (const token& each : tokens_of(text)) {
    EXPECT_EQ(text.substr(each.begin, each.text.size()), each.text);
    out.emplace_back(each.kind, each.text);
  }
  return out;
}

std::pair<token_kind, std::string_view> is(token_kind kind, std::string_view text) {
  return {kind, text};
}

TEST(lexer, takes_a_condition_apart) {
  EXPECT_THAT(
      tokens("#n.a[10]>=:v_1 "),
      ElementsAre(is(token_kind::named, "#n"), is(token_kind::dot, "."), is(token_kind::name, "a"),
                  is(token_kind::left_bracket, "["), is(token_kind::index, "10"),
                  is(token_kind::right_bracket, "]"), is(token_kind::greater_or_equal, ">="),
                  is(token_kind::value, ":v_1"), is(token_kind::end, " ")));
}

TEST(lexer, signs) {
  EXPECT_THAT(tokens("=<><<=>>=+-,()"),
              ElementsAre(is(token_kind::equal, "="), is(token_kind::not_equal, "<>"),
                          is(token_kind::less, "<"), is(token_kind::less_or_equal, "<="),
                          is(token_kind::greater, ">"), is(token_kind::greater_or_equal, ">="),
                          is(token_kind::plus, "+"), is(token_kind::minus, "-"),
                          is(token_kind::comma, ","), is(token_kind::left_parenthesis, "("),
                          is(token_kind::right_parenthesis, ")"), is(token_kind::end, "")));
}

TEST(lexer, keywords_in_any_case_but_not_within_names) {
  EXPECT_THAT(
      tokens("and\tOr\nnOT BETWEEN\rin Set REMOVE add Delete android"),
      ElementsAre(is(token_kind::keyword_and, "and"), is(token_kind::keyword_or, "Or"),
                  is(token_kind::keyword_not, "nOT"), is(token_kind::keyword_between, "BETWEEN"),
                  is(token_kind::keyword_in, "in"), is(token_kind::keyword_set, "Set"),
                  is(token_kind::keyword_remove, "REMOVE"), is(token_kind::keyword_add, "add"),
                  is(token_kind::keyword_delete, "Delete"), is(token_kind::name, "android"),
                  is(token_kind::end, "")));
}

TEST(lexer, indexes_have_no_leading_zeros) {
  EXPECT_THAT(tokens("010"), ElementsAre(is(token_kind::index, "0"), is(token_kind::index, "10"),
                                         is(token_kind::end, "")));
  EXPECT_THAT(tokens("1a"), ElementsAre(is(token_kind::index, "1"), is(token_kind::name, "a"),
                                        is(token_kind::end, "")));
}

TEST(lexer, what_has_no_meaning_is_one_character) {
  EXPECT_THAT(tokens("\xC3\xA9!:#_"),
              ElementsAre(is(token_kind::unknown, "\xC3\xA9"), is(token_kind::unknown, "!"),
                          is(token_kind::unknown, ":"), is(token_kind::named, "#_"),
                          is(token_kind::end, "")));
  EXPECT_THAT(tokens("\xFF\x80"),
              ElementsAre(is(token_kind::unknown, "\xFF\x80"), is(token_kind::end, "")));
  EXPECT_THAT(tokens(std::string_view("\0_", 2)),
              ElementsAre(is(token_kind::unknown, std::string_view("\0", 1)),
                          is(token_kind::unknown, "_"), is(token_kind::end, "")));
}

TEST(lexer, end_is_the_white_space_before_it) {
  EXPECT_THAT(tokens(""), ElementsAre(is(token_kind::end, "")));
  EXPECT_THAT(tokens("  "), ElementsAre(is(token_kind::end, "  ")));
}

TEST(lexer, placeholders) {
  EXPECT_TRUE(is_placeholder("#n", '#'));
  EXPECT_TRUE(is_placeholder("#1_b", '#'));
  EXPECT_TRUE(is_placeholder(":_x", ':'));
  EXPECT_FALSE(is_placeholder("#", '#'));
  EXPECT_FALSE(is_placeholder("", '#'));
  EXPECT_FALSE(is_placeholder(":n", '#'));
  EXPECT_FALSE(is_placeholder("#a-b", '#'));
  EXPECT_FALSE(is_placeholder("#\xC3\xA9", '#'));
}

}  // namespace engine_expression_lexer_test
