// expect: the default of field_or must be assignable to the member
#include <dynamo/value/mapping.hpp>

#include <string>

struct user {
  std::string id;
  bool active = false;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &user::id),
                          dynamo::field_or("active", &user::active, "yes"));
