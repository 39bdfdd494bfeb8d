#include "auth/settings.hpp"

#include "auth/region.hpp"
#include "unit/auth/fake_dependencies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace auth_settings_test {

using namespace dynamo::auth;
using dynamo::errc;
using ::testing::AllOf;
using ::testing::HasSubstr;

class settings_test : public testing::Test {
 protected:
  settings_test() { variables_.set("HOME", home_.path()); }

  connection_settings resolved(const settings_overrides& overrides = {}) {
    auto settings = resolve_settings(overrides, variables_);
    if (!settings) ADD_FAILURE() << settings.error().to_string();
    return settings ? *std::move(settings) : connection_settings();
  }
  dynamo::error failure(const settings_overrides& overrides = {}) {
    auto settings = resolve_settings(overrides, variables_);
    if (settings) ADD_FAILURE() << "resolved to " << settings->endpoint_url;
    return settings ? dynamo::error() : std::move(settings).error();
  }

  temporary_home home_;
  fake_environment variables_;
};

TEST_F(settings_test, the_region_comes_from_option_environment_or_profile) {
  home_.write_config("[default]\nregion = eu-west-1\n[profile p]\nregion = eu-west-2\n");
  EXPECT_EQ(resolved().signing_region, "eu-west-1");
  EXPECT_EQ(resolved({.profile = "p"}).signing_region, "eu-west-2");
  variables_.set("AWS_PROFILE", "p");
  EXPECT_EQ(resolved().signing_region, "eu-west-2");
  EXPECT_EQ(resolved().profile, "p");
  variables_.set("AWS_DEFAULT_REGION", "eu-west-3");
  EXPECT_EQ(resolved().signing_region, "eu-west-3");
  variables_.set("AWS_REGION", "eu-north-1");
  EXPECT_EQ(resolved().signing_region, "eu-north-1");
  const connection_settings settings = resolved({.region = "ap-south-1"});
  EXPECT_EQ(settings.signing_region, "ap-south-1");
  EXPECT_EQ(settings.endpoint_url, "https://dynamodb.ap-south-1.amazonaws.com/");
  EXPECT_EQ(settings.host, "dynamodb.ap-south-1.amazonaws.com");
  EXPECT_EQ(settings.path, "/");
  EXPECT_EQ(settings.signing_name, "dynamodb");
}

TEST_F(settings_test, no_region_says_what_to_set) {
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message, HasSubstr("set AWS_REGION"));
  const auto region = resolve_region(std::nullopt, variables_, {}, "default");
  ASSERT_FALSE(region);
  EXPECT_EQ(region.error(), failure());
}

TEST_F(settings_test, a_region_that_is_none_names_its_setting) {
  home_.write_config("[default]\nregion = us east\n");
  EXPECT_THAT(failure().message, AllOf(HasSubstr("'us east'"), HasSubstr("region of profile"),
                                       HasSubstr(home_.config_path())));
  variables_.set("AWS_DEFAULT_REGION", "a.b/");
  EXPECT_THAT(failure().message, HasSubstr("AWS_DEFAULT_REGION"));
  EXPECT_THAT(failure({.region = ""}).message, HasSubstr("the option region"));
}

TEST_F(settings_test, custom_endpoints_by_precedence) {
  home_.write_config(
      "[default]\nregion = us-east-1\nendpoint_url = http://profile:1\n"
      "services = local\n"
      "[services local]\ndynamodb =\n  endpoint_url = http://section:1\n"
      "dynamodb_streams =\n  endpoint_url = http://section-streams:1\n"
      "[profile bare]\nregion = us-east-1\nendpoint_url = http://profile:2\n"
      "[profile empty]\nregion = us-east-1\nservices = other\n[services other]\ns3 =\n  a = b\n");
  const settings_overrides streams{.target = service::streams};
  EXPECT_EQ(resolved({.profile = "bare"}).endpoint_url, "http://profile:2/");
  EXPECT_EQ(resolved({.profile = "empty"}).host, "dynamodb.us-east-1.amazonaws.com");
  EXPECT_EQ(resolved().endpoint_url, "http://section:1/");
  EXPECT_EQ(resolved(streams).endpoint_url, "http://section-streams:1/");
  variables_.set("AWS_ENDPOINT_URL", "http://all:1");
  EXPECT_EQ(resolved().endpoint_url, "http://all:1/");
  EXPECT_EQ(resolved(streams).endpoint_url, "http://all:1/");
  variables_.set("AWS_ENDPOINT_URL_DYNAMODB", "http://one:1");
  EXPECT_EQ(resolved().endpoint_url, "http://one:1/");
  EXPECT_EQ(resolved(streams).endpoint_url, "http://all:1/");
  variables_.set("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://two:1");
  EXPECT_EQ(resolved(streams).endpoint_url, "http://two:1/");
  EXPECT_EQ(resolved({.endpoint = "http://option:1"}).endpoint_url, "http://option:1/");
}

