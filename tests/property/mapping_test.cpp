#include "item_generator.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/mapping.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

struct part {
  std::string name;
  std::optional<std::uint16_t> count;
  friend bool operator==(const part&, const part&) = default;
};

struct product {
  std::string id;
  std::int64_t version = 0;
  dynamo::number price;
  double weight = 0;
  bool sold = false;
  dynamo::bytes picture;
  std::vector<std::string> lines;
  std::vector<bool> flags;
  std::map<std::string, dynamo::number> prices;
  std::optional<std::set<std::string>> tags;
  std::optional<std::set<int>> sizes;
  std::optional<part> main;
  std::vector<part> parts;
  std::map<std::string, std::vector<part>> groups;
  dynamo::attribute extra;
  friend bool operator==(const product&, const product&) = default;
};

}  // namespace

template <>
inline constexpr auto dynamo::mapping<part> = dynamo::object_mapping(
    dynamo::field("name", &part::name), dynamo::field("count", &part::count));

template <>
inline constexpr auto dynamo::mapping<product> = dynamo::table_mapping(
    "products", dynamo::partition_key("id", &product::id),
    dynamo::sort_key("version", &product::version), dynamo::field("price", &product::price),
    dynamo::field("weight", &product::weight), dynamo::field("sold", &product::sold),
    dynamo::field("picture", &product::picture), dynamo::field("lines", &product::lines),
    dynamo::field("flags", &product::flags), dynamo::field("prices", &product::prices),
    dynamo::field("tags", &product::tags), dynamo::field("sizes", &product::sizes),
    dynamo::field("main", &product::main), dynamo::field("parts", &product::parts),
    dynamo::field("groups", &product::groups), dynamo::field("extra", &product::extra));

namespace {

using dynamo::test::any_attribute;
using dynamo::test::any_bytes;
using dynamo::test::any_number;
using dynamo::test::text;

part any_part() {
  part made;
  made.name = *text();
  if (*rc::gen::arbitrary<bool>()) made.count = *rc::gen::arbitrary<std::uint16_t>();
  return made;
}

product any_product() {
  auto chance = [] { return *rc::gen::arbitrary<bool>(); };
  auto few = [] { return *rc::gen::inRange(0, 4); };
  product made;
  made.id = *text();
  made.version = *rc::gen::arbitrary<std::int64_t>();
  made.price = *any_number();
  made.weight = *rc::gen::arbitrary<int>() / 7.0;
  made.sold = chance();
  made.picture = *any_bytes();
  made.lines = *rc::gen::container<std::vector<std::string>>(text());
  for (int i = few(); i > 0; --i) made.flags.push_back(chance());
  for (int i = few(); i > 0; --i) made.prices[*text()] = *any_number();
  if (chance()) made.tags = *rc::gen::container<std::set<std::string>>(text());
  if (chance()) made.sizes = *rc::gen::arbitrary<std::set<int>>();
  if (chance()) made.main = any_part();
  for (int i = few(); i > 0; --i) made.parts.push_back(any_part());
  for (int i = few(); i > 0; --i) made.groups[*text()] = {any_part()};
  made.extra = *any_attribute(3, {});
  return made;
}

std::string decoded_into(product& out, const std::string& json) {
  const dynamo::body_buffer page(json);
  dynamo::detail::arena memory;
  dynamo::detail::decode_context context(dynamo::detail::json_cursor(page.data()), memory);
  if (!dynamo::detail::object_codec<product>::decode(context, out)) {
    return context.take_error("products").message;
  }
  return "";
}

RC_GTEST_PROP(mapping_property, writing_and_reading_gives_it_back, ()) {
  const product written = any_product();
  product read;
  RC_ASSERT(decoded_into(read, dynamo::to_json(written)) == "");
  RC_ASSERT(read == written);
}

RC_GTEST_PROP(mapping_property, an_object_used_again_holds_no_old_values, ()) {
  product reused;
  for (int round = 0; round < 3; ++round) {
    const product written = any_product();
    RC_ASSERT(decoded_into(reused, dynamo::to_json(written)) == "");
    RC_ASSERT(reused == written);
  }
}

RC_GTEST_PROP(mapping_property, the_generic_item_says_the_same, ()) {
  const product written = any_product();
  const dynamo::owned_item item = dynamo::parse_json(dynamo::to_json(written));
  RC_ASSERT(item.at("price").as_number() == written.price);
  RC_ASSERT(item.at("picture").as_binary() == written.picture);
  RC_ASSERT(item.at("extra") == written.extra);
  // Sorted by name now: an order that the struct's mapping does not have.
  product read;
  RC_ASSERT(decoded_into(read, dynamo::to_json(item)) == "");
  RC_ASSERT(read == written);
}

}  // namespace
