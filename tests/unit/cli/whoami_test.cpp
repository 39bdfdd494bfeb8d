#include "cli/whoami.hpp"

#include "cli/options.hpp"
#include "unit/cli/command_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace dynamo::cli {
namespace cli_whoami_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

identity somebody() {
  return {.provider = "the keys of profile 'x' in /c",
          .access_key_end = "WXYZ",
          .account = "123456789012",
          .arn = "arn:aws:iam::123456789012:user/me",
          .user_id = "AIDA",
          .region = "eu-west-1",
          .endpoint = "https://123456789012.ddb.eu-west-1.amazonaws.com/",
          .expiration = std::chrono::sys_days(std::chrono::January / 1 / 2026)};
}

TEST(whoami_text, is_readable) {
  EXPECT_EQ(identity_text(somebody(), false), R"(Provider  the keys of profile 'x' in /c
Key       ****WXYZ
Account   123456789012
ARN       arn:aws:iam::123456789012:user/me
Region    eu-west-1
Endpoint  https://123456789012.ddb.eu-west-1.amazonaws.com/
Expires   2026-01-01T00:00:00Z
)");
}

TEST(whoami_text, reports_what_is_not_known) {
  EXPECT_EQ(identity_text({.provider = "p"}, true), R"(Provider  p
Key       too short to show
Account   unknown: STS was not asked
ARN       unknown: STS was not asked
Region    not set: set AWS_REGION, or region of the profile
Endpoint  unknown without a region
Expires   never
)");
  EXPECT_THAT(identity_text({}, false), HasSubstr("Account   unknown\n"));
}

TEST(whoami_text, control_characters_are_not_passed_on) {
  EXPECT_THAT(identity_text({.provider = "a\x1b[2Jb\nc"}, false),
              AllOf(HasSubstr(R"(a\u001b[2Jb c)"), Not(HasSubstr("\x1b"))));
}

TEST(whoami_json, is_one_object) {
  EXPECT_EQ(identity_json(somebody()),
            R"({"provider":"the keys of profile 'x' in /c","access_key_end":"WXYZ",)"
            R"("account":"123456789012","arn":"arn:aws:iam::123456789012:user/me",)"
            R"("user_id":"AIDA","region":"eu-west-1",)"
            R"("endpoint":"https://123456789012.ddb.eu-west-1.amazonaws.com/",)"
            R"("expires":"2026-01-01T00:00:00Z","confirmed":true})"
            "\n");
  identity doubtful = somebody();
  doubtful.unconfirmed = failure_of(errc::configuration, "another account");
  EXPECT_THAT(identity_json(doubtful), HasSubstr(R"("confirmed":false)"));
  EXPECT_EQ(identity_json({}), "{\"confirmed\":false}\n");
}

TEST(whoami_options, are_parsed) {
  const auto parsed = parse_arguments({"whoami", "--json", "--offline", "--profile", "p"});
  const auto* const run = std::get_if<invocation>(&parsed);
  ASSERT_NE(run, nullptr);
  const auto* const what = std::get_if<whoami_command>(&run->command);
  ASSERT_NE(what, nullptr);
  EXPECT_TRUE(what->json);
  EXPECT_TRUE(what->offline);
  EXPECT_EQ(run->profile, "p");
}

}  // namespace cli_whoami_test
}  // namespace dynamo::cli
