// The hosts of the services besides DynamoDB, as AWS's own rules have them: literally.
#include "unit/auth/endpoint_modes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace auth_endpoint_services_test {

using namespace dynamo::auth;
using dynamo::test::expect_hosts;
using dynamo::test::four_hosts;

struct service_case {
  service target;
  std::string_view region;
  four_hosts hosts;
};

// botocore 1.43.11, endpoint-rule-set-1.json of dynamodbstreams, sts (without the global endpoint),
// sso and sso-oidc, resolved by botocore.
const std::vector<service_case> service_cases = {
    {service::streams,
     "us-east-1",
     {"streams.dynamodb.us-east-1.amazonaws.com", "streams.dynamodb-fips.us-east-1.amazonaws.com",
      "streams-dynamodb.us-east-1.api.aws", "streams-dynamodb-fips.us-east-1.api.aws"}},
    {service::streams,
     "cn-north-1",
     {"streams.dynamodb.cn-north-1.amazonaws.com.cn",
      "streams.dynamodb-fips.cn-north-1.amazonaws.com.cn",
      "streams-dynamodb.cn-north-1.api.amazonwebservices.com.cn",
      "streams-dynamodb-fips.cn-north-1.api.amazonwebservices.com.cn"}},
    {service::streams,
     "us-gov-west-1",
     {"streams.dynamodb.us-gov-west-1.amazonaws.com",
      "streams.dynamodb.us-gov-west-1.amazonaws.com", "streams-dynamodb.us-gov-west-1.api.aws",
      "streams-dynamodb-fips.us-gov-west-1.api.aws"}},
    {service::streams,
     "eusc-de-east-1",
     {"streams.dynamodb.eusc-de-east-1.amazonaws.eu",
      "streams.dynamodb-fips.eusc-de-east-1.amazonaws.eu",
      "streams.dynamodb.eusc-de-east-1.api.amazonwebservices.eu",
      "streams.dynamodb-fips.eusc-de-east-1.api.amazonwebservices.eu"}},
    {service::streams,
     "us-iso-east-1",
     {"streams.dynamodb.us-iso-east-1.c2s.ic.gov", "streams.dynamodb-fips.us-iso-east-1.c2s.ic.gov",
      "streams.dynamodb.us-iso-east-1.api.aws.ic.gov",
      "streams.dynamodb-fips.us-iso-east-1.api.aws.ic.gov"}},
    {service::streams,
     "us-isob-east-1",
     {"streams.dynamodb.us-isob-east-1.sc2s.sgov.gov",
      "streams.dynamodb-fips.us-isob-east-1.sc2s.sgov.gov",
      "streams.dynamodb.us-isob-east-1.api.aws.scloud",
      "streams.dynamodb-fips.us-isob-east-1.api.aws.scloud"}},
    {service::streams,
     "eu-isoe-west-1",
     {"streams.dynamodb.eu-isoe-west-1.cloud.adc-e.uk",
      "streams.dynamodb-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "streams.dynamodb.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "streams.dynamodb-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"}},
    {service::streams,
     "us-isof-south-1",
     {"streams.dynamodb.us-isof-south-1.csp.hci.ic.gov",
      "streams.dynamodb-fips.us-isof-south-1.csp.hci.ic.gov",
      "streams.dynamodb.us-isof-south-1.api.aws.hci.ic.gov",
      "streams.dynamodb-fips.us-isof-south-1.api.aws.hci.ic.gov"}},
    {service::sts,
     "us-east-1",
     {"sts.us-east-1.amazonaws.com", "sts-fips.us-east-1.amazonaws.com", "sts.us-east-1.api.aws",
      "sts-fips.us-east-1.api.aws"}},
    {service::sts,
     "cn-north-1",
     {"sts.cn-north-1.amazonaws.com.cn", "sts-fips.cn-north-1.amazonaws.com.cn",
      "sts.cn-north-1.api.amazonwebservices.com.cn",
      "sts-fips.cn-north-1.api.amazonwebservices.com.cn"}},
    {service::sts,
     "us-gov-west-1",
     {"sts.us-gov-west-1.amazonaws.com", "sts.us-gov-west-1.amazonaws.com",
      "sts.us-gov-west-1.api.aws", "sts-fips.us-gov-west-1.api.aws"}},
    {service::sts,
     "eusc-de-east-1",
     {"sts.eusc-de-east-1.amazonaws.eu", "sts-fips.eusc-de-east-1.amazonaws.eu",
      "sts.eusc-de-east-1.api.amazonwebservices.eu",
      "sts-fips.eusc-de-east-1.api.amazonwebservices.eu"}},
    {service::sts,
     "us-iso-east-1",
     {"sts.us-iso-east-1.c2s.ic.gov", "sts-fips.us-iso-east-1.c2s.ic.gov",
      "sts.us-iso-east-1.api.aws.ic.gov", "sts-fips.us-iso-east-1.api.aws.ic.gov"}},
    {service::sts,
     "us-isob-east-1",
     {"sts.us-isob-east-1.sc2s.sgov.gov", "sts-fips.us-isob-east-1.sc2s.sgov.gov",
      "sts.us-isob-east-1.api.aws.scloud", "sts-fips.us-isob-east-1.api.aws.scloud"}},
    {service::sts,
     "eu-isoe-west-1",
     {"sts.eu-isoe-west-1.cloud.adc-e.uk", "sts-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "sts.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "sts-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"}},
    {service::sts,
     "us-isof-south-1",
     {"sts.us-isof-south-1.csp.hci.ic.gov", "sts-fips.us-isof-south-1.csp.hci.ic.gov",
      "sts.us-isof-south-1.api.aws.hci.ic.gov", "sts-fips.us-isof-south-1.api.aws.hci.ic.gov"}},
    {service::sso,
     "us-east-1",
     {"portal.sso.us-east-1.amazonaws.com", "portal.sso-fips.us-east-1.amazonaws.com",
      "portal.sso.us-east-1.api.aws", "portal.sso-fips.us-east-1.api.aws"}},
    {service::sso,
     "cn-north-1",
     {"portal.sso.cn-north-1.amazonaws.com.cn", "portal.sso-fips.cn-north-1.amazonaws.com.cn",
      "portal.sso.cn-north-1.api.amazonwebservices.com.cn",
      "portal.sso-fips.cn-north-1.api.amazonwebservices.com.cn"}},
    {service::sso,
     "us-gov-west-1",
     {"portal.sso.us-gov-west-1.amazonaws.com", "portal.sso.us-gov-west-1.amazonaws.com",
      "portal.sso.us-gov-west-1.api.aws", "portal.sso-fips.us-gov-west-1.api.aws"}},
    {service::sso,
     "eusc-de-east-1",
     {"portal.sso.eusc-de-east-1.amazonaws.eu", "portal.sso-fips.eusc-de-east-1.amazonaws.eu",
      "portal.sso.eusc-de-east-1.api.amazonwebservices.eu",
      "portal.sso-fips.eusc-de-east-1.api.amazonwebservices.eu"}},
    {service::sso,
     "us-iso-east-1",
     {"portal.sso.us-iso-east-1.c2s.ic.gov", "portal.sso-fips.us-iso-east-1.c2s.ic.gov",
      "portal.sso.us-iso-east-1.api.aws.ic.gov", "portal.sso-fips.us-iso-east-1.api.aws.ic.gov"}},
    {service::sso,
     "us-isob-east-1",
     {"portal.sso.us-isob-east-1.sc2s.sgov.gov", "portal.sso-fips.us-isob-east-1.sc2s.sgov.gov",
      "portal.sso.us-isob-east-1.api.aws.scloud", "portal.sso-fips.us-isob-east-1.api.aws.scloud"}},
    {service::sso,
     "eu-isoe-west-1",
     {"portal.sso.eu-isoe-west-1.cloud.adc-e.uk", "portal.sso-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "portal.sso.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "portal.sso-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"}},
    {service::sso,
     "us-isof-south-1",
     {"portal.sso.us-isof-south-1.csp.hci.ic.gov", "portal.sso-fips.us-isof-south-1.csp.hci.ic.gov",
      "portal.sso.us-isof-south-1.api.aws.hci.ic.gov",
      "portal.sso-fips.us-isof-south-1.api.aws.hci.ic.gov"}},
    {service::sso_oidc,
     "us-east-1",
     {"oidc.us-east-1.amazonaws.com", "oidc-fips.us-east-1.amazonaws.com", "oidc.us-east-1.api.aws",
      "oidc-fips.us-east-1.api.aws"}},
    {service::sso_oidc,
     "cn-north-1",
     {"oidc.cn-north-1.amazonaws.com.cn", "oidc-fips.cn-north-1.amazonaws.com.cn",
      "oidc.cn-north-1.api.amazonwebservices.com.cn",
      "oidc-fips.cn-north-1.api.amazonwebservices.com.cn"}},
    {service::sso_oidc,
     "us-gov-west-1",
     {"oidc.us-gov-west-1.amazonaws.com", "oidc.us-gov-west-1.amazonaws.com",
      "oidc.us-gov-west-1.api.aws", "oidc-fips.us-gov-west-1.api.aws"}},
    {service::sso_oidc,
     "eusc-de-east-1",
     {"oidc.eusc-de-east-1.amazonaws.eu", "oidc-fips.eusc-de-east-1.amazonaws.eu",
      "oidc.eusc-de-east-1.api.amazonwebservices.eu",
      "oidc-fips.eusc-de-east-1.api.amazonwebservices.eu"}},
    {service::sso_oidc,
     "us-iso-east-1",
     {"oidc.us-iso-east-1.c2s.ic.gov", "oidc-fips.us-iso-east-1.c2s.ic.gov",
      "oidc.us-iso-east-1.api.aws.ic.gov", "oidc-fips.us-iso-east-1.api.aws.ic.gov"}},
    {service::sso_oidc,
     "us-isob-east-1",
     {"oidc.us-isob-east-1.sc2s.sgov.gov", "oidc-fips.us-isob-east-1.sc2s.sgov.gov",
      "oidc.us-isob-east-1.api.aws.scloud", "oidc-fips.us-isob-east-1.api.aws.scloud"}},
    {service::sso_oidc,
     "eu-isoe-west-1",
     {"oidc.eu-isoe-west-1.cloud.adc-e.uk", "oidc-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "oidc.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "oidc-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"}},
    {service::sso_oidc,
     "us-isof-south-1",
     {"oidc.us-isof-south-1.csp.hci.ic.gov", "oidc-fips.us-isof-south-1.csp.hci.ic.gov",
      "oidc.us-isof-south-1.api.aws.hci.ic.gov", "oidc-fips.us-isof-south-1.api.aws.hci.ic.gov"}},
};

