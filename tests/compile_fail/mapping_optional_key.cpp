// expect: a key is always there: it cannot be a std::optional
#include <dynamo/value/mapping.hpp>

#include <optional>
#include <string>

struct user {
  std::string id;
  std::optional<int> age;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::partition_key("age", &user::age));