TEST_F(settings_test, configured_endpoints_can_be_ignored) {
  home_.write_config(
      "[default]\nregion = us-east-1\nendpoint_url = http://profile:1\n"
      "ignore_configured_endpoint_urls = true\n");
  EXPECT_EQ(resolved().host, "dynamodb.us-east-1.amazonaws.com");
  variables_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "FALSE");
  EXPECT_EQ(resolved().host, "profile:1");
  variables_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True");
  variables_.set("AWS_ENDPOINT_URL", "http://all:1");
  EXPECT_EQ(resolved().host, "dynamodb.us-east-1.amazonaws.com");
  EXPECT_EQ(resolved({.endpoint = "http://option:1"}).host, "option:1");
}

TEST_F(settings_test, a_malformed_endpoint_names_where_it_came_from) {
  variables_.set("AWS_REGION", "us-east-1");
  variables_.set("AWS_ENDPOINT_URL_DYNAMODB", "localhost:8000");
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("AWS_ENDPOINT_URL_DYNAMODB"), HasSubstr("'localhost:8000'")));
  variables_.unset("AWS_ENDPOINT_URL_DYNAMODB");
  home_.write_config(
      "[default]\nservices = s\n[services s]\ndynamodb =\n  endpoint_url = ftp://h\n"
      "[profile p]\nendpoint_url = http://h:0\n");
  EXPECT_THAT(failure().message,
              HasSubstr("endpoint_url of dynamodb in [services s] in " + home_.config_path()));
  EXPECT_THAT(failure({.profile = "p"}).message,
              HasSubstr("endpoint_url of profile 'p' in " + home_.config_path()));
  EXPECT_THAT(failure({.endpoint = "x"}).message, HasSubstr("the option endpoint"));
  EXPECT_THAT(failure({.endpoint = ""}).message, HasSubstr("option endpoint is empty"));
}

TEST_F(settings_test, a_missing_services_section_is_named) {
  home_.write_config("[default]\nregion = us-east-1\nservices = gone\n");
  EXPECT_EQ(failure().kind, errc::configuration);
  EXPECT_THAT(failure().message,
              AllOf(HasSubstr("[services gone]"), HasSubstr(home_.config_path())));
}

TEST_F(settings_test, a_local_endpoint_needs_nothing_else) {
  variables_.unset("HOME");
  const connection_settings settings = resolved({.endpoint = "http://127.0.0.1:8000"});
  EXPECT_EQ(settings.endpoint_url, "http://127.0.0.1:8000/");
  EXPECT_EQ(settings.host, "127.0.0.1:8000");
  EXPECT_EQ(settings.signing_region, "us-east-1");
  EXPECT_EQ(settings.profile, "default");
  EXPECT_EQ(failure({.endpoint = "http://db.example:8000"}).kind, errc::configuration);
}

