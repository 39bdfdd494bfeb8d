// expect: items that a producer emits cannot view their pages
#include <dynamo/stage/scan_producer.hpp>
#include <dynamo/table/table.hpp>

#include <string_view>

struct user {
  std::string_view id;
};
template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &user::id));

void use(const dynamo::table<user>& users) {
  dynamo::stage::scan_producer<user> source(users);
}
