// expect: an item that is kept cannot view its page
#include <dynamo/table/table.hpp>

#include <string_view>

struct user {
  std::string_view id;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &user::id));

auto use(const dynamo::client& db) {
  return dynamo::table<user>(db).query({.key_condition_expression = "id = :id"});
}
