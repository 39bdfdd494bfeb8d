// Structs that hold their own type, in a list or a map.
#include "unit/value/padded_text.hpp"

#include <dynamo/value/mapping.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

struct branch {
  std::string name;
  std::vector<branch> children;
};
struct folder {
  std::string id;
  std::map<std::string, folder> within;
  std::vector<branch> trees;
};

}  // namespace

template <>
inline constexpr auto dynamo::mapping<branch> = dynamo::object_mapping(
    dynamo::field("name", &branch::name), dynamo::optional_field("children", &branch::children));
template <>
inline constexpr auto dynamo::mapping<folder> = dynamo::table_mapping(
    "folders", dynamo::partition_key("id", &folder::id),
    dynamo::optional_field("within", &folder::within), dynamo::field("trees", &folder::trees));

namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A branch with so many others within each other, each of which is two levels: a list and a map.
branch chain(int length) {
  branch made{"end", {}};
  for (int i = 0; i < length; ++i) {
    branch around{"b", {}};
    around.children.push_back(std::move(made));
    made = std::move(around);
  }
  return made;
}

TEST(recursive_mapping, round_trips) {
  folder root{"r", {{"a", {"x", {}, {}}}}, {chain(2)}};
  const std::string json = dynamo::to_json(root);
  folder read;
  ASSERT_EQ(dynamo::test::decode_into(read, json), "");
  EXPECT_EQ(dynamo::to_json(read), json);
  EXPECT_EQ(read.within.at("a").id, "x");
  EXPECT_EQ(read.trees.at(0).children.at(0).children.at(0).name, "end");
}

TEST(recursive_mapping, names_the_attribute_at_fault) {
  folder read;
  EXPECT_EQ(dynamo::test::decode_into(
                read, R"({"id":{"S":"r"},"trees":{"L":[{"M":{"name":{"S":"b"},"children":{"L":[)"
                      R"({"M":{"name":{"N":"1"}}}]}}}]}})"),
            "invalid_value: attribute 'trees[0].children[0].name' does not fit: expected a string "
            "(S), found type N");
}

TEST(recursive_mapping, writes_as_many_levels_as_are_stored) {
  const std::string json = dynamo::to_json(chain(15));
  branch read;
  EXPECT_EQ(dynamo::test::decode_into(read, json), "") << "31 levels, the last an empty list";
  EXPECT_EQ(dynamo::to_json(read), json);
  const branch deeper = chain(16);
  const branch deepest = chain(10'000);
  for (const branch* each : {&deeper, &deepest}) {
    try {
      (void)dynamo::to_json(*each);
      ADD_FAILURE() << "wrote it";
    } catch (const dynamo::exception& refused) {
      EXPECT_EQ(refused.kind(), dynamo::errc::invalid_value);
      EXPECT_THAT(refused.details().message,
                  StartsWith("cannot encode attribute 'children[0].children[0]"));
      EXPECT_THAT(refused.details().message, HasSubstr("deeper than 32 levels"));
    }
  }
  EXPECT_EQ(dynamo::to_json(chain(15)), json) << "a refusal leaves no level behind";
}

TEST(recursive_mapping, reads_nesting_with_a_bound) {
  auto nested = [](int levels) {
    std::string text = R"({"name":{"S":"end"}})";
    for (int i = 0; i < levels; ++i) {
      text = R"({"name":{"S":"b"},"children":{"L":[{"M":)" + text + "}]}}";
    }
    return text;
  };
  branch read;
  EXPECT_EQ(dynamo::test::decode_into(read, nested(31)), "");
  EXPECT_THAT(dynamo::test::decode_into(read, nested(2'000)),
              HasSubstr("nesting of at most 64 levels in attribute 'children[0].children[0]"));
}

}  // namespace
