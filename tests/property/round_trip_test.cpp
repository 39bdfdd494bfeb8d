#include "item_generator.hpp"
#include "support/test_endpoint.hpp"

#include <dynamo/table/table.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <exception>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace dynamo;
using dynamo::test::any_item;

constexpr std::size_t items_of_a_table = 4;

// Random items with a key of their own each, as DynamoDB takes them.
std::map<std::string, owned_item> storable_items() {
  std::map<std::string, owned_item> made;
  for (std::size_t i = 0; i < items_of_a_table; ++i) {
    std::string id = *test::text() + std::to_string(i);
    owned_item one = *any_item({.depth = 8});
    one.insert_or_assign("id", id);
    made.emplace(std::move(id), std::move(one));
  }
  return made;
}

// Every type and value comes back as it was written, whichever way it is read.
TEST(round_trip, what_is_written_is_streamed_back) {
  std::optional<client> db;
  try {
    db.emplace(test::endpoint_client());
  } catch (const std::exception& missing) {
    FAIL() << missing.what();
  }
  const bool held = rc::check([&] {
    const auto written = storable_items();
    const test::scratch_table made(*db, test::simple_table("round-trip"));
    const table<item> items(*db, made.name());
    std::vector<owned_item> values;
    for (const auto& [id, value] : written) values.push_back(value);
    items.put_all(values);

    std::size_t streamed = 0;
    for (const item& each : items.stream_scan({.page_size = 3})) {
      const auto found = written.find(std::string(each["id"].as_string()));
      RC_ASSERT(found != written.end());
      RC_ASSERT(each.to_owned() == found->second);
      ++streamed;
    }
    RC_ASSERT(streamed == written.size());
    const auto& [id, value] = *written.begin();
    RC_ASSERT(items.get(owned_item{{"id", id}}) == value);
  });
  EXPECT_TRUE(held);
}

}  // namespace
