#include "auth/endpoint.hpp"

#include "auth/endpoint_url.hpp"
#include "auth/partition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace auth_endpoint_test {

using namespace dynamo::auth;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct partition_case {
  std::string region;
  std::string name;
  std::string suffix;
  std::string dual_stack_suffix;
};

const std::vector<partition_case> partition_cases = {
    {"us-east-1", "aws", "amazonaws.com", "api.aws"},
    {"eu-central-2", "aws", "amazonaws.com", "api.aws"},
    {"ap-southeast-12", "aws", "amazonaws.com", "api.aws"},
    {"sa-east-1", "aws", "amazonaws.com", "api.aws"},
    {"ca-west-1", "aws", "amazonaws.com", "api.aws"},
    {"me-south-1", "aws", "amazonaws.com", "api.aws"},
    {"af-south-1", "aws", "amazonaws.com", "api.aws"},
    {"il-central-1", "aws", "amazonaws.com", "api.aws"},
    {"mx-central-1", "aws", "amazonaws.com", "api.aws"},
    {"aws-global", "aws", "amazonaws.com", "api.aws"},
    {"mars-north-1", "aws", "amazonaws.com", "api.aws"},
    {"us-east", "aws", "amazonaws.com", "api.aws"},
    {"cn-north-1", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-cn-global", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"us-gov-west-1", "aws-us-gov", "amazonaws.com", "api.aws"},
    {"eusc-de-east-1", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"us-iso-east-1", "aws-iso", "c2s.ic.gov", "api.aws.ic.gov"},
    {"us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"},
    {"eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
};

TEST(partition, is_found_by_the_regions_form) {
  for (const partition_case& row : partition_cases) {
    const partition& found = partition_of(row.region);
    EXPECT_EQ(found.name, row.name) << row.region;
    EXPECT_EQ(found.dns_suffix, row.suffix) << row.region;
    EXPECT_EQ(found.dual_stack_suffix, row.dual_stack_suffix) << row.region;
  }
}

std::string host_of(endpoint_params params) {
  const auto place = resolve_endpoint(params);
  if (!place) return "error: " + place.error().message;
  EXPECT_EQ(place->url, "https://" + place->host + "/");
  EXPECT_EQ(place->path, "/");
  EXPECT_EQ(place->signing_region, params.region);
  EXPECT_EQ(place->signing_name, "dynamodb");
  return place->host;
}

dynamo::error failure_of(const endpoint_params& params) {
  const auto place = resolve_endpoint(params);
  if (place) ADD_FAILURE() << "resolved to " << place->url;
  return place ? dynamo::error() : place.error();
}

TEST(endpoint, streams_know_no_accounts) {
  EXPECT_EQ(host_of({.target = service::streams,
                     .region = "us-east-1",
                     .account_mode = account_endpoint_mode::required,
                     .account_id = "111111111111"}),
            "streams.dynamodb.us-east-1.amazonaws.com");
}

const std::string table_arn = "arn:aws:dynamodb:us-east-1:222222222222:table/users";

TEST(endpoint, an_account_has_its_own_host) {
  EXPECT_EQ(host_of({.region = "us-east-1", .account_id = "111111111111"}),
            "111111111111.ddb.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of({.region = "us-east-1", .use_dual_stack = true, .account_id = "111111111111"}),
            "111111111111.ddb.us-east-1.api.aws");
  EXPECT_EQ(host_of({.region = "us-east-1",
                     .account_mode = account_endpoint_mode::required,
                     .account_id = "111111111111"}),
            "111111111111.ddb.us-east-1.amazonaws.com");
}

TEST(endpoint, the_tables_owner_goes_before_the_credentials) {
  EXPECT_EQ(host_of({.region = "us-east-1",
                     .account_id = "111111111111",
                     .resource_arn = table_arn,
                     .resource_arns = {"arn:aws:dynamodb:us-east-1:333333333333:table/x"}}),
            "222222222222.ddb.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of({.region = "us-east-1",
                     .account_id = "111111111111",
                     .resource_arn = "users",
                     .resource_arns = {table_arn, "other"}}),
            "222222222222.ddb.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of({.region = "us-east-1",
                     .account_mode = account_endpoint_mode::required,
                     .resource_arn = table_arn}),
            "222222222222.ddb.us-east-1.amazonaws.com");
}

