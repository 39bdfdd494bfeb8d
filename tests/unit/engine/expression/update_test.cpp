// What updates make of items.
#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace engine_expression_update_test {

using dynamo::test::given;
using dynamo::test::updated;

std::string result(std::string_view update, std::string_view item) {
  return updated(update, item,
                 {.values = R"({":n":{"N":"1"},":s":{"S":"x"},":l":{"L":[{"N":"7"}]},)"
                            R"(":m":{"M":{}},":ss":{"SS":["x","z"]},":ns":{"NS":["2","3"]},)"
                            R"(":bs":{"BS":["eA=="]}})"});
}

TEST(update, sets_attributes) {
  EXPECT_EQ(result("SET a = :n", "{}"), R"({"a":{"N":"1"}})");
  EXPECT_EQ(result("set a = (:n), b = a", R"({"a":{"S":"old"}})"),
            R"({"a":{"N":"1"},"b":{"S":"old"}})");
  EXPECT_EQ(result("SET a = b, b = a", R"({"a":{"N":"1"},"b":{"N":"2"}})"),
            R"({"a":{"N":"2"},"b":{"N":"1"}})");
  EXPECT_EQ(result("SET m = m", R"({"m":{"M":{"x":{"NULL":true}}}})"),
            R"({"m":{"M":{"x":{"NULL":true}}}})");
}

TEST(update, keeps_the_rest) {
  constexpr std::string_view rest =
      R"("b":{"B":"eA=="},"bs":{"BS":["eA=="]},"l":{"L":[{"BOOL":false}]},)"
      R"("m":{"M":{"x":{"NULL":true}}},"n":{"N":"1.5"},"ns":{"NS":["1"]},"ss":{"SS":["b","a"]})";
  EXPECT_EQ(result("SET a = :n", "{" + std::string(rest) + "}"),
            R"({"a":{"N":"1"},)" + std::string(rest) + "}");
}

TEST(update, arithmetic) {
  constexpr std::string_view item = R"({"n":{"N":"5"},"z":{"N":"0.1"}})";
  EXPECT_EQ(result("SET n = n + :n", item), R"({"n":{"N":"6"},"z":{"N":"0.1"}})");
  EXPECT_EQ(result("SET n = :n - n", item), R"({"n":{"N":"-4"},"z":{"N":"0.1"}})");
  EXPECT_EQ(result("SET n=z-n", item), R"({"n":{"N":"-4.9"},"z":{"N":"0.1"}})");
  EXPECT_EQ(result("SET n = (n + n)", item), R"({"n":{"N":"10"},"z":{"N":"0.1"}})");
  EXPECT_EQ(result("SET n = (n) - (z)", item), R"({"n":{"N":"4.9"},"z":{"N":"0.1"}})");
  EXPECT_EQ(result("SET n = if_not_exists(q, :n) + if_not_exists(n, :n)", item),
            R"({"n":{"N":"6"},"z":{"N":"0.1"}})");
  EXPECT_EQ(updated("SET n = :a + :b", "{}",
                    {.values = R"({":a":{"N":"99999999999999999999999999999999999999"},)"
                               R"(":b":{"N":"1"}})"}),
            R"({"n":{"N":"100000000000000000000000000000000000000"}})");
}

TEST(update, if_not_exists) {
  constexpr std::string_view item = R"({"n":{"N":"5"}})";
  EXPECT_EQ(result("SET n = if_not_exists(n, :n)", item), item);
  EXPECT_EQ(result("SET a = if_not_exists(a, :n)", item), R"({"a":{"N":"1"},"n":{"N":"5"}})");
  EXPECT_EQ(result("SET a = if_not_exists(q.b[1].c, n)", item), R"({"a":{"N":"5"},"n":{"N":"5"}})");
  EXPECT_EQ(result("SET a = if_not_exists(b, if_not_exists(c, n))", item),
            R"({"a":{"N":"5"},"n":{"N":"5"}})");
  EXPECT_EQ(result("SET a = if_not_exists(n.b, :m)", item), R"({"a":{"M":{}},"n":{"N":"5"}})");
}

TEST(update, list_append) {
  constexpr std::string_view item = R"({"l":{"L":[{"S":"a"}]}})";
  EXPECT_EQ(result("SET l = list_append(l, :l)", item), R"({"l":{"L":[{"S":"a"},{"N":"7"}]}})");
  EXPECT_EQ(result("SET l = list_append(:l, l)", item), R"({"l":{"L":[{"N":"7"},{"S":"a"}]}})");
  EXPECT_EQ(result("SET l = list_append(l, l)", item), R"({"l":{"L":[{"S":"a"},{"S":"a"}]}})");
  EXPECT_EQ(result("SET q = list_append(if_not_exists(q, :l), :l)", "{}"),
            R"({"q":{"L":[{"N":"7"},{"N":"7"}]}})");
}

