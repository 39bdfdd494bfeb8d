// [program]
#include <dynamo/dynamo.hpp>

#include <iostream>
#include <ranges>

struct user {
  std::string id, email, name, tenant_id;
  std::string status = "active";
  std::optional<int> age = {};
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::sort_key("email", &user::email),
    dynamo::field("name", &user::name), dynamo::field("tenant_id", &user::tenant_id),
    dynamo::optional_field("status", &user::status), dynamo::field("age", &user::age));

int main() {
  try {
    dynamo::client db = dynamo::client::from_environment();  // as the AWS CLI finds them
    dynamo::table<user> users(db);

    auto active = [](const user& u) { return u.status == "active"; };
    for (const user& u : users.stream_scan() | std::views::filter(active) | std::views::take(10)) {
      std::cout << u.name << " <" << u.email << ">\n";
    }
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
// [program]
