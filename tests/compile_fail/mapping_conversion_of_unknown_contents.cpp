// expect: does the class own its contents
#include <dynamo/value/mapping.hpp>

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
  static dynamo::attribute to_attribute(label value) { return value.text; }
  static std::optional<label> from_attribute(const dynamo::attribute& stored) {
    return label{stored.as_string()};
  }
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field("name", &user::name));
