// The XML of STS, as values.
#include "auth/sts_response.hpp"

#include "unit/auth/source_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace auth_sts_response_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;

TEST(sts_response, a_role_is_read_whole) {
  const auto role = read_assumed_role(role_answer("AssumeRole", "123456789012"), "AssumeRole");
  ASSERT_TRUE(role);
  EXPECT_EQ(role->keys.access_key_id, "ASIAROLE");
  EXPECT_EQ(role->keys.secret_access_key, "pLaNtEd-ROLE-SECRET");
  EXPECT_EQ(role->keys.session_token, "pLaNtEd-ROLE-TOKEN");
  EXPECT_EQ(role->keys.account_id, "123456789012");
  EXPECT_EQ(role->keys.expiration, std::chrono::sys_days(std::chrono::January / 1 / 2026) + 13h);
  EXPECT_EQ(role->arn, "arn:aws:sts::123456789012:assumed-role/reader/s");
}

TEST(sts_response, another_actions_answer_is_none) {
  EXPECT_FALSE(read_assumed_role(role_answer("AssumeRole", "1"), "AssumeRoleWithWebIdentity"));
  EXPECT_FALSE(read_caller_identity(role_answer("AssumeRole", "1")));
}

TEST(sts_response, every_member_is_needed) {
  const std::string whole = role_answer("AssumeRole", "123456789012");
  for (const std::string name :
       {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "Arn"}) {
    std::string text = whole;
    const auto begin = text.find("<" + name + ">") + name.size() + 2;
    text.erase(begin, text.find('<', begin) - begin);
    EXPECT_FALSE(read_assumed_role(text, "AssumeRole")) << name;
  }
  EXPECT_FALSE(read_assumed_role(role_answer("AssumeRole", "1", "A", "tomorrow"), "AssumeRole"));
}

TEST(sts_response, a_cut_answer_is_none) {
  const std::string whole = role_answer("AssumeRole", "123456789012");
  const auto end = whole.rfind('>');
  for (std::size_t length = 0; length < end; ++length)
    EXPECT_FALSE(read_assumed_role(whole.substr(0, length), "AssumeRole")) << length;
}

TEST(sts_response, length_and_nesting_are_limited) {
  std::string padded = role_answer("AssumeRole", "123456789012");
  padded.append(max_sts_answer_bytes - padded.size(), ' ');
  EXPECT_TRUE(read_assumed_role(padded, "AssumeRole"));
  EXPECT_FALSE(read_assumed_role(padded + " ", "AssumeRole"));
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<a>";
  for (int i = 0; i < 20'000; ++i) deep += "</a>";
  EXPECT_FALSE(read_sts_fault(deep));
  const std::string fault = sts_refusal("AccessDenied", "No.");
  const auto with = [&](const std::string& inner) {
    std::string text = fault;
    return text.insert(text.find("<RequestId>"), inner);
  };
  EXPECT_TRUE(read_sts_fault(with("<a><a><a></a></a></a>")));
  EXPECT_FALSE(read_sts_fault(with(deep.substr(0, 3 * 20) + deep.substr(deep.size() - 4 * 20))));
}

TEST(sts_response, entities_of_a_document_are_not_expanded) {
  const auto fault = read_sts_fault(
      "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\"><!ENTITY b \"boom\">]>" +
      sts_refusal("A&amp;B", "&e;&b;"));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code, "A&B");
  EXPECT_EQ(fault->message, "&e;&b;");
}

TEST(sts_response, a_caller_has_account_and_arn) {
  const auto who = read_caller_identity(
      "<GetCallerIdentityResponse><GetCallerIdentityResult>"
      "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId>"
      "<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");
  ASSERT_TRUE(who);
  EXPECT_EQ(who->account, "123456789012");
  EXPECT_EQ(who->arn, "arn:aws:iam::123456789012:user/me");
  EXPECT_EQ(who->user_id, "AIDA");
  EXPECT_FALSE(read_caller_identity("<GetCallerIdentityResponse/>"));
}

TEST(sts_response, the_account_of_an_arn) {
  EXPECT_EQ(account_in_arn("arn:aws:iam::123456789012:role/x"), "123456789012");
  EXPECT_EQ(account_in_arn("arn:aws-cn:sts::1:assumed-role/x/y:z"), "1");
  for (const char* arn : {"", "arn", "arn:aws:iam::", "arn:aws:iam::12", "arn:aws:iam::x:role/x",
                          "arn:aws:iam:123456789012:role/x", "urn:aws:iam::1:role/x"})
    EXPECT_EQ(account_in_arn(arn), "") << arn;
}

}  // namespace auth_sts_response_test
