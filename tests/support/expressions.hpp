// Expressions of one request, with items and values as JSON.
#pragma once

#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/substitutes.hpp"
#include "engine/expression/update.hpp"
#include "support/refused.hpp"

#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_writer.hpp>

#include <string>
#include <string_view>

namespace dynamo::test {

/// ExpressionAttributeValues, in DynamoDB JSON, and ExpressionAttributeNames; empty: none.
struct given {
  std::string_view values{};
  attribute_names names{};
};

inline engine::substitutes substitutes_of(const given& what) {
  engine::substitutions out;
  if (!what.values.empty()) out.values = parse_json(what.values);
  if (!what.names.empty()) out.names = what.names;
  return engine::substitutes(out);
}

/// Whether the condition holds for the item.
inline bool holds(std::string_view condition, std::string_view item, const given& with = {}) {
  engine::substitutes substitutes = substitutes_of(with);
  const auto parsed = engine::condition::parse(condition, "FilterExpression", substitutes);
  return parsed.holds(engine::stored_item(parse_json(item)).view());
}

/// The sentence that the condition is refused with, behind "Invalid FilterExpression: ".
inline std::string fault_of_condition(std::string_view condition, const given& with = {}) {
  engine::substitutes substitutes = substitutes_of(with);
  const std::string sentence = refused_with(
      [&] { (void)engine::condition::parse(condition, "FilterExpression", substitutes); });
  constexpr std::string_view prefix = "Invalid FilterExpression: ";
  EXPECT_TRUE(sentence.starts_with(prefix)) << sentence;
  return sentence.substr(prefix.size());
}

inline const key_schema& key_of_users() {
  static const key_schema key{.partition_key = {.name = "id", .type = key_type::string},
                              .sort_key = key_attribute{.name = "rk", .type = key_type::number}};
  return key;
}

/// The item behind the update, in JSON.
inline std::string updated(std::string_view update, std::string_view item, const given& with = {}) {
  engine::substitutes substitutes = substitutes_of(with);
  const auto parsed = engine::update::parse(update, substitutes);
  parsed.check_key(key_of_users());
  return to_json(parsed.apply(engine::stored_item(parse_json(item)).view()));
}

/// The sentence that the update is refused with, when it is parsed or when it is applied.
inline std::string fault_of_update(std::string_view update, std::string_view item = "{}",
                                   const given& with = {}) {
  return refused_with([&] { (void)updated(update, item, with); });
}

/// What the projection gives of the item, in JSON.
inline std::string projected(std::string_view projection, std::string_view item,
                             const given& with = {}) {
  engine::substitutes substitutes = substitutes_of(with);
  const auto parsed = engine::projection::parse(projection, substitutes);
  std::string out;
  parsed.append(out, engine::stored_item(parse_json(item)).view());
  return out;
}

}  // namespace dynamo::test