TEST(endpoint, an_arn_that_does_not_fit_is_not_the_owner) {
  for (const char* arn :
       {"arn:aws:dynamodb:eu-west-1:222222222222:table/users",
        "arn:aws:s3:us-east-1:222222222222:table/users", "arn:aws:dynamodb:us-east-1::table/users",
        "arn:aws:dynamodb:us-east-1:2.2:table/users", "arn:aws:dynamodb:us-east-1:222222222222",
        "arn:aws:dynamodb:us-east-1:222222222222:", "arn::dynamodb:us-east-1:2:table/users",
        "urn:aws:dynamodb:us-east-1:2:table/users"}) {
    EXPECT_EQ(host_of({.region = "us-east-1", .account_id = "111111111111", .resource_arn = arn}),
              "111111111111.ddb.us-east-1.amazonaws.com")
        << arn;
  }
}

TEST(endpoint, account_hosts_are_left_aside_where_there_are_none) {
  EXPECT_EQ(host_of({.region = "us-east-1",
                     .account_mode = account_endpoint_mode::disabled,
                     .account_id = "111111111111",
                     .resource_arn = table_arn}),
            "dynamodb.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of({.region = "us-east-1", .use_fips = true, .account_id = "111111111111"}),
            "dynamodb-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(host_of({.region = "cn-north-1", .account_id = "111111111111"}),
            "dynamodb.cn-north-1.amazonaws.com.cn");
}

TEST(endpoint, a_required_account_that_cannot_be_had_is_an_error) {
  constexpr auto required = account_endpoint_mode::required;
  EXPECT_THAT(failure_of({.region = "us-east-1", .account_mode = required}).message,
              AllOf(HasSubstr("AWS_ACCOUNT_ID_ENDPOINT_MODE"), HasSubstr("set AWS_ACCOUNT_ID")));
  EXPECT_THAT(
      failure_of(
          {.region = "us-east-1", .use_fips = true, .account_mode = required, .account_id = "1"})
          .message,
      HasSubstr("FIPS"));
  EXPECT_THAT(
      failure_of({.region = "cn-north-1", .account_mode = required, .account_id = "1"}).message,
      HasSubstr("aws-cn"));
  const dynamo::error malformed =
      failure_of({.region = "us-east-1", .account_id = "evil.example/"});
  EXPECT_EQ(malformed.kind, dynamo::errc::credentials);
  EXPECT_THAT(malformed.message, HasSubstr("AWS_ACCOUNT_ID"));
}

TEST(endpoint, the_region_local_is_dynamo_db_local) {
  for (const service target : {service::dynamodb, service::streams}) {
    const endpoint place =
        resolve_endpoint({.target = target, .region = "local", .account_id = "1"}).value();
    EXPECT_EQ(place.url, "http://localhost:8000/");
    EXPECT_EQ(place.host, "localhost:8000");
    EXPECT_EQ(place.signing_region, "us-east-1");
    EXPECT_EQ(place.signing_name, "dynamodb");
  }
  EXPECT_THAT(failure_of({.region = "local", .use_fips = true}).message,
              AllOf(HasSubstr("FIPS"), HasSubstr("AWS_USE_FIPS_ENDPOINT")));
  EXPECT_THAT(failure_of({.region = "local", .use_dual_stack = true}).message,
              AllOf(HasSubstr("Dual-stack"), HasSubstr("AWS_USE_DUALSTACK_ENDPOINT")));
}

endpoint_params custom(std::string url, std::string region) {
  return {.region = std::move(region),
          .custom_url = std::move(url),
          .custom_source = "AWS_ENDPOINT_URL"};
}

TEST(endpoint, a_custom_endpoint_is_used_as_given) {
  endpoint_params params = custom("https://Proxy.example:8443/ddb", "eu-west-1");
  params.account_id = "111111111111";
  const endpoint place = resolve_endpoint(params).value();
  EXPECT_EQ(place.url, "https://proxy.example:8443/ddb");
  EXPECT_EQ(place.host, "proxy.example:8443");
  EXPECT_EQ(place.path, "/ddb");
  EXPECT_EQ(place.signing_region, "eu-west-1");
}

TEST(endpoint, a_loopback_endpoint_needs_no_region) {
  for (const char* url : {"http://localhost:8000", "http://127.0.0.1:8000", "http://127.9.9.9",
                          "http://[::1]:8000", "http://db.localhost"})
    EXPECT_EQ(resolve_endpoint(custom(url, "")).value().signing_region, "us-east-1") << url;
  for (const char* url : {"http://dynamo.example", "http://127.example.com", "http://10.0.0.1",
                          "http://localhost.example"}) {
    const dynamo::error failure = failure_of(custom(url, ""));
    EXPECT_EQ(failure.kind, dynamo::errc::configuration) << url;
    EXPECT_THAT(failure.message, HasSubstr("AWS_REGION")) << url;
  }
  EXPECT_EQ(resolve_endpoint(custom("http://localhost:8000", "eu-west-1")).value().signing_region,
            "eu-west-1");
}

