// What each consumer builds: it uses headers, the archive or the shared library, and the engine.
#include <dynamo/client/client.hpp>
#include <dynamo/version.hpp>

#include <iostream>

int main() {
  const dynamo::client db = dynamo::client::in_memory();
  db.create_table({.table = "users", .key = {.partition_key = {"id"}}});
  db.put_item({.table = "users", .item = dynamo::owned_item{{"id", "a"}}});
  std::cout << DYNAMO_VERSION << ' ' << db.scan({.table = "users"}).items.size() << '\n';
}
