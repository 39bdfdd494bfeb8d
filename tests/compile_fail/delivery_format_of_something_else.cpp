// expect: message_format takes an item or a std::vector of items
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

struct row {
  int number = 0;
};

auto use(const dynamo::table<user>& users, dynamo::mailbox<row>& inbox) {
  return users.stream_scan_to_process(
      inbox, {},
      {.message_format = [](const std::string&) { return row{}; },
       .completion_message = [](const dynamo::scan_summary&) { return row{}; },
       .error_message = [](const dynamo::error&) { return row{}; }});
}
