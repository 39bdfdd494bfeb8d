#include "item_generator.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_writer.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace {

using dynamo::number;
using dynamo::owned_item;
using dynamo::test::any_item;
using dynamo::test::any_number;

RC_GTEST_PROP(item_property, writing_and_parsing_gives_it_back, ()) {
  const owned_item item = *any_item({.empty_names = true, .empty_in_sets = true});
  RC_ASSERT(dynamo::parse_json(dynamo::to_json(item)) == item);
}

RC_GTEST_PROP(item_property, white_space_changes_nothing, ()) {
  const owned_item item = *any_item();
  std::string spaced;
  bool quoted = false;
  const std::string json = dynamo::to_json(item);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const bool mark = std::string_view("{}[]:,").find(json[i]) != std::string_view::npos;
    const std::string space(*rc::gen::inRange<std::size_t>(0, 3), ' ');
    if (!quoted && mark) spaced += space;
    spaced += json[i];
    if (quoted && json[i] == '\\') {
      spaced += json[++i];
    } else if (json[i] == '"') {
      quoted = !quoted;
    }
    if (!quoted && mark) spaced += "\n" + space;
  }
  RC_ASSERT(dynamo::parse_json(spaced) == item);
}

RC_GTEST_PROP(item_property, skipping_ends_where_parsing_ends, ()) {
  const owned_item item = *any_item();
  const dynamo::body_buffer page(dynamo::to_json(item) + ",\"]}");
  dynamo::detail::arena memory;
  dynamo::detail::decode_context context(dynamo::detail::json_cursor(page.data()), memory);
  dynamo::detail::json_cursor skipping = context.cursor;
  dynamo::detail::item_parser parser;
  dynamo::item parsed;
  RC_ASSERT(parser.parse(context, parsed));
  RC_ASSERT(skipping.skip_value());
  RC_ASSERT(skipping.position() == context.cursor.position());
  RC_ASSERT(parsed.to_owned() == item);
}

RC_GTEST_PROP(item_property, a_truncated_item_is_refused, ()) {
  const std::string json = dynamo::to_json(*any_item());
  const auto size = *rc::gen::inRange<std::size_t>(0, json.size());
  RC_ASSERT(!dynamo::try_parse_json(std::string_view(json).substr(0, size)));
}

RC_GTEST_PROP(number_property, order_is_that_of_doubles_where_they_differ, ()) {
  const number a = *any_number();
  const number b = *any_number();
  const double x = a.to<double>();
  const double y = b.to<double>();
  if (x < y) RC_ASSERT(a < b);
  if (x > y) RC_ASSERT(a > b);
  if (x != y) RC_ASSERT(a != b);
  RC_ASSERT((a < b) + (a == b) + (a > b) == 1);
  if (a == b) RC_ASSERT(std::hash<number>{}(a) == std::hash<number>{}(b));
}

RC_GTEST_PROP(number_property, integers_and_doubles_come_back, (std::int64_t integer)) {
  RC_ASSERT(number(integer).to<std::int64_t>() == integer);
  const double real = static_cast<double>(integer) / 1024;
  RC_ASSERT(number(real).to<double>() == real);
}

}  // namespace
