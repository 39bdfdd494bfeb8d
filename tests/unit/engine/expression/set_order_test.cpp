// Sets in order, and that each is sorted once.
#include "engine/expression/set_order.hpp"

#include "engine/stored_item.hpp"

#include <dynamo/value/item_parser.hpp>

#include <gmock/gmock.h>

namespace dynamo::test {
namespace engine_expression_set_order_test {

using namespace dynamo::engine;
using testing::ElementsAre;

const stored_item& some() {
  static const stored_item item(parse_json(
      R"({"a":{"SS":["z","x","y"]},"l":{"L":[{"M":{"n":{"NS":["2","10"]}}},{"S":"text"}]}})"));
  return item;
}

TEST(set_orders, elements_are_in_order) {
  set_orders sets;
  EXPECT_THAT(sets.of(some().view()["a"].elements()), ElementsAre("x", "y", "z"));
}

TEST(set_orders, a_set_is_sorted_once) {
  set_orders sets;
  const auto set = some().view()["a"].elements();
  const auto first = sets.of(set);
  EXPECT_EQ(sets.of(set).data(), first.data());
  EXPECT_EQ(sets.count(), 1U);
}

TEST(set_orders, sets_within_a_value_are_added) {
  set_orders sets;
  sets.add(some().view()["l"]);
  sets.add(some().view()["l"]);
  EXPECT_EQ(sets.count(), 1U);
}

TEST(set_orders, what_the_request_has_sorted_is_not_sorted_again) {
  set_orders request;
  request.add(some().view()["a"]);
  set_orders sets(&request);
  EXPECT_THAT(sets.of(some().view()["a"].elements()), ElementsAre("x", "y", "z"));
  EXPECT_EQ(sets.count(), 0U);
}

}  // namespace engine_expression_set_order_test
}  // namespace dynamo::test
