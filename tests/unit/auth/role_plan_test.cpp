// What profiles with roles mean.
#include "auth/role_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace auth_role_plan_test {

using namespace dynamo::auth;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string arn = "role_arn = arn:aws:iam::123456789012:role/";

shared_files files_of(const std::string& config, const std::string& credentials = "") {
  shared_files files;
  files.config_path = "/c";
  files.credentials_path = "/k";
  files.config = parse_config_file(config, config_syntax::config, "/c").value();
  files.credentials = parse_config_file(credentials, config_syntax::credentials, "/k").value();
  return files;
}

role_plan plan_of(const std::string& config, const std::string& profile = "p") {
  auto plan = plan_role(files_of(config), profile, "generated");
  if (!plan || !*plan) {
    ADD_FAILURE() << (plan ? "nothing" : plan.error().message);
    return {};
  }
  return **plan;
}

std::string problem_of(const std::string& config, const std::string& profile = "p") {
  const auto plan = plan_role(files_of(config), profile, "generated");
  if (plan) ADD_FAILURE() << "there is a plan";
  if (plan) return {};
  EXPECT_EQ(plan.error().kind, dynamo::errc::configuration);
  return plan.error().message;
}

TEST(role_plan, a_profile_without_role_has_none) {
  const auto files = files_of("[profile p]\nregion = x\n[profile w]\n" + arn +
                              "a\nweb_identity_token_file = /t\n");
  EXPECT_FALSE(plan_role(files, "p", "s").value());
  EXPECT_FALSE(plan_role(files, "w", "s").value());
  EXPECT_FALSE(plan_role(files, "absent", "s").value());
}

TEST(role_plan, every_setting_is_taken) {
  const role_plan plan =
      plan_of("[profile p]\n" + arn +
              "a\nsource_profile = base\nexternal_id = x1\nrole_session_name = me@work\n"
              "duration_seconds = 900\n[profile base]\nregion = y\n");
  EXPECT_EQ(plan.base, role_base::profile);
  EXPECT_EQ(plan.base_profile, "base");
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(plan.steps[0].profile, "p");
  EXPECT_EQ(plan.steps[0].role.role_arn, "arn:aws:iam::123456789012:role/a");
  EXPECT_EQ(plan.steps[0].role.external_id, "x1");
  EXPECT_EQ(plan.steps[0].role.session_name, "me@work");
  EXPECT_EQ(plan.steps[0].role.duration, 900s);
}

TEST(role_plan, defaults_are_a_generated_name_and_no_duration) {
  const role_plan plan = plan_of("[profile p]\n" + arn + "a\ncredential_source = Environment\n");
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(plan.steps[0].role.session_name, "generated");
  EXPECT_FALSE(plan.steps[0].role.duration);
  EXPECT_EQ(plan.base, role_base::environment);
}

TEST(role_plan, the_other_sources) {
  const auto base = [](const std::string& source) {
    return plan_of("[profile p]\n" + arn + "a\ncredential_source = " + source + "\n").base;
  };
  EXPECT_EQ(base("EcsContainer"), role_base::container);
  EXPECT_EQ(base("Ec2InstanceMetadata"), role_base::instance);
  EXPECT_THAT(problem_of("[profile p]\n" + arn + "a\ncredential_source = environment\n"),
              AllOf(HasSubstr("'environment' in credential_source of profile 'p' in /c"),
                    HasSubstr("Ec2InstanceMetadata")));
}

TEST(role_plan, roles_of_source_profiles_are_assumed_before) {
  const role_plan plan = plan_of("[profile p]\n" + arn + "a\nsource_profile = q\n[profile q]\n" +
                                 arn + "b\nsource_profile = r\n[profile r]\n" + arn +
                                 "c\ncredential_source = EcsContainer\n");
  std::vector<std::string> order;
  for (const role_step& step : plan.steps) order.push_back(step.profile);
  EXPECT_EQ(order, (std::vector<std::string>{"r", "q", "p"}));
  EXPECT_EQ(plan.base, role_base::container);
}

