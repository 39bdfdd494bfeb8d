// expect: a member of this type cannot be mapped to a DynamoDB attribute
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
  char grade = 'a';
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::optional_field("grade", &user::grade));
