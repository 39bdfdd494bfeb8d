// expect: the default of field_or does not fit the member
#include <dynamo/value/mapping.hpp>

#include <cstdint>
#include <string>

struct user {
  std::string id;
  std::uint8_t level = 0;
};

template <>
inline constexpr auto dynamo::mapping<user> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user::id), dynamo::field_or("level", &user::level, 300));
