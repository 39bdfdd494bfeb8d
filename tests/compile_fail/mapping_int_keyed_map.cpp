// expect: a member of this type cannot be mapped to a DynamoDB attribute
#include <dynamo/value/mapping.hpp>

#include <map>
#include <string>

struct user {
  std::string id;
  std::map<int, std::string> names;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field("names", &user::names));
