#include <dynamo/core/result.hpp>

#include <gtest/gtest.h>

namespace {

TEST(Error, NamesTableSegmentAttemptsAndRequest) {
  dynamo::error failure{.kind = dynamo::errc::throttled,
                        .message = "Rate exceeded",
                        .code = "ThrottlingException",
                        .request_id = "ABC",
                        .table = "users",
                        .segment = 3,
                        .attempts = 5,
                        .http_status = 400};
  EXPECT_EQ(failure.to_string(),
            "table 'users', segment 3: Rate exceeded (ThrottlingException, HTTP 400, 5 attempts, "
            "request id ABC)");
}

TEST(Error, LeavesOutWhatDoesNotApply) {
  EXPECT_EQ(dynamo::error{.message = "no region is set"}.to_string(), "no region is set");
}

TEST(Result, ValueThrowsTheError) {
  const dynamo::result<int> failed =
      dynamo::error{.kind = dynamo::errc::not_found, .message = "no such table"};
  ASSERT_FALSE(failed);
  try {
    (void)failed.value();
    FAIL() << "no exception";
  } catch (const dynamo::exception& thrown) {
    EXPECT_EQ(thrown.kind(), dynamo::errc::not_found);
    EXPECT_EQ(thrown.details(), failed.error());
  }
}

TEST(Result, HoldsAValue) {
  dynamo::result<std::string> text = std::string("x");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "x");
  EXPECT_EQ(std::move(text).value(), "x");
}

}  // namespace
