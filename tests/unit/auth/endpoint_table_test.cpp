// The hosts of every partition, in every mode, as AWS's own rules have them: literally.
#include "unit/auth/endpoint_modes.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace auth_endpoint_table_test {

using namespace dynamo::auth;
using dynamo::test::expect_hosts;
using dynamo::test::four_hosts;
using dynamo::test::refused;

/// What is known of the account, and what is wanted of its host.
enum class account : std::uint8_t {
  nobody,              ///< no account is known
  known,               ///< the credentials'
  required,            ///< the same, and its host is required
  required_of_nobody,  ///< it is required, and no account is known
  disabled,            ///< known, but not wanted
  owner,               ///< the table's owner, beside the credentials' account
  owners,              ///< those of several tables: the first counts
};

struct account_case {
  std::string_view region;
  std::vector<account> accounts;
  four_hosts hosts;
};

// botocore 1.43.11, endpoint-rule-set-1.json of dynamodb, resolved by botocore.
const std::vector<account_case> account_cases = {
    {"us-east-1",
     {account::nobody, account::disabled},
     {"dynamodb.us-east-1.amazonaws.com", "dynamodb-fips.us-east-1.amazonaws.com",
      "dynamodb.us-east-1.api.aws", "dynamodb-fips.us-east-1.api.aws"}},
    {"us-east-1",
     {account::known},
     {"111111111111.ddb.us-east-1.amazonaws.com", "dynamodb-fips.us-east-1.amazonaws.com",
      "111111111111.ddb.us-east-1.api.aws", "dynamodb-fips.us-east-1.api.aws"}},
    {"us-east-1",
     {account::required},
     {"111111111111.ddb.us-east-1.amazonaws.com", refused, "111111111111.ddb.us-east-1.api.aws",
      refused}},
    {"us-east-1", {account::required_of_nobody}, {refused, refused, refused, refused}},
    {"us-east-1",
     {account::owner},
     {"222222222222.ddb.us-east-1.amazonaws.com", "dynamodb-fips.us-east-1.amazonaws.com",
      "222222222222.ddb.us-east-1.api.aws", "dynamodb-fips.us-east-1.api.aws"}},
    {"us-east-1",
     {account::owners},
     {"333333333333.ddb.us-east-1.amazonaws.com", "dynamodb-fips.us-east-1.amazonaws.com",
      "333333333333.ddb.us-east-1.api.aws", "dynamodb-fips.us-east-1.api.aws"}},
    {"cn-north-1",
     {account::nobody, account::known, account::disabled, account::owner, account::owners},
     {"dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb-fips.cn-north-1.amazonaws.com.cn",
      "dynamodb.cn-north-1.api.amazonwebservices.com.cn",
      "dynamodb-fips.cn-north-1.api.amazonwebservices.com.cn"}},
    {"cn-north-1",
     {account::required, account::required_of_nobody},
     {refused, refused, refused, refused}},
    {"us-gov-west-1",
     {account::nobody, account::known, account::disabled, account::owner, account::owners},
     {"dynamodb.us-gov-west-1.amazonaws.com", "dynamodb.us-gov-west-1.amazonaws.com",
      "dynamodb.us-gov-west-1.api.aws", "dynamodb-fips.us-gov-west-1.api.aws"}},
    {"us-gov-west-1",
     {account::required, account::required_of_nobody},
     {refused, refused, refused, refused}},
    {"eusc-de-east-1",
     {account::nobody, account::known, account::disabled, account::owner, account::owners},
     {"dynamodb.eusc-de-east-1.amazonaws.eu", "dynamodb-fips.eusc-de-east-1.amazonaws.eu",
      "dynamodb.eusc-de-east-1.api.amazonwebservices.eu",
      "dynamodb-fips.eusc-de-east-1.api.amazonwebservices.eu"}},
    {"eusc-de-east-1",
     {account::required, account::required_of_nobody},
     {refused, refused, refused, refused}},
    {"us-iso-east-1",
     {account::nobody, account::known, account::disabled, account::owner, account::owners},
     {"dynamodb.us-iso-east-1.c2s.ic.gov", "dynamodb-fips.us-iso-east-1.c2s.ic.gov",
      "dynamodb.us-iso-east-1.api.aws.ic.gov", "dynamodb-fips.us-iso-east-1.api.aws.ic.gov"}},
    {"us-iso-east-1",
     {account::required, account::required_of_nobody},
     {refused, refused, refused, refused}},
    {"us-isob-east-1",
     {account::nobody, account::known, account::disabled, account::owner, account::owners},
     {"dynamodb.us-isob-east-1.sc2s.sgov.gov", "dynamodb-fips.us-isob-east-1.sc2s.sgov.gov",
      "dynamodb.us-isob-east-1.api.aws.scloud", "dynamodb-fips.us-isob-east-1.api.aws.scloud"}},
    {"us-isob-east-1",
     {account::required, account::required_of_nobody},
     {refused, refused, refused, refused}},
    {"eu-isoe-west-1",
     {account::nobody, account::known, account::disabled, account::owner, account::owners},
     {"dynamodb.eu-isoe-west-1.cloud.adc-e.uk", "dynamodb-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "dynamodb.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "dynamodb-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"}},
    {"eu-isoe-west-1",
     {account::required, account::required_of_nobody},
     {refused, refused, refused, refused}},
    {"us-isof-south-1",
     {account::nobody, account::known, account::disabled, account::owner, account::owners},
     {"dynamodb.us-isof-south-1.csp.hci.ic.gov", "dynamodb-fips.us-isof-south-1.csp.hci.ic.gov",
      "dynamodb.us-isof-south-1.api.aws.hci.ic.gov",
      "dynamodb-fips.us-isof-south-1.api.aws.hci.ic.gov"}},
    {"us-isof-south-1",
     {account::required, account::required_of_nobody},
     {refused, refused, refused, refused}},
};

