// The mapping of the users that the replay server sends.
#pragma once

#include <dynamo/value/mapping.hpp>

#include <optional>
#include <string>
#include <vector>

namespace dynamo::bench {

template <class Text>
struct location_of {
  double lat = 0;
  double lon = 0;
  friend bool operator==(const location_of&, const location_of&) = default;
};

template <class Text>
struct address_of {
  Text street, city, postcode, country;
  location_of<Text> location;
  friend bool operator==(const address_of&, const address_of&) = default;
};

// Every attribute of the sample users; `Text` is std::string, or a view into the page.
template <class Text>
struct user_of {
  Text id, email, name, tenant_id, status, created_at, bio;
  std::optional<int> age;
  std::vector<Text> tags;
  address_of<Text> address;
  double score = 0;
  friend bool operator==(const user_of&, const user_of&) = default;
};

}  // namespace dynamo::bench

template <class Text>
inline constexpr auto dynamo::mapping<dynamo::bench::location_of<Text>> =
    dynamo::object_mapping(dynamo::field("lat", &dynamo::bench::location_of<Text>::lat),
                           dynamo::field("lon", &dynamo::bench::location_of<Text>::lon));

template <class Text>
inline constexpr auto dynamo::mapping<dynamo::bench::address_of<Text>> =
    dynamo::object_mapping(dynamo::field("street", &dynamo::bench::address_of<Text>::street),
                           dynamo::field("city", &dynamo::bench::address_of<Text>::city),
                           dynamo::field("postcode", &dynamo::bench::address_of<Text>::postcode),
                           dynamo::field("country", &dynamo::bench::address_of<Text>::country),
                           dynamo::field("location", &dynamo::bench::address_of<Text>::location));

template <class Text>
inline constexpr auto dynamo::mapping<dynamo::bench::user_of<Text>> =
    dynamo::table_mapping("users", dynamo::partition_key("id", &dynamo::bench::user_of<Text>::id),
                          dynamo::sort_key("email", &dynamo::bench::user_of<Text>::email),
                          dynamo::field("name", &dynamo::bench::user_of<Text>::name),
                          dynamo::field("tenant_id", &dynamo::bench::user_of<Text>::tenant_id),
                          dynamo::field("status", &dynamo::bench::user_of<Text>::status),
                          dynamo::field("age", &dynamo::bench::user_of<Text>::age),
                          dynamo::field("created_at", &dynamo::bench::user_of<Text>::created_at),
                          dynamo::field("tags", &dynamo::bench::user_of<Text>::tags),
                          dynamo::field("address", &dynamo::bench::user_of<Text>::address),
                          dynamo::field("bio", &dynamo::bench::user_of<Text>::bio),
                          dynamo::field("score", &dynamo::bench::user_of<Text>::score));
