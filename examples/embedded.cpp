// DynamoDB in the process: for tests without a server or an account.
#include "expect.hpp"
#include "user.hpp"

#include <iostream>
#include <ranges>
#include <vector>

namespace {

// [code]
// What is to be tested knows only the client.
void deactivate(const dynamo::table<user>& users, const std::string& id, const std::string& email) {
  users.update({.key = users.key_of(id, email),
                .update_expression = "SET #s = :inactive",
                .condition_expression = "attribute_exists(id)",
                .expression_attribute_names = {{"#s", "status"}},
                .expression_attribute_values = {{":inactive", "inactive"}}});
}
// [code]

// [test]
void deactivates_who_is_there() {
  const auto db = dynamo::client::in_memory();
  db.create_table({.table = "users",
                   .key = {.partition_key = {"id"}, .sort_key = dynamo::key_attribute{"email"}}});
  const dynamo::table<user> users(db);
  users.put({.id = "1", .email = "ada@example.org", .name = "Ada", .tenant_id = "t1"});

  deactivate(users, "1", "ada@example.org");
  expect(users.get("1", "ada@example.org")->status == "inactive", "Ada is inactive");

  try {
    deactivate(users, "2", "nobody@example.org");
    expect(false, "nobody is deactivated");
  } catch (const dynamo::exception& failure) {
    expect(failure.kind() == dynamo::errc::conflict, "a failed condition");
  }
}
// [test]

void opens_in_two_ways() {
  // [open]
  const auto passing = dynamo::client::in_memory();          // new and empty, ends with the client
  const auto lasting = dynamo::client::embedded("data.db");  // in a file, made if it is not there
  // [open]
  expect(passing.list_tables().empty(), "nothing in memory");
  expect(lasting.list_tables().empty(), "no tables in the file");
}

void is_shared() {
  // [shared]
  const auto engine = dynamo::embedded_engine::in_memory();
  const dynamo::client writer(engine);
  const dynamo::client reader(engine);
  // [shared]
  writer.create_table({.table = "users", .key = {.partition_key = {"id"}}});
  expect(reader.list_tables().size() == 1, "one table, seen by both");
}

void gives_room_back() {
  // [compact]
  const auto engine = dynamo::embedded_engine::open("data.db");
  engine.compact();
  // [compact]
  expect(dynamo::client(engine).list_tables().empty(), "still no tables in the file");
}

// All operations work as with a service.
void streams_in_segments() {
  const auto db = dynamo::client::in_memory();
  db.create_table({.table = "users",
                   .key = {.partition_key = {"id"}, .sort_key = dynamo::key_attribute{"email"}}});
  const dynamo::table<user> users(db);
  std::vector<user> many;
  for (int i = 0; i < 1000; ++i) {
    many.push_back({.id = std::to_string(i),
                    .email = "someone@example.org",
                    .name = "n",
                    .tenant_id = "t" + std::to_string(i % 3)});
  }
  users.put_all(many);
  const auto in_first = [](const user& u) { return u.tenant_id == "t0"; };
  int count = 0;
  for ([[maybe_unused]] const user& u :
       users.stream_parallel_scan({.segments = 4}) | std::views::filter(in_first)) {
    ++count;
  }
  expect(count == 334, "a third of the users");
}

}  // namespace

int main() {
  try {
    opens_in_two_ways();
    is_shared();
    gives_room_back();
    deactivates_who_is_there();
    streams_in_segments();
    std::cout << "done\n";
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
