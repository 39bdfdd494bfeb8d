// expect: the mapping names no table
#include <dynamo/table/table.hpp>

#include <string>

struct user {
  std::string id;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("", dynamo::partition_key("id", &user::id));

auto use(const dynamo::client& db) {
  (void)dynamo::table<user>(db, "users");
  return dynamo::table<user>(db);
}
