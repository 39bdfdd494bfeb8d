#include "differential/values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dynamo::differential {
namespace {

struct named_type {
  std::string_view name;
  std::string_view type;
};
// Words that are reserved and names that only a substitute can say are among them.
constexpr std::array<named_type, 15> plain_names{{{"a", "N"},
                                                  {"b", "S"},
                                                  {"c", "L"},
                                                  {"d", "M"},
                                                  {"e", "SS"},
                                                  {"f", "NS"},
                                                  {"g", "B"},
                                                  {"h", "BS"},
                                                  {"i", "BOOL"},
                                                  {"j", "NULL"},
                                                  {"name", "S"},
                                                  {"Status", "N"},
                                                  {"a.b", "M"},
                                                  {"x-y", "L"},
                                                  {"\xC3\xBC", "N"}}};

std::string string_text(random_choices& random) {
  if (random.once_in(12)) return std::string(random.between(20, 300), 'n');
  return random.of({"", "a", "b", "ab", "abc", "b", "z", "a b", "\xC3\xA9",
                    "\xE6\x97\xA5\xE6\x9C\xAC", "\xF0\x9F\x98\x80", "\"q\"", "back\\slash",
                    "line\nend", "1", "S", "\xEF\xBF\xBD", "\xEF\xBC\xA1"});
}

std::string binary_text(random_choices& random) {
  if (random.once_in(80)) return random.of({"!!", "AQ", "A", "AQ=", "AQ==AQ==", "AR=="});
  return random.of({"", "AQ==", "AQI=", "AQID", "/w==", "gA==", "AAAA", "YWJj"});
}

json set_of(random_choices& random, std::string (*element)(random_choices&)) {
  json::array elements;
  const std::size_t wanted = random.once_in(80) ? 0 : random.between(1, 4);
  for (std::size_t i = 0; i < wanted; ++i) {
    std::string made = element(random);
    // A double is refused: rarely wanted. Numbers that are equal and spelt otherwise pass here.
    if (std::ranges::find(elements, json(made)) != elements.end() && !random.once_in(30)) continue;
    elements.emplace_back(std::move(made));
  }
  return elements;
}

// Spelt as it is answered: DynamoDB Local keeps other spellings in lists and maps.
std::string plain_number(random_choices& random) {
  return random.of({"0", "1", "-1", "2", "3", "10", "1.5", "0.1", "-0.00001",
                    "100000000000000000000", "12345678901234567890123456789012345678"});
}

// Where the limit of 32 levels is, too.
json nested(random_choices& random) {
  json made = value_of("N", random, 0);
  for (std::size_t level = random.between(28, 34); level > 0; --level) {
    made = random.once_in(2) ? typed("L", json::array{std::move(made)})
                             : typed("M", json::object{{"d", std::move(made)}});
  }
  return made;
}

json broken_value(random_choices& random) {
  switch (random.below(8)) {
    case 0:
      return json::object{};
    case 1:
      return json::object{{"S", "a"}, {"N", "1"}};
    case 2:
      return json::object{{"X", "a"}};
    case 3:
      return json::object{{"S", 5}};
    case 4:
      return json::object{{"NULL", false}};
    case 5:
      return json::object{{"BOOL", "true"}};
    case 6:
      return json();
    default:
      return json::object{{"N", 5}};
  }
}

}  // namespace

json typed(std::string_view type, json value) {
  return json::object{{std::string(type), std::move(value)}};
}

std::string number_text(random_choices& random) {
  if (random.once_in(60)) {
    return random.of({"1E126", "-1E126", "1E-131", "123456789012345678901234567890123456789", "abc",
                      "", " 1", "0x1", "1_0", "NaN", "Infinity", "1e", "--1", "1,5", "1.2.3"});
  }
  if (random.once_in(2)) {
    return std::to_string(static_cast<int>(random.below(12)) - 3);
  }
  return random.of({"0",
                    "-0",
                    "0.0",
                    "1.0",
                    "1.50",
                    "1E2",
                    "1e-2",
                    "100",
                    "00012",
                    "+5",
                    ".5",
                    "5.",
                    "12345678901234567890123456789012345678",
                    "0.1",
                    "1E125",
                    "1E-130",
                    "-1E-130",
                    "9.9999999999999999999999999999999999999E+125",
                    "0.00000000000000000001",
                    "100000000000000000000",
                    "1.23E20",
                    "-1.5",
                    "1234.5678",
                    "0e5",
                    "0.10000000000000000000000000000000000001",
                    "3.3333333333333333333333333"});
}

