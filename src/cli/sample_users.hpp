// Generated users for trials and benchmarks: the same on every platform.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::cli {

/// One generated user. Keys: `id` (partition key) and `email` (sort key), both strings.
///
/// Lifetime: the views refer to static storage.
struct sample_user {
  /// An address near the centre of its city.
  struct place {
    std::string street;
    std::string_view city;
    std::string postcode;
    std::string_view country;
    /// Decimal degrees, without trailing zeros, as DynamoDB returns numbers.
    std::string latitude;
    std::string longitude;
  };

  /// 128 random bits in the form of a version 4 UUID.
  std::string id;
  /// ASCII only; contains the user's index, thus unique within a data set.
  std::string email;
  std::string name;
  /// One of `sample_tenants`; the first ones own most of the users.
  std::string tenant_id;
  /// active, inactive, suspended or pending.
  std::string_view status;
  /// 18 to 90; unset for about 4 % of the users.
  std::optional<int> age;
  /// ISO 8601 in UTC, to the second, within 2015 to 2024.
  std::string created_at;
  /// 0 to 6 tags.
  std::vector<std::string_view> tags;
  place address;
  /// At most 400 characters, UTF-8, now and then with quotes, backslashes, tabs and newlines.
  std::string bio;
  /// 0 to 100 with at most two decimals, without trailing zeros.
  std::string score;
};

/// Number of different tenants.
inline constexpr int sample_tenants = 200;

/// Returns user `index` of the data set `seed`. The result depends only on these two numbers: users
/// can be generated in any order and by several threads.
[[nodiscard]] sample_user sample_user_at(std::uint64_t seed, std::uint64_t index);

/// Appends the user to `out` as DynamoDB JSON, without white space: `{"id":{"S":"..."},...}`.
/// Attributes always have the same order; an unset age is omitted.
void append_dynamodb_json(const sample_user& user, std::string& out);

/// Appends the user's primary key to `out`: `{"id":{"S":"..."},"email":{"S":"..."}}`.
void append_dynamodb_key_json(const sample_user& user, std::string& out);

/// Returns user `index` of the data set `seed` as DynamoDB JSON, about 700 bytes.
[[nodiscard]] std::string sample_user_json(std::uint64_t seed, std::uint64_t index);

}  // namespace dynamo::cli
