// expect: cannot be made from dynamo::scan_error: give error_message
#include <dynamo/table/table.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct user {
  std::string id;
};

template <>
inline constexpr auto dynamo::mapping<user> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &user::id));

using message = std::variant<dynamo::scan_item<user>, dynamo::scan_complete>;

auto use(const dynamo::table<user>& users, dynamo::mailbox<message>& inbox) {
  return users.stream_scan_to_process(inbox);
}