std::string arn_of(std::string_view region, std::string_view owner) {
  return "arn:aws:dynamodb:" + std::string(region) + ":" + std::string(owner) + ":table/users";
}

endpoint_params params_of(std::string_view region, account who) {
  endpoint_params params{.region = std::string(region)};
  if (who != account::nobody && who != account::required_of_nobody)
    params.account_id = "111111111111";
  if (who == account::required || who == account::required_of_nobody)
    params.account_mode = account_endpoint_mode::required;
  if (who == account::disabled) params.account_mode = account_endpoint_mode::disabled;
  if (who == account::owner) params.resource_arn = arn_of(region, "222222222222");
  if (who == account::owners)
    params.resource_arns = {arn_of(region, "333333333333"), arn_of(region, "444444444444")};
  return params;
}

TEST(endpoint_table, dynamo_db) {
  std::size_t seen = 0;
  for (const account_case& row : account_cases)
    for (const account who : row.accounts) {
      SCOPED_TRACE(static_cast<int>(who));
      expect_hosts(params_of(row.region, who), row.hosts, "dynamodb");
      ++seen;
    }
  EXPECT_EQ(seen, 8U * 7U) << "partitions and accounts";
}

// One that is set is used as given, in every partition; FIPS and dual-stack contradict it.
TEST(endpoint_table, of_ones_own) {
  for (const account_case& row : account_cases)
    for (const service target :
         {service::dynamodb, service::streams, service::sts, service::sso, service::sso_oidc}) {
      endpoint_params params = params_of(row.region, account::required);
      params.target = target;
      params.custom_url = "https://proxy.example:8443/path";
      params.custom_source = "AWS_ENDPOINT_URL";
      const auto place = resolve_endpoint(params);
      ASSERT_TRUE(place) << place.error().message;
      EXPECT_EQ(place->url, "https://proxy.example:8443/path");
      EXPECT_EQ(place->signing_region, row.region);
      for (const bool fips : {true, false}) {
        params.use_fips = fips;
        params.use_dual_stack = !fips;
        EXPECT_FALSE(resolve_endpoint(params));
      }
    }
}

struct dual_stack_case {
  std::string_view region;
  std::string_view url;
};

// The dual-stack host is a setting of its own.
TEST(endpoint_table, the_dual_stack_host_as_ones_own) {
  constexpr dual_stack_case cases[] = {
      {"us-east-1", "https://dynamodb.us-east-1.api.aws"},
      {"cn-north-1", "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn"},
      {"us-gov-west-1", "https://dynamodb.us-gov-west-1.api.aws"},
      {"eusc-de-east-1", "https://dynamodb.eusc-de-east-1.api.amazonwebservices.eu"},
      {"us-iso-east-1", "https://dynamodb.us-iso-east-1.api.aws.ic.gov"},
      {"us-isob-east-1", "https://dynamodb.us-isob-east-1.api.aws.scloud"},
      {"eu-isoe-west-1", "https://dynamodb.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {"us-isof-south-1", "https://dynamodb.us-isof-south-1.api.aws.hci.ic.gov"}};
  for (const auto& [region, url] : cases) {
    endpoint_params params{.region = std::string(region)};
    params.custom_url = url;
    params.custom_source = "AWS_ENDPOINT_URL_DYNAMODB";
    const auto place = resolve_endpoint(params);
    ASSERT_FALSE(place) << region;
    EXPECT_NE(place.error().message.find("AWS_USE_DUALSTACK_ENDPOINT=true"), std::string::npos);
    params.target = service::streams;
    EXPECT_TRUE(resolve_endpoint(params)) << region;
  }
}

// The region "local", for every service and mode.
TEST(endpoint_table, local) {
  for (const service target : {service::dynamodb, service::streams})
    for (const account who : {account::nobody, account::known, account::required,
                              account::required_of_nobody, account::disabled}) {
      endpoint_params params = params_of("local", who);
      params.target = target;
      const auto place = resolve_endpoint(params);
      ASSERT_TRUE(place) << place.error().message;
      EXPECT_EQ(place->url, "http://localhost:8000/");
      EXPECT_EQ(place->signing_region, "us-east-1");
      params.use_fips = true;
      EXPECT_FALSE(resolve_endpoint(params));
      params.use_dual_stack = true;
      EXPECT_FALSE(resolve_endpoint(params));
      params.use_fips = false;
      EXPECT_FALSE(resolve_endpoint(params));
    }
  const auto sts = resolve_endpoint({.target = service::sts, .region = "local"});
  ASSERT_TRUE(sts);
  EXPECT_EQ(sts->host, "sts.amazonaws.com");
}

}  // namespace auth_endpoint_table_test
