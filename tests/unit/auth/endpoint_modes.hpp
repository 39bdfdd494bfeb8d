// An endpoint in all its modes.
#pragma once

#include "auth/endpoint.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::test {

/// In place of a host: such an endpoint is an error.
inline constexpr std::string_view refused;

/// The hosts of a region: ordinary, FIPS, dual-stack, both.
using four_hosts = std::array<std::string_view, 4>;

inline void expect_hosts(auth::endpoint_params params, const four_hosts& hosts,
                         std::string_view signing_name) {
  for (std::size_t mode = 0; mode < hosts.size(); ++mode) {
    params.use_fips = mode == 1 || mode == 3;
    params.use_dual_stack = mode >= 2;
    const auto place = auth::resolve_endpoint(params);
    SCOPED_TRACE(testing::Message()
                 << params.region << ", mode " << mode << ", account " << params.account_id);
    if (hosts.at(mode).empty()) {
      ASSERT_FALSE(place) << place->host;
      EXPECT_EQ(place.error().kind, errc::configuration);
      continue;
    }
    ASSERT_TRUE(place) << place.error().message;
    EXPECT_EQ(place->host, hosts.at(mode));
    EXPECT_EQ(place->url, "https://" + std::string(hosts.at(mode)) + "/");
    EXPECT_EQ(place->path, "/");
    EXPECT_EQ(place->signing_region, params.region);
    EXPECT_EQ(place->signing_name, signing_name);
  }
}

}  // namespace dynamo::test
