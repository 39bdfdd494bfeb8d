// Writes, reads, updates and queries items, singly and in batches.
#include "expect.hpp"
#include "user.hpp"

#include <iostream>
#include <vector>

int main() {
  try {
    const auto db = dynamo::client::from_environment();
    const std::string name = "write_and_query_example";
    if (db.try_describe_table(name)) db.delete_table(name);
    db.create_table({.table = name,
                     .key = {.partition_key = {"id"}, .sort_key = dynamo::key_attribute{"email"}}});
    db.wait_until_active(name);
    const dynamo::table<user> users(db, name);

    users.put({.id = "1", .email = "ada@example.org", .name = "Ada", .tenant_id = "t1"});
    const std::optional<user> ada = users.get("1", "ada@example.org");
    expect(ada && ada->name == "Ada" && ada->status == "active" && !ada->age, "what was put");

    users.update({.key = users.key_of("1", "ada@example.org"),
                  .update_expression = "SET age = :age",
                  .expression_attribute_values = {{":age", 36}}});
    expect(users.get("1", "ada@example.org")->age == 36, "the new age");

    std::vector<user> more;
    for (int i = 0; i < 60; ++i) {
      more.push_back({.id = "2", .email = std::to_string(i), .name = "n", .tenant_id = "t2"});
    }
    users.put_all(more);  // any number: split into requests of 25, unprocessed items sent again
    const std::vector<user> found = users.query(
        {.key_condition_expression = "id = :id", .expression_attribute_values = {{":id", "2"}}});
    expect(found.size() == 60, "sixty users");
    expect(users.count().items == 61, "sixty-one in all");

    users.remove("1", "ada@example.org");
    expect(!users.get("1", "ada@example.org"), "nobody");
    db.delete_table(name);
    std::cout << "done\n";
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
