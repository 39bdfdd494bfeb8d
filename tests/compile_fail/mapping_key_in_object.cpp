// expect: keys belong into a table_mapping
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
  int at = 0;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::object_mapping(dynamo::field("id", &user::id), dynamo::sort_key("at", &user::at));
