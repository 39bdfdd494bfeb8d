// Structs and bodies that the tests of streams and tables share.
#pragma once

#include <dynamo/value/mapping.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::test {

struct person {
  std::string id;
  int age = 0;
};

/// Views its page.
struct person_view {
  std::string_view id;
  int age = 0;
};

/// {"id":{"S":"..."},"age":{"N":"..."}}
inline std::string person_json(std::string_view id, std::string_view age = "1") {
  return R"({"id":{"S":")" + std::string(id) + R"("},"age":{"N":")" + std::string(age) + "\"}}";
}

/// A page of `items`, which are JSON, that says it has `count` of them.
inline std::string page_of(const std::vector<std::string>& items, std::string_view last_key = {},
                           int count = -1) {
  std::string text = R"({"Items":[)";
  for (const std::string& each : items) text += (text.back() == '[' ? "" : ",") + each;
  const std::string counted = std::to_string(count < 0 ? static_cast<int>(items.size()) : count);
  text += R"(],"Count":)" + counted + R"(,"ScannedCount":)" + counted;
  if (!last_key.empty()) text += R"(,"LastEvaluatedKey":)" + std::string(last_key);
  return text + "}";
}

}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::person> =
    dynamo::table_mapping("people", dynamo::partition_key("id", &dynamo::test::person::id),
                          dynamo::field("age", &dynamo::test::person::age));
template <>
inline constexpr auto dynamo::mapping<dynamo::test::person_view> =
    dynamo::table_mapping("people", dynamo::partition_key("id", &dynamo::test::person_view::id),
                          dynamo::field("age", &dynamo::test::person_view::age));
