// A parallel scan with Flow: several threads decode pages and handle their users.
#include "user.hpp"

#include <atomic>
#include <iostream>
#include <set>
#include <stdexcept>
#include <string>

namespace {

bool is_adult(const user& u) {
  return u.age >= 18;
}

// The same result without a flow, to check it.
std::set<std::string> expected(const dynamo::table<user>& users) {
  std::set<std::string> emails;
  for (const user& u : users.stream_scan()) {
    if (u.status == "active" && is_adult(u)) emails.insert(u.email);
  }
  return emails;
}

}  // namespace

int main() {
  try {
    dynamo::table<user> users(dynamo::client::from_environment());

    // [parallel]
    namespace flow = dynamo::flow;
    std::set<std::string> emails =
        flow::from(users.stream_parallel_scan({.segments = 8}), {.stages = 4, .max_demand = 500}) |
        flow::filter([](const user& u) { return u.status == "active"; }) |
        flow::filter(is_adult) |   // in the same loop
        flow::map(&user::email) |  // moves the address out of the user
        flow::collect<std::set<std::string>>();
    // [parallel]
    if (emails != expected(users)) throw std::runtime_error("the flow has lost somebody");
    std::cout << emails.size() << " addresses of active adults\n";

    // [stream]
    std::size_t first = 0;
    for (const std::string& email : flow::from(users.stream_parallel_scan({.segments = 8})) |
                                        flow::map(&user::email) | flow::stream()) {
      std::cout << email << '\n';
      if (++first == 3) break;  // ends the flow, and its requests
    }
    // [stream]

    // [each]
    std::atomic<int> pending = 0;
    flow::from(users.stream_parallel_scan({.segments = 8})) |
        flow::filter([](const user& u) { return u.status == "pending"; }) |
        flow::each([&](const user&) { ++pending; }) |  // called by all stages at once
        flow::run();
    // [each]
    std::cout << pending << " are pending\n";
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
