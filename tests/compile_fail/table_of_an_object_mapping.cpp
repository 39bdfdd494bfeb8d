// expect: a table is of a struct with a dynamo::table_mapping
#include <dynamo/table/table.hpp>

#include <string>

struct address {
  std::string city;
};

template <>
inline constexpr auto dynamo::mapping<address> =
    dynamo::object_mapping(dynamo::field("city", &address::city));

auto use(const dynamo::client& db) {
  return dynamo::table<address>(db);
}
