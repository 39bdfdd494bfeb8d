#include "auth/authorization.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace auth_authorization_test {

using namespace dynamo::auth;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string credential = "Credential=AKID/20260101/eu-west-1/dynamodb/aws4_request";
const std::string names = "SignedHeaders=host;x-amz-date";
const std::string signature = "Signature=abc123";

std::string fault_of(std::string_view text) {
  const authorization_parts parts = parse_authorization(text);
  EXPECT_FALSE(parts.found) << text;
  EXPECT_FALSE(parts.fault.empty()) << text;
  return parts.fault;
}

TEST(authorization, has_three_parts) {
  const std::string text = "AWS4-HMAC-SHA256 " + credential + ", " + names + ", " + signature;
  const authorization_parts parts = parse_authorization(text);
  ASSERT_TRUE(parts.found) << parts.fault;
  EXPECT_EQ(parts.found->access_key_id, "AKID");
  EXPECT_EQ(parts.found->date, "20260101");
  EXPECT_EQ(parts.found->region, "eu-west-1");
  EXPECT_EQ(parts.found->service, "dynamodb");
  EXPECT_EQ(parts.found->terminator, "aws4_request");
  EXPECT_EQ(parts.found->signed_headers, "host;x-amz-date");
  EXPECT_EQ(parts.found->signature, "abc123");
}

TEST(authorization, takes_parts_in_any_order_and_with_any_blanks) {
  for (const std::string& text :
       {"AWS4-HMAC-SHA256 " + signature + "," + credential + "," + names,
        "  AWS4-HMAC-SHA256   " + names + " ,\t" + credential + "  ,," + signature + ", ",
        "AWS4-HMAC-SHA256 " + names + ", Other=1, " + credential + ", " + signature}) {
    const authorization_parts parts = parse_authorization(text);
    ASSERT_TRUE(parts.found) << text << ": " << parts.fault;
    EXPECT_EQ(parts.found->access_key_id, "AKID") << text;
    EXPECT_EQ(parts.found->signed_headers, "host;x-amz-date") << text;
    EXPECT_EQ(parts.found->signature, "abc123") << text;
  }
}

TEST(authorization, names_all_that_is_missing) {
  EXPECT_EQ(fault_of("AWS4-HMAC-SHA256"),
            "Authorization header requires 'Credential' parameter. Authorization header requires "
            "'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.");
  EXPECT_EQ(fault_of("AWS4-HMAC-SHA256 " + names + ", " + signature),
            "Authorization header requires 'Credential' parameter.");
  EXPECT_EQ(fault_of("AWS4-HMAC-SHA256 " + credential + ", SignedHeaders=, " + signature),
            "Authorization header requires 'SignedHeaders' parameter.");
}

TEST(authorization, refuses_other_schemes_without_repeating_them) {
  for (const char* text : {"Basic dXNlcjpzZWNyZXQ=", "AWS4-HMAC-SHA1 x", "Bearer", "",
                           "aws4-hmac-sha256 Credential=a"}) {
    const std::string fault = fault_of(text);
    EXPECT_THAT(fault, HasSubstr("AWS4-HMAC-SHA256")) << text;
    EXPECT_THAT(fault, Not(HasSubstr("dXNlc"))) << text;
  }
}

TEST(authorization, refuses_what_says_two_things_or_none) {
  const std::string begin = "AWS4-HMAC-SHA256 ";
  EXPECT_THAT(fault_of(begin + credential + ", " + names + ", " + signature + ", Signature=00"),
              HasSubstr("'Signature' twice"));
  EXPECT_THAT(fault_of(begin + credential + ", " + names + ", " + signature + ", word"),
              HasSubstr("missing equal-sign"));
  for (const char* scope : {"AKID", "AKID/20260101/eu-west-1/dynamodb", "a/b/c/d/e/f", "////x/"}) {
    EXPECT_THAT(fault_of(begin + "Credential=" + scope + ", " + names + ", " + signature),
                HasSubstr("exactly 5 slash-delimited elements"))
        << scope;
  }
}

}  // namespace auth_authorization_test
