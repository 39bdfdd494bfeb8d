// expect: a table is of a struct with a dynamo::mapping, or of dynamo::item
#include <dynamo/table/table.hpp>

#include <string>

struct user {
  std::string id;
};

void use(const dynamo::client& db) {
  const dynamo::table<user> users(db, "users");
}
