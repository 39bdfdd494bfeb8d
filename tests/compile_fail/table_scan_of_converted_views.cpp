// expect: items that are kept cannot view their pages
#include <dynamo/table/table.hpp>

#include <optional>
#include <string>
#include <string_view>

struct label {
  std::string_view text;
};
struct user {
  std::string id;
  label name;
};

template <>
struct dynamo::conversion<label> {
  static constexpr bool views = true;
  static std::string_view to_attribute(label value) { return value.text; }
  static std::optional<label> from_attribute(std::string_view text) { return label{text}; }
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field("name", &user::name));

auto use(const dynamo::client& db) {
  return dynamo::table<user>(db).scan();
}
