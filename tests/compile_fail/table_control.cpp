// compiles
#include <dynamo/table/table.hpp>

#include <string>
#include <string_view>

// What the other cases about tables do wrong, done right.
struct user {
  std::string id;
  int at = 0;
};

struct user_view {
  std::string_view id;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::sort_key("at", &user::at));
template <>
inline constexpr auto dynamo::mapping<user_view> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &user_view::id));

void use(const dynamo::client& db) {
  const dynamo::table<user> users(db);
  (void)users.get("a", 7);
  (void)users.scan();
  for ([[maybe_unused]] const user_view& each : dynamo::table<user_view>(db).stream_scan()) {
  }
  (void)dynamo::table<dynamo::item>(db, "users").scan();
}
