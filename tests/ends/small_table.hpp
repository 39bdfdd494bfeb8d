// A table in memory that is read in many ways.
#pragma once

#include <dynamo/dynamo.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace dynamo::test {

struct entry {
  std::string id;
  std::uint32_t number = 0;
};

}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::entry> =
    dynamo::table_mapping("entries", dynamo::partition_key("id", &dynamo::test::entry::id),
                          dynamo::field("number", &dynamo::test::entry::number));

namespace dynamo::test {

/// A client of a new engine in memory with a table of `items` entries.
inline client with_entries(std::uint32_t items) {
  client db = client::in_memory();
  db.create_table({.table = "entries", .key = {.partition_key = {"id"}}});
  std::vector<entry> all;
  for (std::uint32_t i = 0; i < items; ++i) all.push_back({"entry-" + std::to_string(i), i});
  table<entry>(db).put_all(all);
  return db;
}

/// The number in an environment variable, else `otherwise`.
inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace dynamo::test
