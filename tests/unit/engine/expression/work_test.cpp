// Expressions of 4 KB on items of 400 KB: what they may take. A quadratic search, or a copy
// for each of a hundred actions, takes minutes or gigabytes here, and none of the tests a second.
#include "engine/expression/update_actions.hpp"
#include "support/expressions.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>

namespace engine_expression_work_test {

using dynamo::test::fault_of_update;
using dynamo::test::given;
using dynamo::test::holds;
using dynamo::test::updated;

constexpr std::string_view too_large = "Item size to update has exceeded the maximum allowed size";

// What `part` gives for 0, 1, 2, ..., with `between` between them.
std::string series(int count, std::string_view between,
                   const std::function<std::string(int)>& part) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    if (i != 0) out += between;
    out += part(i);
  }
  return out;
}

std::string set_of(int count, int from = 0) {
  return R"({"SS":[)" + series(count, ",", [&](int i) { return fmt::format("\"{}\"", i + from); }) +
         "]}";
}

std::string list_of_nulls(int count) {
  return R"({"L":[)" + series(count, ",", [](int) { return R"({"NULL":true})"; }) + "]}";
}

TEST(expression_work, a_search_is_linear) {
  const std::string item = R"({"a":{"S":")" + std::string(400'000, 'a') + "\"}}";
  const std::string values = R"({":v":{"S":")" + std::string(200'000, 'a') + "b\"}}";
  const auto search = [](int) { return std::string("contains(a,:v)"); };
  EXPECT_FALSE(holds(series(150, " OR ", search), item, {.values = values}));
}

TEST(expression_work, a_search_in_binary_values_is_linear) {
  const std::string item = R"({"a":{"B":")" + std::string(400'000, 'A') + "\"}}";
  const std::string values = R"({":v":{"B":")" + std::string(200'000, 'A') + "BBBB\"}}";
  const auto search = [](int) { return std::string("contains(a,:v)"); };
  EXPECT_FALSE(holds(series(50, " OR ", search), item, {.values = values}));
}

