// expect: the default of field_or must be assignable to the member
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
  int age = 0;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field_or("age", &user::age, "none"));
