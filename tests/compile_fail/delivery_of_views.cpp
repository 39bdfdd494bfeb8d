// expect: items that are sent cannot view their pages
#include <dynamo/table/table.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct user {
  std::string_view id;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &user::id));

auto use(const dynamo::table<user>& users, dynamo::mailbox<dynamo::scan_message<user>>& inbox) {
  return users.stream_scan_to_process(inbox);
}