TEST(expression_work, sets_are_sorted_once) {
  const std::string item = R"({"s":)" + set_of(60'000) + "}";
  const std::string values = R"({":v":)" + set_of(60'000, 1) + ",\":w\":" + set_of(60'000) + "}";
  const auto equal = [](int) { return std::string("s=:v"); };
  EXPECT_TRUE(holds(series(149, " OR ", equal) + " OR s=:w", item, {.values = values}));
  const auto choice = [](int) { return std::string(":v"); };
  EXPECT_TRUE(holds("s IN (" + series(99, ",", choice) + ",:w)", item, {.values = values}));
}

TEST(expression_work, sets_within_lists_and_maps_are_sorted_once) {
  const auto within = [](const std::string& set) { return R"({"L":[{"M":{"a":)" + set + "}}]}"; };
  const std::string item = R"({"l":)" + within(set_of(60'000)) + "}";
  const std::string values =
      R"({":v":)" + within(set_of(60'000, 1)) + ",\":w\":" + within(set_of(60'000)) + "}";
  const auto equal = [](int) { return std::string("l=:v"); };
  EXPECT_TRUE(holds(series(149, " OR ", equal) + " OR l=:w", item, {.values = values}));
}

TEST(expression_work, attributes_are_found_among_many) {
  std::string item = "{";
  item += series(60'000, ",", [](int i) { return fmt::format(R"("a{}":{{"NULL":true}})", i); });
  item += '}';
  const auto name = [](int i) { return fmt::format("a{}", 60'000 - i); };
  EXPECT_FALSE(holds(
      "zz IN (" + series(100, ",", name) + ") OR zz IN (" + series(100, ",", name) + ")", item));
}

TEST(expression_work, lists_are_not_appended_beyond_the_largest_item) {
  const std::string item = R"({"a":)" + list_of_nulls(200'000) + "}";
  const auto append = [](int i) { return fmt::format("x{} = list_append(a, a)", i); };
  EXPECT_EQ(fault_of_update("SET " + series(140, ", ", append), item), too_large);
  const auto append_absent = [](int i) {
    return fmt::format("x{} = list_append(if_not_exists(b,a),a)", i);
  };
  EXPECT_EQ(fault_of_update("SET " + series(80, ",", append_absent), item), too_large);
}

TEST(expression_work, an_attribute_is_not_copied_beyond_the_largest_item) {
  const std::string item = R"({"a":)" + list_of_nulls(200'000) + "}";
  EXPECT_EQ(fault_of_update(
                "SET " + series(140, ", ", [](int i) { return fmt::format("x{} = a", i); }), item),
            too_large);
  EXPECT_EQ(fault_of_update(
                "SET " + series(140, ", ",
                                [](int i) { return fmt::format("x{} = if_not_exists(x, a)", i); }),
                item),
            too_large);
}

TEST(expression_work, values_of_the_request_are_not_copied_beyond_the_largest_item) {
  const std::string values =
      R"({":v":)" + list_of_nulls(150'000) + ",\":s\":" + set_of(60'000) + "}";
  const given with{.values = values};
  EXPECT_EQ(
      fault_of_update("SET " + series(200, ", ", [](int i) { return fmt::format("x{} = :v", i); }),
                      "{}", with),
      too_large);
  EXPECT_EQ(
      fault_of_update("ADD " + series(200, ", ", [](int i) { return fmt::format("x{} :s", i); }),
                      "{}", with),
      too_large);
}

TEST(expression_work, names_count_as_they_do_in_the_item) {
  given with{.values = R"({":v":{"NULL":true}})"};
  with.names.emplace("#n", std::string(60'000, 'n'));
  const auto set = [](int i) { return fmt::format("m{}.#n = :v", i); };
  const auto map = [](int i) { return fmt::format(R"("m{}":{{"M":{{}}}})", i); };
  const std::string item = "{" + series(7, ",", map) + "}";
  EXPECT_EQ(fault_of_update("SET " + series(7, ", ", set), item, with), too_large);
  EXPECT_GT(updated("SET " + series(6, ", ", set), item, with).size(), 360'000U);
}

// What the sum of all that is set may be: an item that has nothing else.
TEST(expression_work, the_largest_item_can_be_made) {
  const auto with = [](std::size_t bytes) {
    return R"({":v":{"S":")" + std::string(bytes, 'x') + "\"}}";
  };
  const std::string fits = with(400 * 1024 - 1);
  EXPECT_GT(updated("SET a = :v", "{}", {.values = fits}).size(), 400U * 1024);
  const std::string beyond = with(400 * 1024);
  EXPECT_EQ(fault_of_update("SET a = :v", "{}", {.values = beyond}), too_large);
}

TEST(expression_work, operands_of_a_wrong_type_are_reported_first) {
  const std::string item = R"({"a":)" + list_of_nulls(200'000) + R"(,"s":{"S":"x"}})";
  constexpr std::string_view wrong =
      "An operand in the update expression has an incorrect data type";
  EXPECT_EQ(fault_of_update("SET b = list_append(a, a), c = list_append(s, s)", item), wrong);
  EXPECT_EQ(fault_of_update("SET b = list_append(a, a), c = s + s", item), wrong);
  EXPECT_EQ(fault_of_update("SET b = list_append(a, a) ADD s :n", item,
                            {.values = R"({":n":{"N":"1"}})"}),
            wrong);
}

TEST(expression_work, deleting_a_large_set_from_many_orders_it_once) {
  const std::string values = R"({":v":)" + set_of(200'000) + "}";
  const auto small = [](int i) { return fmt::format(R"("s{}":{{"SS":["5","x"]}})", i); };
  const auto erase = [](int i) { return fmt::format("s{} :v", i); };
  const auto left = [](int i) { return fmt::format(R"("s{}":{{"SS":["x"]}})", i); };
  const auto item = [&](const auto& part) { return "{" + series(300, ",", part) + "}"; };
  EXPECT_EQ(dynamo::parse_json(
                updated("DELETE " + series(300, ",", erase), item(small), {.values = values})),
            dynamo::parse_json(item(left)));
}

}  // namespace engine_expression_work_test
