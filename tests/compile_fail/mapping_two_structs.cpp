// expect: all fields of a mapping belong to one struct
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
};

struct order {
  int total = 0;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field("total", &order::total));
