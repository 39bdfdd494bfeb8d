// expect: a table mapping has exactly one partition_key
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::field("id", &user::id));
