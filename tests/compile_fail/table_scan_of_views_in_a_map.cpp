// expect: items that are kept cannot view their pages
#include <dynamo/table/table.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

struct user {
  std::string id;
  std::map<std::string, std::string_view, std::greater<>> names;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field("names", &user::names));

auto use(const dynamo::client& db) {
  return dynamo::table<user>(db).scan();
}
