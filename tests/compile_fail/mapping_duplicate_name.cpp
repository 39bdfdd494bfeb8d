// expect: two fields have one attribute name
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
  std::string email;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field("id", &user::email));
