// compiles
#include <dynamo/value/mapping.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What the cases beside this one do wrong, done right.
enum class color { red };

struct part {
  int weight = 0;
};

struct user {
  std::string id;
  std::int64_t at = 0;
  bool active = false;
  std::uint8_t level = 0;
  std::string status;
  std::optional<color> paint;
  std::vector<part> parts;
  std::map<std::string, part> by_name;
};

template <>
struct dynamo::conversion<color> {
  static std::string_view to_attribute(color) { return "red"; }
  static std::optional<color> from_attribute(std::string_view) { return color::red; }
};

template <>
inline constexpr auto dynamo::mapping<part> =
    dynamo::object_mapping(dynamo::field("weight", &part::weight));

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::sort_key("at", &user::at),
    dynamo::field_or("active", &user::active, true), dynamo::field_or("level", &user::level, 255),
    dynamo::field_or("status", &user::status, "new"), dynamo::field("paint", &user::paint),
    dynamo::optional_field("parts", &user::parts), dynamo::field("by_name", &user::by_name));

std::string write(const user& value) {
  return dynamo::to_json(value);
}
