// Copies a table into another and converts the items.
#include "user.hpp"

#include <cctype>
#include <cstdint>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

// [member]
// What users are in the new table: one name for both, and a flag in place of the word.
struct member {
  std::string id, email;
  std::string display_name;
  bool active = false;
};

template <>
inline constexpr auto dynamo::mapping<member> = dynamo::table_mapping(
    "members", dynamo::partition_key("id", &member::id), dynamo::sort_key("email", &member::email),
    dynamo::field("display_name", &member::display_name), dynamo::field("active", &member::active));
// [member]

namespace {

// [transform]
member to_member(user&& from) {
  for (char& c : from.email) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return {.id = std::move(from.id),
          .email = std::move(from.email),
          .display_name = std::move(from.name),
          .active = from.status == "active"};
}
// [transform]

void make_empty(const dynamo::client& db, const std::string& name) {
  if (db.try_describe_table(name)) db.delete_table(name);
  db.create_table({.table = name,
                   .key = {.partition_key = {"id"}, .sort_key = dynamo::key_attribute{"email"}}});
  db.wait_until_active(name);
}

}  // namespace

int main() {
  try {
    const dynamo::client db = dynamo::client::from_environment();
    make_empty(db, "members");
    // [migrate]
    const dynamo::table<user> users(db);
    const dynamo::table<member> members(db);
    auto stream = users.stream_parallel_scan({.segments = 4});
    std::uint64_t written = 0;
    for (dynamo::batch<user>& page : stream.batches()) {
      std::vector<member> converted;
      converted.reserve(page.size());
      for (user& each : page) converted.push_back(to_member(std::move(each)));
      members.put_all(converted);  // unprocessed items are sent again until none is left
      written += converted.size();
    }
    // [migrate]
    const std::uint64_t there = members.count().items;
    std::cout << written << " users became " << there << " members\n";
    return there == written ? 0 : 1;
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
