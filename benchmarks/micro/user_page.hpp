// The page that the decoders are compared on, and what they decode it into.
#pragma once

#include "cli/sample_users.hpp"

#include <dynamo/value/mapping.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// Every attribute of the sample users; `Text` is std::string, or a view into the page.
template <class Text>
struct user_of {
  Text id, email, name, tenant_id, status, created_at, bio;
  std::optional<int> age;
  std::vector<Text> tags;
  address_of<Text> address;
  double score = 0;
  friend bool operator==(const user_of&, const user_of&) = default;
};

inline constexpr std::size_t users_in_page = 1400;

/// A full page of Scan, about 1 MB.
inline std::string user_page() {
  std::string text = R"({"Count":)" + std::to_string(users_in_page) + R"(,"Items":[)";
  for (std::size_t i = 0; i < users_in_page; ++i) {
    if (i != 0) text += ',';
    cli::append_dynamodb_json(cli::sample_user_at(1, i), text);
  }
  text += R"(],"LastEvaluatedKey":)";
  cli::append_dynamodb_key_json(cli::sample_user_at(1, users_in_page - 1), text);
  return text + R"(,"ScannedCount":)" + std::to_string(users_in_page) + "}";
}

/// The users of the page as this project decodes them: what every other decoder must give, too.
template <class Text>
const std::vector<user_of<Text>>& expected_users();

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
