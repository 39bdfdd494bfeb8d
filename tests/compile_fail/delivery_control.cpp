// compiles
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

struct counter {
  using message = dynamo::scan_message<user>;
  template <class Message>
  void on(const Message&) {
    ++messages;
  }
  int messages = 0;
};

// What the other cases about delivery and processes do wrong, done right.
void use(const dynamo::table<user>& users) {
  dynamo::mailbox<row> inbox;
  const auto first = users.stream_scan_to_process(
      inbox, {.batch_size = 2},
      {.message_format = [](const std::vector<user>& some) { return row{int(some.size())}; },
       .completion_message = [](const dynamo::scan_summary&) { return row{}; },
       .error_message = [](const dynamo::error&) { return row{}; }});
  dynamo::process<counter> receiver([] { return counter{}; });
  const auto second = users.stream_scan_to_process(receiver);
  (void)receiver.call([](counter& state) { return state.messages; });
}
