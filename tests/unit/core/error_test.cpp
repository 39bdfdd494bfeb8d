#include <dynamo/core/result.hpp>

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>
#include <string>

namespace core_error_test {

TEST(error, names_table_segment_attempts_and_request) {
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

TEST(error, leaves_out_what_does_not_apply) {
  EXPECT_EQ(dynamo::error{.message = "no region is set"}.to_string(), "no region is set");
}

TEST(result, value_throws_the_error) {
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

TEST(result, holds_a_value) {
  dynamo::result<std::string> text = std::string("x");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "x");
  EXPECT_EQ(std::move(text).value(), "x");
}

TEST(result, dereferencing_a_failure_throws_the_error) {
  dynamo::result<std::string> failed = dynamo::error{.kind = dynamo::errc::not_found};
  EXPECT_THROW((void)*failed, dynamo::exception);
  EXPECT_THROW((void)failed->size(), dynamo::exception);
  EXPECT_THROW((void)*std::move(failed), dynamo::exception);
}

TEST(result, error_of_a_success_throws) {
  const dynamo::result<int> number = 1;
  EXPECT_THROW((void)number.error(), std::logic_error);
  const dynamo::result<void> done;
  EXPECT_THROW((void)done.error(), std::logic_error);
}

dynamo::error caught(auto thrown) {
  try {
    throw thrown;
  } catch (...) {
    return dynamo::detail::caught_error();
  }
}

TEST(error, is_made_of_the_exception_being_handled) {
  const dynamo::error failure{.kind = dynamo::errc::io, .message = "disk"};
  EXPECT_EQ(caught(dynamo::exception(failure)), failure);
  EXPECT_EQ(caught(std::bad_alloc()).kind, dynamo::errc::out_of_memory);
  const dynamo::error foreign = caught(std::runtime_error("x"));
  EXPECT_EQ(foreign.kind, dynamo::errc::callback);
  EXPECT_EQ(foreign.message, "x");
  ASSERT_TRUE(foreign.cause);
  EXPECT_THROW(std::rethrow_exception(foreign.cause), std::runtime_error);
  EXPECT_EQ(caught(1).kind, dynamo::errc::callback);
}

}  // namespace core_error_test
