// What conversions throw comes out of a table's functions as an error that names attribute and
// table.
#include "unit/scan/sample_items.hpp"
#include "unit/table/served_table.hpp"
#include "unit/value/throwing_types.hpp"

#include <dynamo/flow/flow.hpp>

#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace dynamo::test {
namespace {

struct weight {
  double grams = 0;
};

}  // namespace
}  // namespace dynamo::test

template <>
inline constexpr auto dynamo::mapping<dynamo::test::weight> =
    dynamo::table_mapping("weights", dynamo::partition_key("grams", &dynamo::test::weight::grams));

namespace {

using namespace dynamo;
using namespace dynamo::test;

const std::string bad = R"({"id":{"S":"a"},"stamp":{"S":"throw"}})";
const std::string good = R"({"id":{"S":"b"},"stamp":{"S":""}})";

class throwing_values_test : public table_test {
 protected:
  static void expect_unread(const error& failure) {
    EXPECT_EQ(failure.kind, errc::invalid_value);
    EXPECT_EQ(failure.table, "parcels");
    EXPECT_EQ(failure.message, "cannot decode attribute 'stamp': too picky");
  }
};

TEST_F(throwing_values_test, reading_returns_an_error) {
  const std::string page = page_of({bad, good});
  const table<stamped_parcel> parcels(serve({R"({"Item":)" + bad + "}", page, page, page}));
  expect_unread(parcels.try_get("a").error());
  expect_unread(parcels.try_query({.key_condition_expression = "id = :i"}).error());
  expect_unread(parcels.try_scan().error());
  try {
    (void)parcels.scan();
    ADD_FAILURE() << "did not throw";
  } catch (const exception& failure) {
    expect_unread(failure.details());
    EXPECT_THROW(std::rethrow_if_nested(failure), std::range_error);
  }
}

TEST_F(throwing_values_test, writing_returns_an_error_and_sends_nothing) {
  const table<stamped_parcel> parcels(serve({}));
  const stamped_parcel unfit{"a", picky("throw")};
  auto expect_unwritten = [](const error& failure) {
    EXPECT_EQ(failure.kind, errc::invalid_value);
    EXPECT_EQ(failure.table, "parcels");
    EXPECT_EQ(failure.message, "cannot encode attribute 'stamp': too picky");
  };
  expect_unwritten(parcels.try_put(unfit).error());
  expect_unwritten(parcels.try_put_all({unfit}).error());
  EXPECT_TRUE(parcels.try_put_all({unfit}).unwritten.empty());
  try {
    parcels.put(unfit);
    ADD_FAILURE() << "did not throw";
  } catch (const exception& failure) {
    expect_unwritten(failure.details());
    EXPECT_THROW(std::rethrow_if_nested(failure), std::range_error);
  }
  EXPECT_EQ(backend->count(), 0U);
}

TEST_F(throwing_values_test, a_key_that_cannot_be_written_is_an_error) {
  const table<weight> weights(serve({}));
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(weights.try_get(none).error().kind, errc::invalid_argument);
  EXPECT_EQ(weights.try_remove(none).error().table, "weights");
  EXPECT_EQ(weights.try_put({none}).error().kind, errc::invalid_value);
  EXPECT_EQ(backend->count(), 0U);
}

TEST_F(throwing_values_test, a_flow_fails_with_the_exception_nested_in_the_error) {
  const table<stamped_parcel> parcels(serve({page_of({bad})}));
  try {
    flow::from(parcels.stream_scan()) | flow::run();
    ADD_FAILURE() << "did not throw";
  } catch (const flow::step_failure& failure) {
    EXPECT_EQ(failure.operation(), "source");
    try {
      std::rethrow_if_nested(failure);
      ADD_FAILURE() << "nests nothing";
    } catch (const exception& unread) {
      expect_unread(unread.details());
      EXPECT_THROW(std::rethrow_if_nested(unread), std::range_error);
    }
  }
}

}  // namespace
