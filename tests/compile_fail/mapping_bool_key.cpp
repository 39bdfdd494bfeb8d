// expect: a key is a string, a number or binary contents
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
  bool active = false;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::sort_key("active", &user::active));
