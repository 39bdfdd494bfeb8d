#include "support/expressions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_expression_projection_test {

using dynamo::test::projected;

constexpr std::string_view item =
    R"({"n":{"N":"5"},"s":{"S":"a\"b\n"},"b":{"B":"eA=="},"t":{"BOOL":false},"nu":{"NULL":true},)"
    R"("l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"M":{"x":{"N":"1"},"y":{"N":"2"}}},)"
    R"({"L":[{"S":"p"},{"S":"q"}]}]},)"
    R"("m":{"M":{"a":{"N":"1"},"b":{"N":"2"},"l":{"L":[{"S":"z"}]}}},)"
    R"("ss":{"SS":["x","y"]},"ns":{"NS":["1"]},"bs":{"BS":["eA=="]}})";

TEST(projection, of_attributes) {
  EXPECT_EQ(projected("n", item), R"({"n":{"N":"5"}})");
  EXPECT_EQ(projected("zz", item), "{}");
  EXPECT_EQ(projected("n", "{}"), "{}");
  // Every type, whole.
  EXPECT_EQ(projected("n, s, b, t, nu, l, m, ss, ns, bs", item),
            dynamo::engine::stored_item(dynamo::parse_json(item)).json());
}

TEST(projection, appends_to_what_is_there) {
  dynamo::engine::substitutes none = dynamo::test::substitutes_of({});
  const auto parsed = dynamo::engine::projection::parse("n", none);
  std::string out = "[";
  const dynamo::engine::stored_item of(dynamo::parse_json(item));
  parsed.append(out, of.view());
  parsed.append(out, dynamo::item{});
  EXPECT_EQ(out, R"([{"n":{"N":"5"}}{})");
}

TEST(projection, of_members_and_elements) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"m.a, m.b", R"({"m":{"M":{"a":{"N":"1"},"b":{"N":"2"}}}})"},
      {"m.b, m.a", R"({"m":{"M":{"a":{"N":"1"},"b":{"N":"2"}}}})"},
      {"m.l[0], m.a", R"({"m":{"M":{"a":{"N":"1"},"l":{"L":[{"S":"z"}]}}}})"},
      {"l[2]", R"({"l":{"L":[{"N":"2"}]}})"},
      // Elements move together, in the order of the list.
      {"l[2], l[0]", R"({"l":{"L":[{"N":"0"},{"N":"2"}]}})"},
      {"l[2],l[0],l[3].y", R"({"l":{"L":[{"N":"0"},{"N":"2"},{"M":{"y":{"N":"2"}}}]}})"},
      {"l[4][1], l[4][0], l[3].x",
       R"({"l":{"L":[{"M":{"x":{"N":"1"}}},{"L":[{"S":"p"},{"S":"q"}]}]}})"},
      {"l[4][1]", R"({"l":{"L":[{"L":[{"S":"q"}]}]}})"},
      {"n,m.a,l[1]", R"({"l":{"L":[{"N":"1"}]},"m":{"M":{"a":{"N":"1"}}},"n":{"N":"5"}})"},
      {"l[9], l[1]", R"({"l":{"L":[{"N":"1"}]}})"},
      {"l[3].zz, l[1]", R"({"l":{"L":[{"N":"1"}]}})"},
      {"l[0], l[3].zz, l[4][0]", R"({"l":{"L":[{"N":"0"},{"L":[{"S":"p"}]}]}})"},
  };
  for (const auto& [paths, result] : cases) EXPECT_EQ(projected(paths, item), result) << paths;
}

TEST(projection, what_leads_nowhere_leaves_nothing) {
  for (const char* paths : {"l[9]", "l.x", "m[0]", "n.x", "m.zz", "l[0][0]", "m.a.b", "ss[0]",
                            "m.zz, l[3].zz, l[8]", "m.l[4]", "a.b.c.d[1][2]"}) {
    EXPECT_EQ(projected(paths, item), "{}") << paths;
  }
}

TEST(projection, placeholders) {
  EXPECT_EQ(projected("#m.b", item, {.names = {{"#m", "m"}}}), R"({"m":{"M":{"b":{"N":"2"}}}})");
  EXPECT_EQ(
      projected("#d", R"({"a.b":{"N":"1"},"a":{"M":{"b":{"N":"2"}}}})", {.names = {{"#d", "a.b"}}}),
      R"({"a.b":{"N":"1"}})");
}

TEST(projection, top_level_names) {
  dynamo::engine::substitutes none = dynamo::test::substitutes_of({});
  const auto parsed = dynamo::engine::projection::parse("m.b, n, m.a, l[0]", none);
  const std::vector<std::string_view> expected = {"l", "m", "n"};
  EXPECT_EQ(parsed.top_level_names(), expected);
}

TEST(projection, refusals) {
  const auto syntax = [](std::string_view token, std::string_view near) {
    return "Syntax error; token: \"" + std::string(token) + "\", near: \"" + std::string(near) +
           "\"";
  };
  const auto two = [](std::string_view how, std::string_view one, std::string_view other) {
    return "Two document paths " + std::string(how) +
           " with each other; must remove or rewrite one of these paths; path one: " +
           std::string(one) + ", path two: " + std::string(other);
  };
  const std::pair<std::string_view, std::string> faults[] = {
      {"", "The expression can not be empty;"},
      {"n,", syntax("<EOF>", ",")},
      {"n m", syntax("m", "n m")},
      {"n,,m", syntax(",", ",,m")},
      {",n", syntax(",", ",n")},
      {"size(n)", syntax("(", "size(n")},
      {":n", syntax(":n", ":n")},
      {"n = m", syntax("=", "n = m")},
      {"(n)", syntax("(", "(n")},
      {"n AND m", syntax("AND", "n AND m")},
      {"SET n", syntax("SET", "SET n")},
      {"status", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"n, #z",
       "An expression attribute name used in the document path is not defined; attribute "
       "name: #z"},
      {"l[99999999999]", "List index is not within the allowable range; index: [99999999999]"},
      {"n, n", two("overlap", "[n]", "[n]")},
      {"m.a, m", two("overlap", "[m, a]", "[m]")},
      {"m, m.a", two("overlap", "[m]", "[m, a]")},
      {"m.a, m.a.b", two("overlap", "[m, a]", "[m, a, b]")},
      {"m.z, m.b, m.a, m", two("overlap", "[m, z]", "[m]")},
      {"l[0], l[0]", two("overlap", "[l, [0]]", "[l, [0]]")},
      {"l[0], l.a", two("conflict", "[l, [0]]", "[l, a]")},
      {"l.a.b, l[1][2]", two("conflict", "[l, a, b]", "[l, [1], [2]]")},
  };
  for (const auto& [text, sentence] : faults) {
    dynamo::engine::substitutes none = dynamo::test::substitutes_of({});
    EXPECT_EQ(
        dynamo::test::refused_with([&] { (void)dynamo::engine::projection::parse(text, none); }),
        "Invalid ProjectionExpression: " + sentence)
        << text;
  }
}

}  // namespace engine_expression_projection_test