TEST(update, members_of_maps) {
  constexpr std::string_view item = R"({"m":{"M":{"a":{"N":"1"},"b":{"M":{"c":{"N":"2"}}}}}})";
  EXPECT_EQ(result("SET m.a = :s, m.d = :n", item),
            R"({"m":{"M":{"a":{"S":"x"},"b":{"M":{"c":{"N":"2"}}},"d":{"N":"1"}}}})");
  EXPECT_EQ(result("SET m.b.c = m.a REMOVE m.a", item),
            R"({"m":{"M":{"b":{"M":{"c":{"N":"1"}}}}}})");
  EXPECT_EQ(result("REMOVE m.b.c", item), R"({"m":{"M":{"a":{"N":"1"},"b":{"M":{}}}}})");
  EXPECT_EQ(result("SET m.twin = m", R"({"m":{"M":{}}})"), R"({"m":{"M":{"twin":{"M":{}}}}})");
  EXPECT_EQ(result("REMOVE m.zz, q", item), item);
}

TEST(update, elements_of_lists) {
  const auto list = [](std::string_view elements) {
    return R"({"l":{"L":[)" + std::string(elements) + "]}}";
  };
  const std::string item = list(R"({"N":"0"},{"N":"1"},{"N":"2"})");
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"SET l[1] = :s", R"({"N":"0"},{"S":"x"},{"N":"2"})"},
      {"SET l[0] = l[1], l[1] = l[0]", R"({"N":"1"},{"N":"0"},{"N":"2"})"},
      // Beyond the end: appended, in the order of the indexes.
      {"SET l[50] = :s", R"({"N":"0"},{"N":"1"},{"N":"2"},{"S":"x"})"},
      {"SET l[50] = :n, l[20] = :s", R"({"N":"0"},{"N":"1"},{"N":"2"},{"S":"x"},{"N":"1"})"},
      {"REMOVE l[0]", R"({"N":"1"},{"N":"2"})"},
      // Indexes are those before the update.
      {"REMOVE l[0], l[1]", R"({"N":"2"})"},
      {"REMOVE l[2], l[0], l[1]", ""},
      {"REMOVE l[10]", R"({"N":"0"},{"N":"1"},{"N":"2"})"},
      {"SET l[0] = :s REMOVE l[1]", R"({"S":"x"},{"N":"2"})"},
      {"SET l[7] = :n, l[6] = :s REMOVE l[0]", R"({"N":"1"},{"N":"2"},{"S":"x"},{"N":"1"})"},
      {"ADD l[0] :n, l[9] :ss", R"({"N":"1"},{"N":"1"},{"N":"2"},{"SS":["x","z"]})"},
  };
  for (const auto& [update, elements] : cases) {
    EXPECT_EQ(result(update, item), list(elements)) << update;
  }
  EXPECT_EQ(result("SET l[0][1] = :n, l[1].a = :s REMOVE l[0][0]",
                   list(R"({"L":[{"N":"8"},{"N":"9"}]},{"M":{}})")),
            list(R"({"L":[{"N":"1"}]},{"M":{"a":{"S":"x"}}})"));
}

TEST(update, adds_numbers) {
  EXPECT_EQ(result("ADD a :n", "{}"), R"({"a":{"N":"1"}})");
  EXPECT_EQ(result("ADD a :n", R"({"a":{"N":"-1.5"}})"), R"({"a":{"N":"-0.5"}})");
  EXPECT_EQ(result("ADD m.a :n, m.b :n", R"({"m":{"M":{"a":{"N":"1"}}}})"),
            R"({"m":{"M":{"a":{"N":"2"},"b":{"N":"1"}}}})");
}

TEST(update, adds_to_sets) {
  EXPECT_EQ(result("ADD a :ss", "{}"), R"({"a":{"SS":["x","z"]}})");
  EXPECT_EQ(result("ADD a :ss", R"({"a":{"SS":["y","x"]}})"), R"({"a":{"SS":["y","x","z"]}})");
  EXPECT_EQ(result("ADD a :ns", R"({"a":{"NS":["2.0"]}})"), R"({"a":{"NS":["2","3"]}})");
  EXPECT_EQ(result("ADD a :bs", R"({"a":{"BS":["eQ=="]}})"), R"({"a":{"BS":["eQ==","eA=="]}})");
}