json value_of(std::string_view type, random_choices& random, int depth) {
  if (random.once_in(250)) return broken_value(random);
  if (type == "S") return typed(type, string_text(random));
  if (type == "N") return typed(type, depth < top ? plain_number(random) : number_text(random));
  if (type == "B") return typed(type, binary_text(random));
  if (type == "BOOL") return typed(type, random.once_in(2));
  if (type == "NULL") return typed(type, true);
  if (type == "SS") return typed(type, set_of(random, &string_text));
  if (type == "NS") return typed(type, set_of(random, depth < top ? &plain_number : &number_text));
  if (type == "BS") return typed(type, set_of(random, &binary_text));
  if (random.once_in(150)) return nested(random);
  const std::size_t wanted = depth > 0 ? random.below(4) : 0;
  if (type == "L") {
    json::array elements;
    for (std::size_t i = 0; i < wanted; ++i) elements.push_back(any_value(random, depth - 1));
    return typed(type, std::move(elements));
  }
  json members = json::object{};
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::string name = plain_name(random);
    members.set(name, random.once_in(4) ? any_value(random, depth - 1)
                                        : value_of(usual_type(name), random, depth - 1));
  }
  return typed("M", std::move(members));
}

json any_value(random_choices& random, int depth) {
  return value_of(
      random.of({"S", "S", "N", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}), random,
      depth);
}

json key_value(std::string_view type, random_choices& random) {
  if (random.once_in(150)) return any_value(random);
  if (type == "S") {
    if (random.once_in(150)) return typed(type, std::string(random.between(1022, 2050), 'k'));
    return typed(type,
                 random.of({"a", "b", "ab", "c", "\xC3\xA9", "\xEF\xBC\xA1", "\xF0\x9F\x98\x80"}));
  }
  if (type == "B") return typed(type, random.of({"AQ==", "AQI=", "/w==", "gA==", "AA=="}));
  return typed(
      "N", random.of({"1", "2", "10", "1.0", "-1", "-10", "0", "-0", "1E2", "100", "0.5", "-0.5",
                      "1e-100", "-2E100", "12345678901234567890123456789012345678"}));
}

std::string plain_name(random_choices& random) {
  return std::string(plain_names[random.below(plain_names.size())].name);
}

std::string_view usual_type(std::string_view name) {
  const auto found = std::ranges::find(plain_names, name, &named_type::name);
  return found != plain_names.end() ? found->type : "S";
}

json key_of(const table_shape& table, random_choices& random) {
  json key = json::object{};
  key.set(table.partition.name, key_value(table.partition.type, random));
  if (table.sort) key.set(table.sort->name, key_value(table.sort->type, random));
  if (random.once_in(100)) key.remove(random.once_in(2) ? table.partition.name : "sk");
  if (random.once_in(100)) key.set("more", typed("S", "a"));
  return key;
}

json item_for(const table_shape& table, random_choices& random, bool often_large) {
  json item = json::object{};
  for (const key_shape& key : table.keys()) {
    const bool primary =
        key.name == table.partition.name || (table.sort && key.name == table.sort->name);
    if (random.once_in(primary ? 200 : 4)) continue;
    item.set(key.name, random.once_in(200) ? any_value(random) : key_value(key.type, random));
  }
  for (std::size_t wanted = random.below(10); wanted > 0; --wanted) {
    const std::string name = plain_name(random);
    item.set(name, random.once_in(4) ? any_value(random) : value_of(usual_type(name), random));
  }
  if (random.once_in(150)) item.set("", typed("S", "a"));
  if (random.once_in(60)) {
    item.set("big", typed("S", std::string(random.between(1000, 60'000), 'x')));
  }
  if (often_large && random.once_in(3)) {
    item.set("big", typed("S", std::string(random.between(50'000, 300'000), 'x')));
  }
  // Around the limit of 400 KB.
  if (random.once_in(1500)) {
    item.set("big", typed("S", std::string(random.between(409'400, 409'650), 'x')));
  }
  return item;
}

}  // namespace dynamo::differential
