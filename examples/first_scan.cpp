// The first program of the README: the names of the first adults among the active users.
#include "user.hpp"

#include <iostream>
#include <ranges>

int main() {
  try {
    // [first-scan]
    dynamo::client db = dynamo::client::from_environment();
    dynamo::table<user> users(db);

    auto active = [](const user& u) { return u.status == "active"; };
    for (const user& u : users.stream_scan() | std::views::filter(active) | std::views::take(10)) {
      std::cout << u.name << " <" << u.email << ">\n";
    }
    // [first-scan]
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