TEST(update, deletes_from_sets) {
  EXPECT_EQ(result("DELETE a :ss", R"({"a":{"SS":["y","x"]}})"), R"({"a":{"SS":["y"]}})");
  EXPECT_EQ(result("DELETE a :ns", R"({"a":{"NS":["2.0","5"]}})"), R"({"a":{"NS":["5"]}})");
  EXPECT_EQ(result("DELETE a :bs", R"({"a":{"BS":["eA==","eQ=="]}})"), R"({"a":{"BS":["eQ=="]}})");
  // A set that has nothing left is not there.
  EXPECT_EQ(result("DELETE a :ss", R"({"a":{"SS":["x"]},"b":{"N":"1"}})"), R"({"b":{"N":"1"}})");
  EXPECT_EQ(result("DELETE m.a :ss", R"({"m":{"M":{"a":{"SS":["x"]}}}})"), R"({"m":{"M":{}}})");
  EXPECT_EQ(result("DELETE a :ss", "{}"), "{}");
  EXPECT_EQ(result("DELETE m.a :ss", R"({"m":{"M":{}}})"), R"({"m":{"M":{}}})");
}

TEST(update, all_sections_at_once_in_any_order) {
  EXPECT_EQ(result("delete ss :ss Remove s ADD q :n sEt a = :n",
                   R"({"s":{"S":"s"},"ss":{"SS":["x","y"]}})"),
            R"({"a":{"N":"1"},"q":{"N":"1"},"ss":{"SS":["y"]}})");
}

TEST(update, placeholders_for_names) {
  EXPECT_EQ(updated("SET #s = :v, #m.#s = :v", R"({"m":{"M":{}}})",
                    {.values = R"({":v":{"N":"1"}})", .names = {{"#s", "status"}, {"#m", "m"}}}),
            R"({"m":{"M":{"status":{"N":"1"}}},"status":{"N":"1"}})");
}

TEST(update, keys_may_be_read) {
  EXPECT_EQ(result("SET a = id", R"({"id":{"S":"1"}})"), R"({"a":{"S":"1"},"id":{"S":"1"}})");
}

// What the update's paths name of the item before it and of the one behind it.
std::pair<std::string, std::string> touched(std::string_view update, std::string_view item,
                                            const given& with = {}) {
  dynamo::engine::substitutes substitutes = dynamo::test::substitutes_of(with);
  const auto parsed = dynamo::engine::update::parse(update, substitutes);
  const dynamo::engine::stored_item before(dynamo::parse_json(item));
  const dynamo::engine::stored_item after(parsed.apply(before.view()));
  return {dynamo::to_json(parsed.touched(before.view())),
          dynamo::to_json(parsed.touched(after.view()))};
}

TEST(update, touches_attributes) {
  const given one{.values = R"({":v":{"N":"1"}})"};
  EXPECT_EQ(
      touched("SET a = :v, b = a REMOVE c", R"({"a":{"N":"0"},"c":{"N":"3"},"d":{"N":"4"}})", one),
      std::pair(std::string(R"({"a":{"N":"0"},"c":{"N":"3"}})"),
                std::string(R"({"a":{"N":"1"},"b":{"N":"0"}})")));
  EXPECT_EQ(touched("REMOVE zz", R"({"a":{"N":"0"}})"),
            std::pair(std::string("{}"), std::string("{}")));
}

// As Amazon DynamoDB answers; DynamoDB Local gives whole attributes.
TEST(update, touches_no_more_than_its_paths) {
  const given one{.values = R"({":v":{"N":"9"}})"};
  constexpr std::string_view item =
      R"({"a":{"M":{"b":{"S":"dog"},"c":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}}},"d":{"S":"cat"}})";
  EXPECT_EQ(touched("SET a.c[1] = :v, a.b = :v", item, one),
            std::pair(std::string(R"({"a":{"M":{"b":{"S":"dog"},"c":{"L":[{"N":"2"}]}}}})"),
                      std::string(R"({"a":{"M":{"b":{"N":"9"},"c":{"L":[{"N":"9"}]}}}})")));
  EXPECT_EQ(touched("SET a.x = :v", item, one),
            std::pair(std::string("{}"), std::string(R"({"a":{"M":{"x":{"N":"9"}}}})")));
  // An element beyond the end is appended at another index; what moves up is at this one.
  EXPECT_EQ(touched("SET a.c[100] = :v", item, one),
            std::pair(std::string("{}"), std::string("{}")));
  EXPECT_EQ(touched("REMOVE a.c[1], a.c[3]", item),
            std::pair(std::string(R"({"a":{"M":{"c":{"L":[{"N":"2"}]}}}})"),
                      std::string(R"({"a":{"M":{"c":{"L":[{"N":"3"}]}}}})")));
}

}  // namespace engine_expression_update_test