TEST_F(settings_test, fips_and_dual_stack_come_from_option_environment_or_profile) {
  home_.write_config(
      "[default]\nregion = us-east-1\nuse_fips_endpoint = true\nuse_dualstack_endpoint = TRUE\n");
  EXPECT_EQ(resolved().host, "dynamodb-fips.us-east-1.api.aws");
  variables_.set("AWS_USE_DUALSTACK_ENDPOINT", "false");
  EXPECT_EQ(resolved().host, "dynamodb-fips.us-east-1.amazonaws.com");
  variables_.set("AWS_USE_FIPS_ENDPOINT", "false");
  EXPECT_EQ(resolved().host, "dynamodb.us-east-1.amazonaws.com");
  EXPECT_EQ(resolved({.use_fips = true}).host, "dynamodb-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(resolved({.use_dual_stack = true}).host, "dynamodb.us-east-1.api.aws");
  variables_.set("AWS_USE_FIPS_ENDPOINT", "true");
  EXPECT_EQ(resolved({.use_fips = false}).host, "dynamodb.us-east-1.amazonaws.com");
}

TEST_F(settings_test, values_outside_their_range_name_their_setting) {
  variables_.set("AWS_REGION", "us-east-1");
  for (const char* name : {"AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
                           "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_ACCOUNT_ID_ENDPOINT_MODE"}) {
    variables_.set(name, "perhaps");
    EXPECT_EQ(failure().kind, errc::configuration);
    EXPECT_THAT(failure().message, AllOf(HasSubstr("'perhaps'"), HasSubstr(name)));
    variables_.unset(name);
  }
  home_.write_config("[default]\nuse_fips_endpoint = 1\n");
  EXPECT_THAT(failure().message,
              HasSubstr("use_fips_endpoint of profile 'default' in " + home_.config_path()));
}

TEST_F(settings_test, the_accounts_host_follows_its_mode) {
  home_.write_config("[default]\nregion = us-east-1\naccount_id_endpoint_mode = required\n");
  EXPECT_THAT(failure().message, HasSubstr("account_id_endpoint_mode"));
  EXPECT_EQ(resolved({.account_id = "111111111111"}).host,
            "111111111111.ddb.us-east-1.amazonaws.com");
  variables_.set("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled");
  EXPECT_EQ(resolved({.account_id = "111111111111"}).host, "dynamodb.us-east-1.amazonaws.com");
  variables_.set("AWS_ACCOUNT_ID_ENDPOINT_MODE", "preferred");
  connection_settings settings = resolved();
  EXPECT_EQ(settings.host, "dynamodb.us-east-1.amazonaws.com");
  settings.resolved_from.account_id = "111111111111";
  EXPECT_EQ(resolve_endpoint(settings.resolved_from).value().host,
            "111111111111.ddb.us-east-1.amazonaws.com");
}

TEST_F(settings_test, the_ca_bundle_comes_from_option_environment_or_profile) {
  variables_.set("AWS_REGION", "us-east-1");
  EXPECT_EQ(resolved().ca_bundle, "");
  home_.write_config("[default]\nca_bundle = /profile.pem\n");
  EXPECT_EQ(resolved().ca_bundle, "/profile.pem");
  variables_.set("AWS_CA_BUNDLE", "/environment.pem");
  EXPECT_EQ(resolved().ca_bundle, "/environment.pem");
  EXPECT_EQ(resolved({.ca_bundle = "/option.pem"}).ca_bundle, "/option.pem");
}

TEST_F(settings_test, a_chosen_profile_must_exist_and_files_must_be_well_formed) {
  variables_.set("AWS_REGION", "us-east-1");
  EXPECT_EQ(resolved().profile, "default");
  EXPECT_EQ(failure({.profile = "p"}).kind, errc::configuration);
  EXPECT_THAT(failure({.profile = "p"}).message,
              AllOf(HasSubstr("'p'"), HasSubstr("the option profile"),
                    HasSubstr(home_.config_path()), HasSubstr(home_.credentials_path())));
  home_.write_credentials("[p]\n");
  EXPECT_EQ(resolved({.profile = "p"}).profile, "p");
  home_.write_config("what is this\n");
  EXPECT_THAT(failure().message, HasSubstr(home_.config_path() + " is malformed at line 1"));
}

struct identity_service {
  service target;
  std::string variable;
  std::string key;
};

TEST_F(settings_test, every_service_has_an_endpoint_of_its_own) {
  for (const auto& [target, variable, key] :
       {identity_service{service::sts, "AWS_ENDPOINT_URL_STS", "sts"},
        identity_service{service::sso, "AWS_ENDPOINT_URL_SSO", "sso"},
        identity_service{service::sso_oidc, "AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"},
        identity_service{service::streams, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
                         "dynamodb_streams"}}) {
    const auto url = [&, wanted = target] {
      const loaded_profile profile = load_profile(variables_, std::nullopt).value();
      return identity_endpoint({.target = wanted, .region = "eu-west-1"}, variables_, profile)
          .value()
          .url;
    };
    home_.write_config(
        "[default]\nendpoint_url = http://general\nservices = mine\n"
        "[services mine]\n" +
        key + " =\n  endpoint_url = http://" + key + "\n");
    EXPECT_EQ(url(), "http://" + key + "/");
    variables_.set("AWS_ENDPOINT_URL", "http://all");
    EXPECT_EQ(url(), "http://all/");
    variables_.set(variable, "http://own");
    EXPECT_EQ(url(), "http://own/");
    variables_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    EXPECT_NE(url().find(".eu-west-1.amazonaws.com/"), std::string::npos) << url();
    for (const std::string& name : {std::string("AWS_ENDPOINT_URL"), variable,
                                    std::string("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")})
      variables_.unset(name);
    home_.write_config("[default]\nendpoint_url = http://general\n");
    EXPECT_EQ(url(), "http://general/");
  }
}

TEST_F(settings_test, the_host_of_sts_is_regional_unless_it_is_set_to_be_legacy) {
  const auto sts = [&] {
    const loaded_profile profile = load_profile(variables_, std::nullopt).value();
    return identity_endpoint({.target = service::sts}, variables_, profile);
  };
  EXPECT_EQ(sts().value().host, "sts.amazonaws.com") << "no region";
  home_.write_config("[default]\nregion = eu-west-1\n");
  EXPECT_EQ(sts().value().host, "sts.eu-west-1.amazonaws.com");
  home_.write_config("[default]\nregion = eu-west-1\nsts_regional_endpoints = legacy\n");
  EXPECT_EQ(sts().value().host, "sts.amazonaws.com");
  variables_.set("AWS_STS_REGIONAL_ENDPOINTS", "Regional");
  EXPECT_EQ(sts().value().host, "sts.eu-west-1.amazonaws.com");
  variables_.set("AWS_STS_REGIONAL_ENDPOINTS", "here");
  EXPECT_THAT(sts().error().message, HasSubstr("'here' in AWS_STS_REGIONAL_ENDPOINTS"));
  variables_.set("AWS_STS_REGIONAL_ENDPOINTS", "regional");
  variables_.set("AWS_USE_FIPS_ENDPOINT", "true");
  EXPECT_EQ(sts().value().host, "sts-fips.eu-west-1.amazonaws.com");
}

}  // namespace auth_settings_test
