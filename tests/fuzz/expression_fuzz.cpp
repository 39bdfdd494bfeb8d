// Any bytes as an expression, on an item that has something of every type: what is not refused must
// give what can be stored again. The first byte picks what the rest is: '0' a condition, '1' an
// update, '2' a projection, '3' a key condition, '4' two numbers.
#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/update.hpp"
#include "engine/refusal.hpp"
#include "value/decimal.hpp"

#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_writer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using dynamo::detail::decimal;
using dynamo::engine::condition;
using dynamo::engine::key_condition;
using dynamo::engine::projection;
using dynamo::engine::refusal;
using dynamo::engine::stored_item;
using dynamo::engine::substitutes;
using dynamo::engine::update;

void require(bool holds) {
  if (!holds) std::abort();  // libFuzzer keeps the input of a program that aborts
}

substitutes given() {
  return substitutes(
      {.names = dynamo::attribute_names{{"#a", "a"}, {"#d", "a.b"}, {"#s", "status"}, {"#l", "l"}},
       .values = dynamo::parse_json(
           R"({":n":{"N":"1.5"},":e":{"N":"-1E-130"},":h":{"N":"9E125"},":s":{"S":"x"},)"
           R"(":t":{"S":"SS"},":b":{"B":"eA=="},":o":{"BOOL":true},":u":{"NULL":true},)"
           R"(":l":{"L":[{"N":"1"},{"S":"x"}]},":m":{"M":{"a":{"N":"1"}}},":ss":{"SS":["x","y"]},)"
           R"(":ns":{"NS":["1","2"]},":bs":{"BS":["eA=="]}})")});
}

const stored_item& sample() {
  static const stored_item item(dynamo::parse_json(
      R"({"id":{"S":"x"},"rk":{"N":"7"},"n":{"N":"5"},"h":{"N":"-9.5E125"},"s":{"S":"xyz\u00e9"},)"
      R"("b":{"B":"eHk="},"o":{"BOOL":false},"u":{"NULL":true},"status":{"S":"x"},)"
      R"("l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"2"},{"M":{"a":{"N":"3"}}}]},{"SS":["x"]}]},)"
      R"("a":{"M":{"b":{"N":"1"},"a.b":{"S":"y"},"m":{"M":{"a":{"L":[]}}},"l":{"L":[{"M":{}}]}}},)"
      R"("ss":{"SS":["x","z"]},"ns":{"NS":["1","3"]},"bs":{"BS":["eA==","eQ=="]}})"));
  return item;
}

void require_spelt_in_one_way(std::string_view json) {
  require(stored_item(dynamo::parse_json(json)).json() == json);
}

std::optional<bool> value_of(const std::string& text, const dynamo::item& of) {
  substitutes with = given();
  try {
    return condition::parse(text, "FilterExpression", with).holds(of);
  } catch (const refusal& refused) {
    require(refused.type() == "ValidationException" && !refused.message().empty());
    return std::nullopt;
  }
}

void read_condition(const std::string& text) {
  for (const dynamo::item& of : {sample().view(), dynamo::item{}}) {
    const std::optional<bool> value = value_of(text, of);
    if (!value) continue;
    // Refused if there are too many operators then, or parentheses twice.
    const std::optional<bool> opposite = value_of("NOT (" + text + ")", of);
    require(!opposite || *opposite == !*value);
  }
}

void read_update(std::string_view text) {
  substitutes with = given();
  const dynamo::key_schema key{.partition_key = {.name = "id"}, .sort_key = std::nullopt};
  const update parsed = update::parse(text, key, with);
  for (const dynamo::item& before : {sample().view(), dynamo::item{}}) {
    try {
      const stored_item after(parsed.apply(before));
      require_spelt_in_one_way(after.json());
      const dynamo::value_view* const id = after.view().find("id");
      require((id == nullptr) == before.empty());
      require_spelt_in_one_way(dynamo::to_json(parsed.touched(before)));
      require_spelt_in_one_way(dynamo::to_json(parsed.touched(after.view())));
    } catch (const refusal& refused) {
      require(refused.type() == "ValidationException" && !refused.message().empty());
    }
  }
}

void read_projection(std::string_view text) {
  substitutes with = given();
  const projection parsed = projection::parse(text, with);
  std::string out;
  parsed.append(out, sample().view());
  require_spelt_in_one_way(out);
  require(stored_item(std::string_view(out)).size() <= sample().size());
  require(!parsed.top_level_names().empty());
}

void read_key_condition(std::string_view text) {
  substitutes with = given();
  const dynamo::key_schema key{
      .partition_key = {.name = "id", .type = dynamo::key_type::string},
      .sort_key = dynamo::key_attribute{.name = "rk", .type = dynamo::key_type::number}};
  const key_condition parsed = key_condition::parse(text, key, with);
  require(!parsed.partition.as_string().empty());
  require(!parsed.sort || !parsed.sort->low.number_text().empty());
}

bool is_number(std::string_view text, decimal& out) {
  return text.size() <= 1000 && decimal::parse(text, out) && out.limits() == decimal::fault::none;
}

void read_numbers(std::string_view text) {
  const std::size_t comma = text.find(',');
  decimal a;
  decimal b;
  if (comma == std::string_view::npos || !is_number(text.substr(0, comma), a) ||
      !is_number(text.substr(comma + 1), b)) {
    return;
  }
  const std::string_view first = text.substr(0, comma);
  const std::string spelt = dynamo::detail::canonical_number(first);
  require(spelt == a.plain_text() && dynamo::detail::canonical_number(spelt) == spelt);
  require(dynamo::detail::compare_numbers(spelt, first) == 0);
  const int order = compare(a, b);
  const int texts = dynamo::detail::compare_numbers(spelt, text.substr(comma + 1));
  require((order < 0) == (texts < 0) && (order > 0) == (texts > 0));
  const decimal difference = a - b;
  if (difference.limits() != decimal::fault::none) return;
  require((difference + b).plain_text() == a.plain_text());
  require(difference.is_zero() == (order == 0) && difference.is_negative() == (order < 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (static_cast<std::uint8_t>(data[0] - '0') % 5) {
      case 0:
        read_condition(text);
        break;
      case 1:
        read_update(text);
        break;
      case 2:
        read_projection(text);
        break;
      case 3:
        read_key_condition(text);
        break;
      default:
        read_numbers(text);
        break;
    }
  } catch (const refusal& refused) {
    require(refused.type() == "ValidationException" && !refused.message().empty());
  }
  return 0;
}
