// Reads items without a mapping: prints the attributes of a table and their types.
#include <dynamo/dynamo.hpp>

#include <iostream>
#include <map>
#include <string>

int main(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "users";
  const dynamo::table<dynamo::item> table(dynamo::client::from_environment(), name);
  std::map<std::string, std::map<std::string, int>, std::less<>> seen;

  // [results]
  // as_results: a loop that must not throw. An error is in the place of the item that it concerns.
  auto stream = table.stream_scan({.read_ahead = true});
  for (const dynamo::result<dynamo::item>& item : stream.as_results()) {
    if (!item) {
      std::cerr << item.error().to_string() << '\n';
      return 1;
    }
    for (const auto& [attribute, value] : *item) {
      auto known = seen.find(attribute);
      if (known == seen.end()) known = seen.try_emplace(std::string(attribute)).first;
      ++known->second[std::string(wire_name(value.type()))];
    }
  }
  // [results]

  for (const auto& [attribute, types] : seen) {
    std::cout << attribute << ':';
    for (const auto& [type, count] : types) std::cout << ' ' << type << " x " << count;
    std::cout << '\n';
  }
}
