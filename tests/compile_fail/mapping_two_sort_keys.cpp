// expect: a table mapping has at most one sort_key
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
  int a = 0;
  int b = 0;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &user::id),
                          dynamo::sort_key("a", &user::a), dynamo::sort_key("b", &user::b));
