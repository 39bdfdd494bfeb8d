#include "engine/error_response.hpp"

#include <gtest/gtest.h>

namespace dynamo::test {
namespace engine_error_response_test {

using engine::error_json;
using engine::failure_json;
using engine::refusal;

TEST(error_response, a_type_has_the_namespace_of_its_origin) {
  EXPECT_EQ(error_json(refusal("ValidationException", "a \"b\"")),
            R"({"__type":"com.amazon.coral.validate#ValidationException","message":"a \"b\""})");
  EXPECT_EQ(error_json(refusal("SerializationException", "a")),
            R"({"__type":"com.amazon.coral.service#SerializationException","message":"a"})");
  EXPECT_EQ(
      error_json(refusal("ResourceInUseException", "a")),
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException","message":"a"})");
}

TEST(error_response, further_members_stand_after_the_message) {
  EXPECT_EQ(
      error_json(refusal("Cancelled", "a").with(R"(,"Reasons":[])")),
      R"({"__type":"com.amazonaws.dynamodb.v20120810#Cancelled","message":"a","Reasons":[]})");
}

TEST(error_response, the_engines_own_failure_is_an_internal_server_error) {
  EXPECT_EQ(failure_json("The disk is full"),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError",)"
            R"("message":"The disk is full"})");
}

}  // namespace engine_error_response_test
}  // namespace dynamo::test
