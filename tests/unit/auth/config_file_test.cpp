#include "auth/config_file.hpp"

#include "unit/auth/fake_dependencies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace auth_config_file_test {

using namespace dynamo::auth;
using ::testing::HasSubstr;
using ::testing::Not;
using profiles = std::map<std::string, std::map<std::string, std::string>>;

profiles profiles_of(const config_file& file) {
  profiles found;
  for (const auto& [title, section] : file.sections) {
    if (title.first != "profile") continue;
    auto& settings = found[title.second];
    for (const auto& [key, setting] : section.settings) settings[key] = setting.value;
  }
  return found;
}

struct accepted_case {
  std::string name;
  std::string text;
  profiles expected;
  config_syntax syntax = config_syntax::config;
};

const std::vector<accepted_case> accepted_cases = {
    {"EmptyFile", "", {}},
    {"OnlyBlankLines", " \n\t\n\r\n", {}},
    {"ProfileWithoutSettings", "[profile a]", {{"a", {}}}},
    {"BlanksInsideBrackets", "[ \tprofile \t a\t ]\nk=v", {{"a", {{"k", "v"}}}}},
    {"NameOfEverySign", "[profile a-b:c/d_e%f.g@h+i]", {{"a-b:c/d_e%f.g@h+i", {}}}},
    {"QuotedName",
     "[profile \"my team\"]\nk=v\n[profile 'x']",
     {{"my team", {{"k", "v"}}}, {"x", {}}}},
    {"CarriageReturns", "[profile a]\r\nk = v\r\n", {{"a", {{"k", "v"}}}}},
    {"ByteOrderMark", "\xef\xbb\xbf[default]\nk=v", {{"default", {{"k", "v"}}}}},
    {"ValueWithEqualsSigns", "[default]\nk = a=b=", {{"default", {{"k", "a=b="}}}}},
    {"ValueOfOtherScript", "[default]\nk = \xe2\x98\x83", {{"default", {{"k", "\xe2\x98\x83"}}}}},
    {"BlanksAroundKeyAndValue", "[default]\nk \t=  \tv w \t", {{"default", {{"k", "v w"}}}}},
    {"EmptyValue", "[default]\nk =\nl=w", {{"default", {{"k", ""}, {"l", "w"}}}}},
    {"KeysInLowercase", "[default]\nReGion=X", {{"default", {{"region", "X"}}}}},
    {"CommentLines",
     "# a\n; b\n[default] # c\n  # d\nk=v\n  ; not a continuation",
     {{"default", {{"k", "v"}}}}},
    {"CommentsBehindValues",
     "[profile a]; x\nk = v # c # d\nl = w ; c\nm =\t;",
     {{"a", {{"k", "v"}, {"l", "w"}, {"m", ""}}}}},
    {"CommentSignsInsideValues",
     "[default]\nk = v#1\nl = w;2",
     {{"default", {{"k", "v#1"}, {"l", "w;2"}}}}},
    {"Continuation",
     "[default]\nk = v\n  w # kept \n\tx\nl=y",
     {{"default", {{"k", "v\nw # kept\nx"}, {"l", "y"}}}}},
    {"IndentedSettings", "[default]\n  k = v\n  l = w\n", {{"default", {{"k", "v"}, {"l", "w"}}}}},
    {"EqualHeadersMerge",
     "[profile a]\nk=1\nl=2\n[profile b]\n[profile a]\nk=3",
     {{"a", {{"k", "3"}, {"l", "2"}}}, {"b", {}}}},
    {"PrefixedDefaultFirst", "[profile default]\nk=v\n[default]\nl=w", {{"default", {{"k", "v"}}}}},
    {"PrefixedDefaultLast", "[default]\nl=w\n[profile default]\nk=v", {{"default", {{"k", "v"}}}}},
    {"HeaderWithoutTypeIsNoProfile", "[a]\nk=v\n[profilefoo]", {}},
    {"OtherSectionsAreNoProfiles", "[sso-session a]\nk=v\n[profile b]", {{"b", {}}}},
    {"CredentialsNeedNoPrefix",
     "[ a ]\nk=v\n[default]\nl=w",
     {{"a", {{"k", "v"}}}, {"default", {{"l", "w"}}}},
     config_syntax::credentials},
};

class accepted_config : public testing::TestWithParam<accepted_case> {};

TEST_P(accepted_config, has_these_profiles) {
  const auto file = parse_config_file(GetParam().text, GetParam().syntax, "p");
  ASSERT_TRUE(file) << file.error().to_string();
  EXPECT_EQ(profiles_of(*file), GetParam().expected);
}

template <class Case>
std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(config_file, accepted_config, testing::ValuesIn(accepted_cases),
                         case_name<accepted_case>);

struct refused_case {
  std::string name;
  std::string text;
  std::string place;
  std::string problem;
};

