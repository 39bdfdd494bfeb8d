// Made-up users for trying the tool out and for the benchmarks: the same on every platform.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::cli {

/// One made-up user. Table keys: `id` (partition key) and `email` (sort key), both strings.
/// The views refer to tables with static storage. Plain data.
struct sample_user {
  /// A place near the middle of its city.
  struct place {
    std::string street;
    std::string_view city;
    std::string postcode;
    std::string_view country;
    /// Decimal degrees, without trailing zeros, as DynamoDB gives numbers back.
    std::string latitude;
    std::string longitude;
  };

  /// 128 random bits in the form of a version 4 UUID.
  std::string id;
  /// ASCII only; holds the user's index, thus unique within a data set.
  std::string email;
  std::string name;
  /// One of `sample_tenants`; the first ones own most of the users.
  std::string tenant_id;
  /// active, inactive, suspended or pending.
  std::string_view status;
  /// 18 to 90; about 4 % of the users have none.
  std::optional<int> age;
  /// ISO 8601 in UTC, to the second, within 2015 to 2024.
  std::string created_at;
  /// None to six.
  std::vector<std::string_view> tags;
  place address;
  /// At most 400 characters, UTF-8, now and then with quotes, backslashes, tabs and newlines.
  std::string bio;
  /// 0 to 100 with at most two decimals, without trailing zeros.
  std::string score;
};

/// How many different tenants there are.
inline constexpr int sample_tenants = 200;

/// User `index` of the data set `seed`. It depends on these two numbers only: users can be made
/// in any order and by several threads, and are the same on every platform.
[[nodiscard]] sample_user sample_user_at(std::uint64_t seed, std::uint64_t index);

/// Appends the user to `out` as DynamoDB JSON, without white space: `{"id":{"S":"..."},...}`.
/// Attributes always come in the same order; a missing age is left out.
void append_dynamodb_json(const sample_user& user, std::string& out);

/// Appends the user's primary key to `out`: `{"id":{"S":"..."},"email":{"S":"..."}}`.
void append_dynamodb_key_json(const sample_user& user, std::string& out);

/// User `index` of the data set `seed` as DynamoDB JSON, about 700 bytes.
[[nodiscard]] std::string sample_user_json(std::uint64_t seed, std::uint64_t index);

}  // namespace dynamo::cli
