// The struct that the examples share: a part of the users that `dynamo sample` makes.
#pragma once

#include <dynamo/dynamo.hpp>

#include <optional>
#include <string>

// [user]
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
// [user]