const std::vector<refused_case> refused_cases = {
    {"OpenHeader", "\n[profile a\nk=SECRET", "line 2", "no closing bracket"},
    {"TextBehindHeader", "[profile a] SECRET", "line 1", "only a comment"},
    {"EmptyHeader", "[ ]\nk=SECRET", "line 1", "header is empty"},
    {"SettingBeforeHeader", "# c\nk = SECRET", "line 2", "before the first section header"},
    {"SettingWithoutEquals", "[default]\nk=v\nk : SECRET", "line 3", "no '='"},
    {"SettingWithoutName", "[default]\n = SECRET", "line 2", "no name"},
    {"ContinuationOfNothing", "[default]\n  SECRET", "line 2", "no '='"},
    {"ContinuationAfterHeader", "[default]\nk=v\n[default]\n  SECRET", "line 4", "no '='"},
    {"NestedWithoutEquals", "[default]\ns3 =\n  SECRET", "line 3", "nested setting has no '='"},
    {"NestedWithoutName", "[default]\ns3 =\n  =SECRET", "line 3", "nested setting has no name"},
    {"NulByte", std::string("[default]\nk=SECRET\0", 19), "line 2", "NUL"},
};

class refused_config : public testing::TestWithParam<refused_case> {};

TEST_P(refused_config, names_file_and_line_but_not_the_content) {
  const auto file =
      parse_config_file(GetParam().text, config_syntax::config, "/home/u/.aws/config");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, dynamo::errc::configuration);
  EXPECT_THAT(file.error().message, HasSubstr("/home/u/.aws/config"));
  EXPECT_THAT(file.error().message, HasSubstr(GetParam().place + ":"));
  EXPECT_THAT(file.error().message, HasSubstr(GetParam().problem));
  EXPECT_THAT(file.error().message, Not(HasSubstr("SECRET")));
}

INSTANTIATE_TEST_SUITE_P(config_file, refused_config, testing::ValuesIn(refused_cases),
                         case_name<refused_case>);

TEST(config_file, keeps_nested_settings_and_sections_by_type) {
  const config_file file = parse_config_file(
                               "[services local]\n"
                               "dynamodb =\n"
                               "\n"
                               "  # the emulator\n"
                               "  Endpoint_URL = http://localhost:8000 # here\n"
                               "  empty =\n"
                               "s3 =\n"
                               "  endpoint_url = http://localhost:9000\n"
                               "[sso-session work]\n"
                               "sso_region = eu-west-1\n",
                               config_syntax::config, "p")
                               .value();
  const config_section* services = file.find("services", "local");
  ASSERT_NE(services, nullptr);
  EXPECT_EQ(services->line, 1U);
  const config_setting* dynamodb = services->find("dynamodb");
  ASSERT_NE(dynamodb, nullptr);
  EXPECT_EQ(dynamodb->line, 2U);
  EXPECT_THAT(dynamodb->nested,
              testing::UnorderedElementsAre(testing::Pair("endpoint_url", "http://localhost:8000"),
                                            testing::Pair("empty", "")));
  EXPECT_EQ(services->find("s3")->nested.at("endpoint_url"), "http://localhost:9000");
  ASSERT_NE(file.find("sso-session", "work"), nullptr);
  EXPECT_EQ(file.find("sso-session", "work")->find("sso_region")->value, "eu-west-1");
  EXPECT_EQ(file.profile("work"), nullptr);
  EXPECT_EQ(services->find("lambda"), nullptr);
}

TEST(config_file, a_setting_given_again_forgets_its_nested_settings) {
  const config_file file =
      parse_config_file("[default]\ns3 =\n  a = 1\ns3 = x", config_syntax::config, "p").value();
  EXPECT_EQ(file.profile("default")->find("s3")->value, "x");
  EXPECT_TRUE(file.profile("default")->find("s3")->nested.empty());
}

TEST(config_file, loads_a_file_and_takes_a_missing_one_for_none) {
  const temporary_home home;
  home.write_config("[default]\nregion = eu-north-1\n");
  const auto loaded = load_config_file(home.config_path(), config_syntax::config);
  ASSERT_TRUE(loaded) << loaded.error().to_string();
  ASSERT_TRUE(loaded->has_value());
  EXPECT_EQ((*loaded)->path, home.config_path());
  EXPECT_EQ((*loaded)->profile("default")->find("region")->value, "eu-north-1");

  EXPECT_FALSE(load_config_file(home.path() + "/none", config_syntax::config).value().has_value());
  EXPECT_FALSE(
      load_config_file(home.config_path() + "/none", config_syntax::config).value().has_value());
}

TEST(config_file, refuses_a_directory_and_a_huge_file_by_name) {
  const temporary_home home;
  const auto directory = load_config_file(home.path(), config_syntax::config);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().kind, dynamo::errc::configuration);
  EXPECT_THAT(directory.error().message, HasSubstr(home.path()));

  home.write_config("[default]\nk=" + std::string(max_config_file_bytes, 'x'));
  const auto huge = load_config_file(home.config_path(), config_syntax::config);
  ASSERT_FALSE(huge);
  EXPECT_THAT(huge.error().message, HasSubstr(home.config_path() + " is larger than"));

  const std::string head = "[default]\nk=";
  home.write_config(head + std::string(max_config_file_bytes - head.size(), 'x'));
  EXPECT_TRUE(load_config_file(home.config_path(), config_syntax::config));
}

}  // namespace auth_config_file_test
