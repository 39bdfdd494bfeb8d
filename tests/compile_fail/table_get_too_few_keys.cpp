// expect: give as many values as the mapping has keys
#include <dynamo/table/table.hpp>

#include <string>

struct user {
  std::string id;
  int at = 0;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::sort_key("at", &user::at));

auto use(const dynamo::client& db) {
  return dynamo::table<user>(db).get("a");
}