TEST(endpoint, a_custom_endpoint_contradicts_fips_and_dual_stack) {
  endpoint_params params = custom("http://localhost:8000", "us-east-1");
  params.use_fips = true;
  EXPECT_THAT(failure_of(params).message,
              AllOf(HasSubstr("AWS_ENDPOINT_URL"), HasSubstr("AWS_USE_FIPS_ENDPOINT")));
  params.use_fips = false;
  params.use_dual_stack = true;
  EXPECT_THAT(failure_of(params).message,
              AllOf(HasSubstr("AWS_ENDPOINT_URL"), HasSubstr("AWS_USE_DUALSTACK_ENDPOINT")));
}

TEST(endpoint, the_dual_stack_host_is_a_setting_not_a_custom_endpoint) {
  endpoint_params params = custom("https://dynamodb.eu-west-1.api.aws", "eu-west-1");
  EXPECT_THAT(failure_of(params).message,
              AllOf(HasSubstr("AWS_ENDPOINT_URL"), HasSubstr("AWS_USE_DUALSTACK_ENDPOINT=true")));
  params.target = service::streams;
  EXPECT_TRUE(resolve_endpoint(params));
  EXPECT_TRUE(resolve_endpoint(custom("https://dynamodb.eu-west-1.api.aws", "eu-west-2")));
}

TEST(endpoint, a_missing_or_impossible_region_is_an_error) {
  EXPECT_EQ(failure_of({}).kind, dynamo::errc::configuration);
  EXPECT_THAT(failure_of({}).message, HasSubstr("set AWS_REGION"));
  EXPECT_THAT(failure_of({.region = "us-east-1.evil.example/"}).message,
              HasSubstr("'us-east-1.evil.example/'"));
}

struct url_case {
  std::string text;
  std::string problem;
};

TEST(endpoint_url, malformed_ones_name_their_source) {
  const std::vector<url_case> cases = {
      {"localhost:8000", "no scheme"},
      {"", "no scheme"},
      {"ftp://host", "must start with http:// or https://"},
      {"http://", "no host"},
      {"http:///path", "no host"},
      {"http://:8000", "no host"},
      {"http://host:", "port"},
      {"http://host:0", "port"},
      {"http://host:65536", "port"},
      {"http://host:80a", "port"},
      {"http://host:-1", "port"},
      {"http://host:1:2", "port"},
      {"http://ho st", "characters"},
      {"http://h\xc3\xb6st", "characters"},
      {"http://host/a b", "percent-encoding"},
      {"http://host?q=1", "query"},
      {"http://host/#f", "fragment"},
      {"http://[::1", "closing bracket"},
      {"http://[::1]8000", "between"},
      {"http://[host]", "IPv6"},
      {"http://[]", "IPv6"},
  };
  for (const url_case& row : cases) {
    const auto url = parse_endpoint_url(row.text, "AWS_ENDPOINT_URL_DYNAMODB");
    ASSERT_FALSE(url) << row.text;
    EXPECT_EQ(url.error().kind, dynamo::errc::configuration) << row.text;
    EXPECT_THAT(url.error().message, AllOf(HasSubstr("AWS_ENDPOINT_URL_DYNAMODB"),
                                           HasSubstr(row.problem), HasSubstr(row.text)));
  }
}

TEST(endpoint_url, a_password_is_refused_and_not_shown) {
  for (const char* text : {"http://user:hunter2@host", "user:hunter2@host"}) {
    const auto url = parse_endpoint_url(text, "endpoint_url");
    ASSERT_FALSE(url);
    EXPECT_THAT(url.error().message, AllOf(HasSubstr("endpoint_url"), Not(HasSubstr("hunter2"))));
  }
}

TEST(endpoint_url, the_schemes_own_port_is_left_out) {
  const auto authority = [](std::string_view text) {
    return parse_endpoint_url(text, "x").value().authority();
  };
  EXPECT_EQ(authority("http://host:80"), "host");
  EXPECT_EQ(authority("https://host:443/"), "host");
  EXPECT_EQ(authority("https://host:80"), "host:80");
  EXPECT_EQ(authority("HTTP://HOST"), "host");
  EXPECT_EQ(authority("http://[2001:DB8::1]:81/"), "[2001:db8::1]:81");
  EXPECT_EQ(parse_endpoint_url("http://host", "x").value().to_string(), "http://host/");
}

}  // namespace auth_endpoint_test