TEST(endpoint_table, other_services) {
  EXPECT_EQ(service_cases.size(), 4U * 8U) << "services and partitions";
  for (const service_case& row : service_cases) {
    endpoint_params params{.target = row.target, .region = std::string(row.region)};
    const std::string_view name = row.target == service::streams ? "dynamodb"
                                  : row.target == service::sts   ? "sts"
                                  : row.target == service::sso   ? "awsssoportal"
                                                                 : "sso-oauth";
    expect_hosts(params, row.hosts, name);
    // None of them has hosts of accounts.
    params.account_id = "111111111111";
    params.account_mode = account_endpoint_mode::required;
    expect_hosts(params, row.hosts, name);
  }
}

struct sts_case {
  std::string_view region;
  bool legacy;
  std::string_view host;
  std::string_view signing_region;
};

// botocore's rules of STS with UseGlobalEndpoint.
TEST(endpoint_table, sts_has_a_global_host) {
  constexpr sts_case cases[] = {
      {"", false, "sts.amazonaws.com", "us-east-1"},
      {"", true, "sts.amazonaws.com", "us-east-1"},
      {"aws-global", false, "sts.amazonaws.com", "us-east-1"},
      {"us-east-1", false, "sts.us-east-1.amazonaws.com", "us-east-1"},
      {"us-east-1", true, "sts.amazonaws.com", "us-east-1"},
      {"us-east-2", true, "sts.amazonaws.com", "us-east-1"},
      {"us-west-1", true, "sts.amazonaws.com", "us-east-1"},
      {"us-west-2", true, "sts.amazonaws.com", "us-east-1"},
      {"ca-central-1", true, "sts.amazonaws.com", "us-east-1"},
      {"sa-east-1", true, "sts.amazonaws.com", "us-east-1"},
      {"eu-central-1", true, "sts.amazonaws.com", "us-east-1"},
      {"eu-north-1", true, "sts.amazonaws.com", "us-east-1"},
      {"eu-west-1", true, "sts.amazonaws.com", "us-east-1"},
      {"eu-west-2", true, "sts.amazonaws.com", "us-east-1"},
      {"eu-west-3", true, "sts.amazonaws.com", "us-east-1"},
      {"ap-northeast-1", true, "sts.amazonaws.com", "us-east-1"},
      {"ap-south-1", true, "sts.amazonaws.com", "us-east-1"},
      {"ap-southeast-1", true, "sts.amazonaws.com", "us-east-1"},
      {"ap-southeast-2", true, "sts.amazonaws.com", "us-east-1"},
      {"eu-south-1", true, "sts.eu-south-1.amazonaws.com", "eu-south-1"},
      {"cn-north-1", true, "sts.cn-north-1.amazonaws.com.cn", "cn-north-1"},
      {"us-gov-west-1", true, "sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"}};
  for (const auto& [region, legacy, host, signing_region] : cases) {
    const auto place = resolve_endpoint(
        {.target = service::sts, .region = std::string(region), .use_legacy_global = legacy});
    ASSERT_TRUE(place) << region;
    EXPECT_EQ(place->host, host);
    EXPECT_EQ(place->signing_region, signing_region) << region;
  }
  // It has neither form.
  EXPECT_FALSE(resolve_endpoint({.target = service::sts, .use_fips = true}));
  EXPECT_FALSE(resolve_endpoint({.target = service::sts, .use_dual_stack = true}));
  const auto fips = resolve_endpoint(
      {.target = service::sts, .region = "us-east-1", .use_fips = true, .use_legacy_global = true});
  ASSERT_TRUE(fips);
  EXPECT_EQ(fips->host, "sts-fips.us-east-1.amazonaws.com");
}

}  // namespace auth_endpoint_services_test