TEST(role_plan, keys_of_a_source_profile_go_before_its_role) {
  const role_plan plan = plan_of("[profile p]\n" + arn + "a\nsource_profile = q\n[profile q]\n" +
                                 arn + "b\nsource_profile = nowhere\naws_access_key_id = A\n");
  EXPECT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(plan.base_profile, "q");
}

TEST(role_plan, a_profile_may_be_its_own_source_if_it_has_keys) {
  const std::string config = "[profile p]\n" + arn + "a\nsource_profile = p\n";
  const auto plan = plan_role(files_of(config, "[p]\naws_access_key_id = A\n"), "p", "s").value();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->base_profile, "p");
  EXPECT_EQ(plan->steps.size(), 1U);
  EXPECT_THAT(problem_of(config), HasSubstr("p -> p name each other"));
}

TEST(role_plan, a_circle_is_shown) {
  EXPECT_THAT(problem_of("[profile p]\n" + arn + "a\nsource_profile = q\n[profile q]\n" + arn +
                         "b\nsource_profile = r\n[profile r]\n" + arn + "c\nsource_profile = q\n"),
              HasSubstr("p -> q -> r -> q name each other as source_profile"));
  // Keys help only the profile that names itself, as for the AWS CLI.
  EXPECT_THAT(problem_of("[profile p]\n" + arn + "a\nsource_profile = q\naws_access_key_id = A\n" +
                         "[profile q]\n" + arn + "b\nsource_profile = p\n"),
              HasSubstr("p -> q -> p"));
}

TEST(role_plan, one_source_is_needed_and_only_one) {
  EXPECT_THAT(problem_of("[profile p]\n" + arn + "a\n"),
              AllOf(HasSubstr("role_arn of profile 'p' in /c"), HasSubstr("source_profile")));
  EXPECT_THAT(problem_of("[profile p]\n" + arn +
                         "a\nsource_profile = q\ncredential_source = Environment\n[profile q]\n"),
              AllOf(HasSubstr("source_profile of profile 'p'"), HasSubstr("exclude each other")));
  EXPECT_THAT(problem_of("[profile p]\n" + arn + "a\nsource_profile = gone\n"),
              AllOf(HasSubstr("'gone'"), HasSubstr("/k and /c")));
}

TEST(role_plan, a_one_time_code_cannot_be_typed) {
  EXPECT_THAT(
      problem_of("[profile p]\n" + arn +
                 "a\nsource_profile = q\nmfa_serial = arn:aws:iam::1:mfa/me\n[profile q]\n"),
      AllOf(HasSubstr("mfa_serial of profile 'p' in /c"),
            HasSubstr("aws configure export-credentials --profile p")));
}

TEST(role_plan, malformed_values_name_their_setting) {
  const std::string source = "credential_source = Environment\n";
  for (const char* role : {"reader", "arn:aws:iam::123456789012:user/x", "arn:aws:iam::x:role/x"})
    EXPECT_THAT(problem_of("[profile p]\nrole_arn = " + std::string(role) + "\n" + source),
                AllOf(HasSubstr(role), HasSubstr("role_arn of profile 'p' in /c")));
  for (const char* duration : {"899", "43201", "1h", "-900", "3600 s"})
    EXPECT_THAT(
        problem_of("[profile p]\n" + arn + "a\nduration_seconds = " + duration + "\n" + source),
        AllOf(HasSubstr(duration), HasSubstr("from 900 to 43200")));
  for (const std::string& name : {std::string("x"), std::string("a b"), std::string(65, 'a')})
    EXPECT_THAT(
        problem_of("[profile p]\n" + arn + "a\nrole_session_name = " + name + "\n" + source),
        HasSubstr("role_session_name of profile 'p' in /c must be 2 to 64"));
}

TEST(role_plan, the_generated_name_is_one_that_is_allowed) {
  const std::string name =
      generated_session_name(std::chrono::sys_days(std::chrono::January / 1 / 2026));
  EXPECT_EQ(name, "dynamo-1767225600");
  EXPECT_TRUE(checked_role({.value = "arn:aws:iam::1:role/x", .source = "s"},
                           found_setting{.value = name, .source = "s"}, ""));
}

}  // namespace auth_role_plan_test
